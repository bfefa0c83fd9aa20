// Both backends in memory: for tests, for headless runs, and where a browser allows no storage.
import { damaged } from "./envelope.ts";
import {
  RECORD_TABLES,
  type ExtentStore,
  type RecordKey,
  type RecordPrefix,
  type RecordStore,
  type RecordTable,
  type RecordWrite,
  type TryLock,
} from "./types.ts";

/** Every lock is free: for one process alone with its stores. */
export const freeLock: TryLock = () => Promise.resolve(() => undefined);

interface Entry {
  readonly key: RecordKey;
  readonly value: Uint8Array;
}

export class MemoryRecords implements RecordStore {
  readonly #tables = new Map<RecordTable, Map<string, Entry>>(
    RECORD_TABLES.map((table) => [table, new Map()]),
  );

  #table(table: RecordTable): Map<string, Entry> {
    return this.#tables.get(table)!;
  }

  async write(batch: readonly RecordWrite[]): Promise<void> {
    for (const { key } of batch) {
      if (!key.slice(1).every(Number.isFinite))
        throw new DOMException(`key ${key.join(" ")}`, "DataError");
    }
    for (const item of batch) {
      if ("put" in item) {
        const entry = { key: [...item.key] as const, value: item.value.slice() };
        this.#table(item.put).set(JSON.stringify(item.key), entry);
      } else {
        this.#table(item.remove).delete(JSON.stringify(item.key));
      }
    }
  }

  async get(table: RecordTable, key: RecordKey): Promise<Uint8Array | undefined> {
    return this.#table(table).get(JSON.stringify(key))?.value.slice();
  }

  async getAll(table: RecordTable, prefix: RecordPrefix): Promise<[RecordKey, Uint8Array][]> {
    return this.#entries(table, prefix).map(({ key, value }) => [key, value.slice()]);
  }

  async keys(table: RecordTable, prefix: RecordPrefix): Promise<RecordKey[]> {
    return this.#entries(table, prefix).map(({ key }) => key);
  }

  #entries(table: RecordTable, prefix: RecordPrefix): Entry[] {
    return [...this.#table(table).values()]
      .filter(({ key }) => prefix.every((value, i) => key[i] === value))
      .sort((a, b) => compareKeys(a.key, b.key));
  }

  async deleteDocument(docId: string): Promise<void> {
    for (const table of this.#tables.values()) {
      for (const [name, { key }] of table) if (key[0] === docId) table.delete(name);
    }
  }

  close(): void {}
}

function compareKeys(a: RecordKey, b: RecordKey): number {
  if (a[0] !== b[0]) return a[0] < b[0] ? -1 : 1;
  for (let i = 1; i < Math.max(a.length, b.length); i++) {
    const difference = ((a[i] ?? -1) as number) - ((b[i] ?? -1) as number);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Bytes that were appended: no single array holds the KV of a book of 130,000 tokens. */
interface ByteFile {
  /** All of `pieceBytes`. */
  readonly pieces: Uint8Array[];
  length: number;
}

const PIECE_BYTES = 1024 * 1024;

export class MemoryExtents implements ExtentStore {
  readonly #files = new Map<string, ByteFile>();
  readonly #pieceBytes: number;

  constructor(pieceBytes = PIECE_BYTES) {
    this.#pieceBytes = pieceBytes;
  }

  async append(docId: string, bytes: Uint8Array): Promise<number> {
    let file = this.#files.get(docId);
    if (!file) this.#files.set(docId, (file = { pieces: [], length: 0 }));
    const offset = file.length;
    const length = offset + bytes.byteLength;
    while (file.pieces.length * this.#pieceBytes < length) {
      file.pieces.push(new Uint8Array(this.#pieceBytes));
    }
    let at = 0;
    for (const part of this.#parts(file, offset, bytes.byteLength)) {
      part.set(bytes.subarray(at, (at += part.byteLength)));
    }
    file.length = length;
    return offset;
  }

  async read(docId: string, offset: number, length: number): Promise<Uint8Array> {
    const file = this.#files.get(docId);
    if (!file || offset + length > file.length) throw damaged("extent file", "is too short");
    const bytes = new Uint8Array(length);
    let at = 0;
    for (const part of this.#parts(file, offset, length)) {
      bytes.set(part, at);
      at += part.byteLength;
    }
    return bytes;
  }

  /** Views of a range, in order. */
  *#parts({ pieces }: ByteFile, offset: number, length: number): Generator<Uint8Array> {
    for (let at = offset; at < offset + length;) {
      const from = at % this.#pieceBytes;
      const count = Math.min(this.#pieceBytes - from, offset + length - at);
      yield pieces[Math.floor(at / this.#pieceBytes)]!.subarray(from, from + count);
      at += count;
    }
  }

  async flush(): Promise<void> {}

  async truncate(docId: string, length: number): Promise<void> {
    const file = this.#files.get(docId);
    if (!file) return;
    file.length = Math.min(length, file.length);
    file.pieces.length = Math.ceil(file.length / this.#pieceBytes);
  }

  async size(docId: string): Promise<number> {
    return this.#files.get(docId)?.length ?? 0;
  }

  async delete(docId: string): Promise<void> {
    this.#files.delete(docId);
  }

  async close(): Promise<void> {}
}
