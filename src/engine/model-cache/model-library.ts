// Every model this device can use: the embedded one, the proposed ones, those kept in the cache, and
// the files and addresses opened since the page was loaded. Turns the page's verbs into downloads and
// gives the engine the files of a model by its id. Knows no browser: everything comes with the host.
import { EngineError, type EngineErrorCode } from "../errors.ts";
import { type ByteSource, sourceFromBlob, sourceFromUrl } from "../model/byte-source.ts";
import { type CuratedModel, curatedModels } from "./curated-models.ts";
import { describeModelFiles } from "./describe-model.ts";
import { buildEntry, type EmbeddedModel, type EntryFacts } from "./library-entry.ts";
import { parseModelAddress, showAddress } from "./model-address.ts";
import type { KeptModel, ModelCache } from "./model-cache.ts";
import {
  authorisation,
  type RemoteAccess,
  type RemoteFile,
  resolveRemoteFiles,
} from "./remote-files.ts";
import type { DeviceFacts } from "./requirements.ts";
import { Sha256 } from "./sha256.ts";
import { joinedSource, resolveSplitFile } from "./split-file.ts";
import { TransferMeter } from "./transfer-meter.ts";
import type { ModelEntry, ModelFigures, ModelLibraryApi, ModelLibraryState } from "./types.ts";

export interface ModelLibraryHost {
  /** Undefined where nothing can be kept. */
  readonly cache: ModelCache | undefined;
  readonly embedded: readonly EmbeddedModel[];
  embeddedSources(id: string, progress: Progress): Promise<readonly ByteSource[]>;
  fetch(url: string, init: RequestInit): Promise<Response>;
  device(): Promise<DeviceFacts>;
  /** Address of a file beside the page. */
  siteUrl(path: string): string;
  now(): number; // ms
  emit(state: ModelLibraryState): void;
}

type Progress = (loadedBytes: number, totalBytes: number) => void;

interface OpenedFiles {
  readonly name: string;
  readonly figures: ModelFigures;
  readonly sources: readonly ByteSource[];
}

/** An address opened in this session; the token lives and dies with it. */
interface OpenedAddress {
  readonly name: string;
  readonly origin: "hub" | "address";
  readonly address: string;
  readonly revision: string;
  readonly token: string;
  readonly files: readonly RemoteFile[];
  readonly figures: ModelFigures | null;
}

interface Transfer {
  readonly abort: AbortController;
  readonly meter: TransferMeter;
}

const NOT_KEPT: ReadonlySet<EngineErrorCode> = new Set([
  "no-storage",
  "quota-exceeded",
  "locked-by-other-tab",
  "busy",
]);

export class ModelLibrary implements ModelLibraryApi {
  readonly #host: ModelLibraryHost;
  readonly #files = new Map<string, OpenedFiles>();
  readonly #addresses = new Map<string, OpenedAddress>();
  readonly #transfers = new Map<string, Transfer>();

  constructor(host: ModelLibraryHost) {
    this.#host = host;
  }

