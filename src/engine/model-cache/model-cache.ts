// Models kept on this device. Per model: one file per model file (`ID.N.bin`), `ID.part.json` while it
// is fetched, and `ID.json`, written last, once every byte has been checked. Without `ID.json` nothing
// is ever loaded. Not here: which models there are (model-library), where bytes come from.
import { EngineError } from "../errors.ts";
import type { ByteSource } from "../model/byte-source.ts";
import type { TryLock } from "../store/types.ts";
import { checkedSource, digestFile } from "./block-digests.ts";
import { type CacheRecord, type CachedFile, parseCacheRecord } from "./cache-record.ts";
import { changedOnServer, diskFull, downloadFile } from "./download-file.ts";
import { type ModelDirectory, readJson, writeJson } from "./model-directory.ts";
import { cancelled, type RemoteAccess, type RemoteFile } from "./remote-files.ts";
import { downloadParts } from "./split-file.ts";
import { repairFile } from "./repair-file.ts";
import type { ModelFigures } from "./types.ts";

export interface CacheHost {
  readonly directory: ModelDirectory;
  readonly lock: TryLock;
  /** Bytes the browser still lets this origin write; undefined when it does not say. */
  freeBytes(): Promise<number | undefined>;
  pause(milliseconds: number): Promise<void>;
}

export interface KeptModel {
  readonly record: CacheRecord;
  readonly complete: boolean;
  readonly keptBytes: number;
}

/** What is to be fetched, as the server describes it now. */
export interface DownloadOrder {
  readonly id: string;
  readonly name: string;
  readonly origin: "hub" | "address";
  readonly address: string;
  readonly revision: string;
  readonly files: readonly RemoteFile[];
}

export type OnTransfer = (
  phase: "download" | "verify",
  doneBytes: number,
  totalBytes: number,
) => void;

export class ModelCache {
  readonly #host: CacheHost;

  constructor(host: CacheHost) {
    this.#host = host;
  }

  async list(): Promise<KeptModel[]> {
    const names = await this.#host.directory.names();
    const ids = new Set<string>();
    for (const name of names) {
      const id = /^(.+?)(?:\.part)?\.json$/.exec(name)?.[1];
      if (id !== undefined) ids.add(id);
    }
    const kept = await Promise.all([...ids].map((id) => this.find(id)));
    return kept.filter((one) => one !== undefined);
  }

  async find(id: string): Promise<KeptModel | undefined> {
    const { directory } = this.#host;
    const whole = parseCacheRecord(await readJson(directory, `${id}.json`));
    const record = whole ?? parseCacheRecord(await readJson(directory, `${id}.part.json`));
    if (record?.id !== id) return undefined;
    const blobs = await Promise.all(record.files.map((_, n) => directory.read(bytesName(id, n))));
    const keptBytes = blobs.reduce((sum, blob) => sum + (blob?.size ?? 0), 0);
    return { record, complete: whole !== undefined, keptBytes };
  }

  /** The files of a checked model; each block is checked again when it is read. */
  async sources(id: string): Promise<readonly ByteSource[] | undefined> {
    const kept = await this.find(id);
    if (!kept?.complete) return undefined;
    const { record } = kept;
    if (record.problem) throw new EngineError(record.problem.code, record.problem.message);
    return Promise.all(
      record.files.map(async (file, n) => {
        const blob = await this.#host.directory.read(bytesName(id, n));
        const damage = (error: EngineError) => void this.#mark(record, error);
        if (blob?.size !== file.size) {
          const error = damagedFile(file.name);
          await this.#mark(record, error);
          throw error;
        }
        return checkedSource(file.name, blob, file.blocks, damage);
      }),
    );
  }

