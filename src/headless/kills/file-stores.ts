// Both backends on files, for processes that are killed: a journal of transactions, each in a frame with
// its checksum, and one file of extents per document. Everything is written in small pieces, so that a
// kill also falls between the halves of a write. One process at a time.
import { type FileHandle, mkdir, open, rename, rm } from "node:fs/promises";
import path from "node:path";
import { setImmediate } from "node:timers/promises";
import { deserialize, serialize } from "node:v8";
import { crc32c, damaged } from "../../engine/store/envelope.ts";
import { MemoryRecords } from "../../engine/store/memory.ts";
import {
  type Durability,
  type ExtentStore,
  RECORD_TABLES,
  type RecordStore,
  type RecordWrite,
} from "../../engine/store/types.ts";

const PIECE_BYTES = 16 * 1024;
/** A journal longer than this is written anew when it is opened. */
const COMPACT_BYTES = 32 * 1024 * 1024;

type Entry = { readonly batch: readonly RecordWrite[] } | { readonly deleted: string };

async function writePieces(file: FileHandle, bytes: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < bytes.length; done += PIECE_BYTES) {
    await file.write(bytes, done, Math.min(PIECE_BYTES, bytes.length - done), at + done);
    await setImmediate();
  }
}

function frame(entry: Entry): Uint8Array {
  const payload = serialize(entry);
  const bytes = new Uint8Array(8 + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, payload.length, true);
  view.setUint32(4, crc32c(payload), true);
  bytes.set(payload, 8);
  return bytes;
}

export class FileRecords implements RecordStore {
  readonly #memory = new MemoryRecords();
  readonly #journal: FileHandle;
  #end = 0;
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(journal: FileHandle) {
    this.#journal = journal;
  }

  static async open(folder: string): Promise<FileRecords> {
    await mkdir(folder, { recursive: true });
    const name = path.join(folder, "records.journal");
    const records = new FileRecords(await open(name, "a+").then(reopened(name)));
    await records.#replay();
    if (records.#end <= COMPACT_BYTES) return records;
    await records.#compact(name);
    return FileRecords.open(folder);
  }

  write(batch: readonly RecordWrite[], durability: Durability): Promise<void> {
    if (batch.length === 0) return Promise.resolve();
    return this.#append({ batch }, durability === "strict", () => this.#memory.write(batch));
  }

  deleteDocument(docId: string): Promise<void> {
    return this.#append({ deleted: docId }, true, () => this.#memory.deleteDocument(docId));
  }

  get: RecordStore["get"] = (table, key) => this.#memory.get(table, key);
  getAll: RecordStore["getAll"] = (table, prefix) => this.#memory.getAll(table, prefix);
  keys: RecordStore["keys"] = (table, prefix) => this.#memory.keys(table, prefix);

  close(): void {
    void this.#queue.then(() => this.#journal.close());
  }

  #append(entry: Entry, strict: boolean, apply: () => Promise<void>): Promise<void> {
    const run = this.#queue.then(async () => {
      const bytes = frame(entry);
      await writePieces(this.#journal, bytes, this.#end);
      if (strict) await this.#journal.datasync();
      await apply();
      this.#end += bytes.length;
    });
    this.#queue = run.catch(() => undefined);
    return run;
  }

  /** Up to the first frame that is not whole: it is the one the kill fell into. */
  async #replay(): Promise<void> {
    const { size } = await this.#journal.stat();
    const bytes = new Uint8Array(size);
    await this.#journal.read(bytes, 0, size, 0);
    const view = new DataView(bytes.buffer);
    while (this.#end + 8 <= size) {
      const length = view.getUint32(this.#end, true);
      const payload = bytes.subarray(this.#end + 8, this.#end + 8 + length);
      const isWhole = payload.length === length;
      if (!isWhole || crc32c(payload) !== view.getUint32(this.#end + 4, true)) break;
      const entry = deserialize(payload) as Entry;
      if ("deleted" in entry) await this.#memory.deleteDocument(entry.deleted);
      else await this.#memory.write(entry.batch);
      this.#end += 8 + length;
    }
    await this.#journal.truncate(this.#end);
  }

  async #compact(name: string): Promise<void> {
    const batch: RecordWrite[] = [];
    for (const put of RECORD_TABLES) {
      for (const [key, value] of await this.#memory.getAll(put, []))
        batch.push({ put, key, value });
    }
    const fresh = await open(`${name}.new`, "w");
    await writePieces(fresh, frame({ batch }), 0);
    await fresh.datasync();
    await fresh.close();
    await this.#journal.close();
    await rename(`${name}.new`, name);
  }
}

/** Node opens a file that may not exist for writing at any place only in two steps. */
function reopened(name: string): (created: FileHandle) => Promise<FileHandle> {
  return async (created) => {
    await created.close();
    return open(name, "r+");
  };
}

export class FileExtents implements ExtentStore {
  readonly #folder: string;
  readonly #files = new Map<string, Promise<FileHandle>>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  async append(docId: string, bytes: Uint8Array): Promise<number> {
    const offset = await this.size(docId);
    await writePieces(await this.#file(docId), bytes, offset);
    return offset;
  }

  async read(docId: string, offset: number, length: number): Promise<Uint8Array> {
    if (offset + length > (await this.size(docId))) throw damaged("extent file", "is too short");
    const bytes = new Uint8Array(length);
    await (await this.#file(docId)).read(bytes, 0, length, offset);
    return bytes;
  }

  async flush(docId: string): Promise<void> {
    await (await this.#file(docId)).datasync();
  }

  async truncate(docId: string, length: number): Promise<void> {
    if ((await this.size(docId)) > length) await (await this.#file(docId)).truncate(length);
  }

  async size(docId: string): Promise<number> {
    return (await (await this.#file(docId)).stat()).size;
  }

  async delete(docId: string): Promise<void> {
    await this.close(docId);
    await rm(this.#path(docId), { force: true });
  }

  async close(docId: string): Promise<void> {
    const file = this.#files.get(docId);
    this.#files.delete(docId);
    await (await file)?.close();
  }

  #path(docId: string): string {
    return path.join(this.#folder, `${encodeURIComponent(docId)}.extents`);
  }

  #file(docId: string): Promise<FileHandle> {
    let file = this.#files.get(docId);
    if (!file) {
      const name = this.#path(docId);
      file = mkdir(this.#folder, { recursive: true })
        .then(() => open(name, "a+"))
        .then(reopened(name));
      this.#files.set(docId, file);
    }
    return file;
  }
}