  async listModels(): Promise<ModelLibraryState> {
    const kept = new Map<string, KeptModel>();
    for (const one of (await this.#host.cache?.list()) ?? []) kept.set(one.record.id, one);
    const device = await this.#host.device();
    const curated = new Map(curatedModels.map((one) => [one.id, one]));
    const ids = new Set([...curated.keys(), ...kept.keys(), ...this.#addresses.keys()]);
    const facts: EntryFacts[] = [
      ...this.#host.embedded.map((embedded) => ({ id: embedded.id, embedded })),
      ...[...ids].map((id) => this.#facts(id, curated.get(id), kept.get(id))),
      ...[...this.#files].map(([id, files]) => ({ id, files })),
    ];
    const canKeep = this.#host.cache !== undefined;
    return { entries: facts.map((one) => buildEntry(one, device, canKeep)), canKeep };
  }

  async openModelFile(files: readonly File[]): Promise<ModelEntry> {
    if (files.length === 0) throw new EngineError("invalid-argument", "No file was chosen.");
    const sources = files.map((file) => sourceFromBlob(file.name, file));
    const { name, figures } = await describeModelFiles(sources);
    const named = files.map((file) => `${file.name}:${file.size}:${file.lastModified}`).sort();
    const id = `file-${shortHash(named.join("\n"))}`;
    this.#files.set(id, { name: name || files[0]!.name, figures, sources });
    return this.#announce(id);
  }

  async openModelAddress(text: string, revision = "", token = ""): Promise<ModelEntry> {
    const address = parseModelAddress(text, revision);
    const shown = showAddress(address);
    const at = address.kind === "hub" ? address.revision : "";
    const id = addressId(shown, at);
    const access = this.#access(token);
    const files = await resolveRemoteFiles(address, access);
    const ranged = files.every((file) => file.ranges);
    if (!ranged && !this.#host.cache) {
      throw new EngineError(
        "download-failed",
        `${shown}: this server does not serve parts of files, and this browser cannot keep a model. Download the file and open it from disk.`,
      );
    }
    // Without ranges the header is only known when the whole file has arrived.
    const described = ranged ? await describeModelFiles(await remoteSources(files, access)) : null;
    this.#addresses.set(id, {
      name: described?.name || files[0]?.name || shown,
      origin: address.kind === "hub" ? "hub" : "address",
      address: shown,
      revision: at,
      token,
      files,
      figures: described?.figures ?? null,
    });
    return this.#announce(id);
  }

  /** `progress` counts bytes as they arrive, beside what the list tells. */
  async downloadModel(id: string, progress: Progress = () => {}): Promise<ModelEntry> {
    const cache = this.#requireCache();
    await this.#transferring(id, async (access, meter) => {
      const order = await this.#order(id, access);
      const record = await cache.download(order, access, (phase, done, total) => {
        if (phase === "download") progress(done, total);
        this.#moved(meter, phase, done, total);
      });
      const sources = await cache.sources(id);
      if (!sources) throw new EngineError("internal", `${id} is not listed after its download.`);
      try {
        await cache.describe(record, await describeModelFiles(sources));
      } catch (error) {
        // A sound download of something that is no model here must not take up the disk.
        if (error instanceof EngineError && error.code.startsWith("format-"))
          await cache.remove(id);
        throw error;
      }
    });
    return this.#announce(id);
  }

  async cancelDownload(id: string): Promise<void> {
    this.#transfers.get(id)?.abort.abort();
  }

  async verifyModel(id: string): Promise<ModelEntry> {
    const cache = this.#requireCache();
    await this.#transferring(id, async (access, meter) => {
      await cache.verify(id, access, (...step) => this.#moved(meter, ...step));
    });
    return this.#announce(id);
  }

  async deleteModel(id: string): Promise<void> {
    await this.cancelDownload(id);
    await this.#transfers.get(id)?.meter.ended;
    const forgotten = this.#files.delete(id) || this.#addresses.delete(id);
    const kept = await this.#host.cache?.find(id);
    if (kept) await this.#host.cache?.remove(id);
    else if (!forgotten) throw unknownModel(id);
    await this.#emit();
  }

  /** The files of a model for loading it: from this device, or by ranges from where it lies. */
  async sources(id: string, progress: Progress): Promise<readonly ByteSource[]> {
    const opened = this.#files.get(id);
    if (opened) return opened.sources;
    const kept = await this.#host.cache?.sources(id).catch(async (error: unknown) => {
      await this.#emit();
      throw error;
    });
    if (kept) return kept;
    const remote = this.#addresses.has(id) || curatedModels.some((one) => one.id === id);
    if (!remote) return this.#host.embeddedSources(id, progress);
    const access = this.#access(this.#addresses.get(id)?.token);
    const { files } = await this.#order(id, access);
    return remoteSources(files, access);
  }

  /** Whether a proposed model can be had without another site: kept here, or beside the page. */
  async isAtHand(id: string): Promise<boolean> {
    // Where it cannot be read it is not here.
    const kept = await this.#host.cache?.find(id).catch(() => undefined);
    if (kept?.complete) return true;
    const curated = curatedModels.find((one) => one.id === id);
    if (!curated) return false;
    // Without network, or where a host answers with some page of its own, it is not.
    return (await this.#besidePage(curated, this.#access("")).catch(() => undefined)) !== undefined;
  }

  /** As `sources`, but fetched and kept first, and repaired where it is known to be damaged. */
  async keptSources(id: string, progress: Progress): Promise<readonly ByteSource[]> {
    const kept = await this.#host.cache?.find(id);
    const isOld = kept?.complete === true && (await this.#isOlderThanSite(id, kept));
    try {
      if (!kept?.complete || isOld) await this.#downloadWhole(id, progress);
      else if (kept.record.problem || !hasItsSize(kept)) await this.#repair(id, progress);
    } catch (error) {
      // Without network, what an earlier release brought still works.
      const isAtHand = isOld && (await this.#host.cache?.find(id))?.complete === true;
      if (isAtHand) return this.sources(id, progress);
      // It cannot be kept, or another tab is at it: read from where it lies.
      if (!(error instanceof EngineError) || !NOT_KEPT.has(error.code)) throw error;
    }
    return this.sources(id, progress);
  }

  /** Kept by a release that had other bytes of it or of its adapter; the site, not the hub, has the new ones. */
  async #isOlderThanSite(id: string, { record }: KeptModel): Promise<boolean> {
    const curated = curatedModels.find((one) => one.id === id);
    const wanted = [curated?.sha256, curated?.adapter?.sha256].filter((hash) => hash != null);
    const isNow = wanted.every((hash) => record.files.some(({ sha256 }) => sha256 === hash));
    if (!curated || isNow) return false;
    const files = await this.#besidePage(curated, this.#access("")).catch(() => undefined);
    return files !== undefined;
  }

  /** Block by block; whole where the server has no blocks to give. */
  async #repair(id: string, progress: Progress): Promise<void> {
    try {
      await this.verifyModel(id);
    } catch (error) {
      if (!(error instanceof EngineError) || error.code !== "checksum-mismatch") throw error;
      await this.#downloadWhole(id, progress);
    }
  }

  async #downloadWhole(id: string, progress: Progress): Promise<void> {
    try {
      await this.downloadModel(id, progress);
    } catch (error) {
      if (!(error instanceof EngineError) || error.code !== "checksum-mismatch") throw error;
      await this.downloadModel(id, progress); // what was damaged on the way is fetched once more
    }
  }

  async #order(id: string, access: RemoteAccess) {
    const opened = this.#addresses.get(id);
    const curated = curatedModels.find((one) => one.id === id);
    const record = (await this.#host.cache?.find(id))?.record;
    if (curated) {
      const { address, name } = curated;
      const files =
        (await this.#besidePage(curated, access)) ?? (await resolveRemoteFiles(address, access));
      const [first, ...others] = files;
      const pinned = [{ ...first!, sha256: curated.sha256 }, ...others];
      const { revision } = address;
      const where = { origin: "hub", address: showAddress(address), revision } as const;
      return { id, name, ...where, files: pinned };
    }
    const known = opened ?? record;
    if (!known) throw unknownModel(id);
    const { name, origin, address, revision } = known;
    const files = await resolveRemoteFiles(parseModelAddress(address, revision), access);
    return { id, name, origin, address, revision, files };
  }

  /** The file as the site itself serves it, and its adapter; undefined where this site does not. */
  async #besidePage(
    { besidePage, adapter }: CuratedModel,
    access: RemoteAccess,
  ): Promise<RemoteFile[] | undefined> {
    if (besidePage === undefined) return undefined;
    try {
      const files = [await resolveSplitFile(this.#host.siteUrl(besidePage), access)];
      if (adapter) {
        const { file, bytes, sha256 } = adapter;
        const url = this.#host.siteUrl(file);
        files.push({ name: file, url, size: bytes, etag: null, sha256, ranges: true });
      }
      return files;
    } catch (error) {
      if (error instanceof EngineError && error.code === "not-found") return undefined;
      throw error;
    }
  }

  async #transferring(
    id: string,
    task: (access: RemoteAccess, meter: TransferMeter) => Promise<void>,
  ): Promise<void> {
    if (this.#transfers.has(id)) {
      throw new EngineError("busy", "This model is already being fetched.");
    }
    const abort = new AbortController();
    const meter = new TransferMeter(() => this.#host.now());
    this.#transfers.set(id, { abort, meter });
    try {
      await this.#emit();
      const token = this.#addresses.get(id)?.token;
      await task({ ...this.#access(token), signal: abort.signal }, meter);
    } finally {
      this.#transfers.delete(id);
      meter.end();
      await this.#emit();
    }
  }

  #moved(meter: TransferMeter, phase: "download" | "verify", done: number, total: number): void {
    if (meter.count(phase, done, total)) void this.#emit();
  }

  #facts(id: string, curated?: CuratedModel, kept?: KeptModel): EntryFacts {
    const opened = this.#addresses.get(id);
    const transfer = this.#transfers.get(id)?.meter.reading ?? null;
    return {
      id,
      transfer,
      ...(curated ? { curated } : {}),
      ...(kept ? { kept } : {}),
      ...(opened ? { opened } : {}),
    };
  }

  #access(token: string | undefined): RemoteAccess {
    const fetch = (url: string, init: RequestInit) => this.#host.fetch(url, init);
    return token ? { fetch, token } : { fetch };
  }

  #requireCache(): ModelCache {
    if (this.#host.cache) return this.#host.cache;
    throw new EngineError(
      "no-storage",
      "This browser gives the page no place to keep a model (a private window, or a page that is not on https). Load it without keeping it.",
    );
  }

  async #announce(id: string): Promise<ModelEntry> {
    const state = await this.#emit();
    const entry = state.entries.find((one) => one.id === id);
    if (!entry) throw unknownModel(id);
    return entry;
  }

  async #emit(): Promise<ModelLibraryState> {
    const state = await this.listModels();
    this.#host.emit(state);
    return state;
  }
}

const hasItsSize = ({ record, keptBytes }: KeptModel): boolean =>
  keptBytes === record.files.reduce((sum, { size }) => sum + (size ?? 0), 0);

async function remoteSources(
  files: readonly RemoteFile[],
  access: RemoteAccess,
): Promise<ByteSource[]> {
  const headers = authorisation(access);
  return Promise.all(
    files.map(async (file) => {
      if (!file.parts) return sourceFromUrl(file.url, { fetch: access.fetch, headers });
      const parts = file.parts.map(({ url }) =>
        sourceFromUrl(url, { fetch: access.fetch, headers }),
      );
      return joinedSource(file.name, await Promise.all(parts));
    }),
  );
}

function addressId(address: string, revision: string): string {
  const slug = (address.split("/").pop() ?? "").toLowerCase().replace(/[^a-z0-9]+/g, "-");
  return `address-${slug.slice(0, 40)}-${shortHash(`${address}@${revision}`)}`;
}

function shortHash(text: string): string {
  return new Sha256().update(new TextEncoder().encode(text)).hex().slice(0, 12);
}

function unknownModel(id: string): EngineError {
  return new EngineError("not-found", `There is no model "${id}" here. Choose one from the list.`);
}