  /** Fetches what is missing, checks all of it, and only then lists the model as complete. */
  async download(
    order: DownloadOrder,
    access: RemoteAccess,
    onTransfer: OnTransfer,
  ): Promise<CacheRecord> {
    return this.#locked(order.id, async () => {
      const { directory } = this.#host;
      const { id } = order;
      const kept = await this.find(id);
      const isWhole = kept?.complete && order.files.length <= kept.record.files.length;
      if (kept && isWhole && !kept.record.problem && !isReplaced(order, kept.record)) {
        return kept.record;
      }
      let record = await this.#begin(order, kept);
      await this.#checkSpace(record);

      const total = record.files.reduce((sum, file) => sum + (file.size ?? 0), 0);
      const known = record.files.every((file) => file.size !== null);
      let before = 0;
      for (const [n, file] of record.files.entries()) {
        const writer = await directory.write(bytesName(id, n));
        try {
          const fetchAll = file.parts ? downloadParts : downloadFile;
          const size = await fetchAll({ ...file }, writer, access, {
            pause: (milliseconds) => this.#host.pause(milliseconds),
            onProgress: (bytes) => onTransfer("download", before + bytes, known ? total : 0),
            onVersion: async (etag) => {
              record = withFile(record, n, { etag });
              await writeJson(directory, `${id}.part.json`, record);
            },
          });
          before += size;
          record = withFile(record, n, { size });
        } finally {
          writer.close();
        }
      }
      record = await this.#check(record, access, onTransfer);
      await writeJson(directory, `${id}.json`, record);
      await directory.remove(`${id}.part.json`);
      return record;
    });
  }

  /** Reads every byte again; damaged blocks are fetched anew. */
  async verify(id: string, access: RemoteAccess, onTransfer: OnTransfer): Promise<CacheRecord> {
    return this.#locked(id, async () => {
      const { directory } = this.#host;
      const kept = await this.find(id);
      if (!kept?.complete) throw notKept(id);
      const { record } = kept;
      const total = record.files.reduce((sum, file) => sum + (file.size ?? 0), 0);
      let before = 0;
      for (const [n, file] of record.files.entries()) {
        try {
          await repairFile(directory, bytesName(id, n), file, access, (bytes) => {
            onTransfer("verify", before + bytes, total);
          });
        } catch (error) {
          if (error instanceof EngineError && error.code === "checksum-mismatch") {
            await this.#mark(record, error);
          }
          throw error;
        }
        before += file.size ?? 0;
      }
      const sound = { ...record, problem: null };
      await writeJson(directory, `${id}.json`, sound);
      return sound;
    });
  }

  async remove(id: string): Promise<void> {
    await this.#locked(id, () => this.#drop(id));
  }

  /** Adds what the header of the complete model says. */
  async describe(
    record: CacheRecord,
    said: { readonly name: string; readonly figures: ModelFigures },
  ): Promise<void> {
    const name = said.name || record.name;
    const described: CacheRecord = { ...record, name, figures: said.figures };
    await writeJson(this.#host.directory, `${record.id}.json`, described);
  }

  /** Goes on with what is there if it belongs to the same version of every file. */
  async #begin(order: DownloadOrder, kept: KeptModel | undefined): Promise<CacheRecord> {
    const { directory } = this.#host;
    const { files, ...rest } = order;
    let record: CacheRecord = {
      version: 1,
      ...rest,
      figures: null,
      files: files.map((file) => ({ ...file, blocks: [] })),
      problem: null,
    };
    if (kept) {
      const quarantined = kept.record.problem !== null;
      const held = kept.record.files;
      const changed = files.find((file, n) => n < held.length && !sameVersion(file, held[n]));
      if (quarantined || changed || files.length < held.length) {
        await this.#drop(order.id);
        // What was whole is of an earlier release, whose files nobody goes on with.
        if (!quarantined && !kept.complete && kept.keptBytes > 0) {
          throw changedOnServer(changed?.name ?? order.name);
        }
      } else {
        // The hub's list has no ETag; the one of the earlier answer still binds.
        const etags = kept.record.files.map(({ etag }, n) => record.files[n]?.etag ?? etag);
        record = {
          ...record,
          files: record.files.map((file, n) => ({ ...file, etag: etags[n] ?? null })),
        };
      }
    }
    await writeJson(directory, `${order.id}.part.json`, record);
    // A whole model that gets a further file is not whole until that is there.
    if (kept?.complete) await directory.remove(`${order.id}.json`);
    return record;
  }

  async #checkSpace(record: CacheRecord): Promise<void> {
    const keptBytes = (await this.find(record.id))?.keptBytes ?? 0;
    const free = await this.#host.freeBytes();
    const total = record.files.reduce((sum, file) => sum + (file.size ?? 0), 0);
    if (free !== undefined && total - keptBytes > free) throw diskFull(record.name);
  }

  async #check(
    record: CacheRecord,
    access: RemoteAccess,
    onTransfer: OnTransfer,
  ): Promise<CacheRecord> {
    const { directory } = this.#host;
    const total = record.files.reduce((sum, file) => sum + (file.size ?? 0), 0);
    let checked = record;
    let before = 0;
    for (const [n, file] of record.files.entries()) {
      const blob = await directory.read(bytesName(record.id, n));
      if (!blob) throw damagedFile(file.name);
      const { sha256, blocks } = await digestFile(blob, (bytes) => {
        if (access.signal?.aborted) throw cancelled(file.name);
        onTransfer("verify", before + bytes, total);
      });
      if (file.sha256 !== null && sha256 !== file.sha256) {
        const error = new EngineError(
          "checksum-mismatch",
          `${file.name}: what arrived has the SHA-256 ${sha256.slice(0, 12)}…, and ${file.sha256.slice(0, 12)}… is expected. It is not used; download it again, or delete it.`,
        );
        const problem = { code: error.code, message: error.message };
        await writeJson(directory, `${record.id}.part.json`, { ...record, problem });
        throw error;
      }
      before += blob.size;
      checked = withFile(checked, n, { sha256, blocks });
    }
    return checked;
  }

  /** Where it cannot be written down the next reading finds the damage again. */
  async #mark(record: CacheRecord, error: EngineError): Promise<void> {
    const problem = { code: error.code, message: error.message };
    const marked = { ...record, problem };
    await writeJson(this.#host.directory, `${record.id}.json`, marked).catch(() => undefined);
  }

  async #drop(id: string): Promise<void> {
    const { directory } = this.#host;
    const own = (await directory.names()).filter(
      (name) =>
        name.startsWith(`${id}.`) && /^(json|part\.json|\d+\.bin)$/.test(name.slice(id.length + 1)),
    );
    // The manifest first: bytes without one are never loaded.
    const manifest = `${id}.json`;
    if (own.includes(manifest)) await directory.remove(manifest);
    for (const name of own) if (name !== manifest) await directory.remove(name);
  }

  async #locked<T>(id: string, task: () => Promise<T>): Promise<T> {
    let release = await this.#host.lock(`inkspan-model:${id}`);
    // After a reload the worker before may hold it for a moment longer.
    for (let attempt = 0; !release && attempt < 5; attempt++) {
      await this.#host.pause(200);
      release = await this.#host.lock(`inkspan-model:${id}`);
    }
    if (!release) {
      throw new EngineError(
        "locked-by-other-tab",
        "Another tab is downloading or checking this model. When it is done there, the model can be loaded here as well.",
      );
    }
    try {
      return await task();
    } finally {
      release();
    }
  }
}

function bytesName(id: string, index: number): string {
  return `${id}.${index}.bin`;
}

function withFile(record: CacheRecord, index: number, change: Partial<CachedFile>): CacheRecord {
  const files = record.files.map((file, n) => (n === index ? { ...file, ...change } : file));
  return { ...record, files };
}

function sameVersion(now: RemoteFile, kept: CachedFile | undefined): boolean {
  if (now.url !== kept?.url) return false;
  const same = <T>(a: T | null, b: T | null) => a === null || b === null || a === b;
  return same(now.size, kept.size) && same(now.etag, kept.etag) && same(now.sha256, kept.sha256);
}

/** Whether the order pins other bytes than those that are kept. */
function isReplaced(order: DownloadOrder, { files }: CacheRecord): boolean {
  return order.files.some(({ sha256 }, n) => sha256 !== null && sha256 !== files[n]?.sha256);
}

function damagedFile(name: string): EngineError {
  return new EngineError(
    "checksum-mismatch",
    `${name}: the kept file has not the expected size, so it is not used. Repair it in the list of models.`,
  );
}

function notKept(id: string): EngineError {
  return new EngineError("not-found", `The model "${id}" is not kept on this device.`);
}
