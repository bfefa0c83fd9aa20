// Both backends over IndexedDB: records, and extent bytes in segments for browsers without OPFS.
// The factory is given: the engine reads no global. Values are plain Uint8Arrays.
// 16 KiB values are slow and 256 KiB ones fast in Chromium, hence the segment size.
import { EngineError } from "../errors.ts";
import { damaged } from "./envelope.ts";
import {
  RECORD_TABLES,
  type Durability,
  type ExtentStore,
  type RecordKey,
  type RecordPrefix,
  type RecordStore,
  type RecordTable,
  type RecordWrite,
} from "./types.ts";

/** Raise with every new table. */
const SCHEMA_VERSION = 3;

export interface IndexedDbAccess {
  readonly factory: IDBFactory;
  readonly keyRange: typeof IDBKeyRange;
  readonly name: string;
}

export class IndexedDbRecords implements RecordStore {
  readonly #database: IDBDatabase;
  readonly #keyRange: typeof IDBKeyRange;
  /** A newer version of the app in another tab has asked for the database. */
  #isGivenUp = false;

  private constructor(database: IDBDatabase, keyRange: typeof IDBKeyRange) {
    this.#database = database;
    this.#keyRange = keyRange;
  }

  static async open(access: IndexedDbAccess): Promise<IndexedDbRecords> {
    const request = access.factory.open(access.name, SCHEMA_VERSION);
    request.onupgradeneeded = () => {
      const present = request.result.objectStoreNames;
      for (const table of RECORD_TABLES) {
        if (!present.contains(table)) request.result.createObjectStore(table);
      }
    };
    const database = await settled(request).catch((error: unknown) => {
      if ((error as Error).name === "VersionError") throw newer(error);
      throw error;
    });
    const records = new IndexedDbRecords(database, access.keyRange);
    // Another tab with a newer version must not wait for this one.
    database.onversionchange = () => {
      records.#isGivenUp = true;
      database.close();
    };
    return records;
  }

  async write(batch: readonly RecordWrite[], durability: Durability): Promise<void> {
    if (batch.length === 0) return;
    const tables = new Set(batch.map((item) => ("put" in item ? item.put : item.remove)));
    const transaction = this.#begin([...tables], "readwrite", durability);
    const done = finished(transaction);
    try {
      for (const item of batch) {
        if ("put" in item) {
          transaction.objectStore(item.put).put(ownBuffer(item.value), [...item.key]);
        } else {
          transaction.objectStore(item.remove).delete([...item.key]);
        }
      }
    } catch (error) {
      // A put refused at once (value too large, quota) must not leave its predecessors.
      abortQuietly(transaction);
      await done.catch(() => undefined);
      throw error;
    }
    await done;
  }

  async get(table: RecordTable, key: RecordKey): Promise<Uint8Array | undefined> {
    const store = this.#begin([table]).objectStore(table);
    return settled(store.get([...key]) as IDBRequest<Uint8Array | undefined>);
  }

  async getAll(table: RecordTable, prefix: RecordPrefix): Promise<[RecordKey, Uint8Array][]> {
    const store = this.#begin([table]).objectStore(table);
    const range = this.#range(prefix);
    const [keys, values] = await Promise.all([
      settled(store.getAllKeys(range)),
      settled(store.getAll(range) as IDBRequest<Uint8Array[]>),
    ]);
    return keys
      .map((key, i) => [key as unknown as RecordKey, values[i]!] as const)
      .filter(([key]) => isKey(key))
      .map(([key, value]) => [key, value]);
  }

  async keys(table: RecordTable, prefix: RecordPrefix): Promise<RecordKey[]> {
    const store = this.#begin([table]).objectStore(table);
    const keys = await settled(store.getAllKeys(this.#range(prefix)));
    return (keys as unknown as RecordKey[]).filter(isKey);
  }

  async deleteDocument(docId: string): Promise<void> {
    const transaction = this.#begin([...RECORD_TABLES], "readwrite", "strict");
    const range = this.#keyRange.bound([docId], [docId, []]);
    for (const table of RECORD_TABLES) transaction.objectStore(table).delete(range);
    await finished(transaction);
  }

  close(): void {
    this.#database.close();
  }

  #begin(
    tables: RecordTable[],
    mode: IDBTransactionMode = "readonly",
    durability: Durability = "relaxed",
  ): IDBTransaction {
    if (this.#isGivenUp) throw newer();
    return this.#database.transaction(tables, mode, { durability });
  }

  /** An array sorts after every number and string, so [...prefix, []] ends the prefix's keys. */
  #range(prefix: RecordPrefix): IDBKeyRange | undefined {
    if (prefix.length === 0) return undefined;
    return this.#keyRange.bound([...prefix], [...prefix, []]);
  }
}

/** Another program of the origin may have put anything there. */
function isKey(key: unknown): boolean {
  return Array.isArray(key) && typeof key[0] === "string";
}

/** Structured clone copies a view's whole buffer: a view into a larger one is cut out first. */
function ownBuffer(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(reasonOf(request.error));
  });
}

function finished(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(reasonOf(transaction.error));
  });
}

function abortQuietly(transaction: IDBTransaction): void {
  try {
    transaction.abort();
  } catch {
    // Already finished: nothing to undo.
  }
}

function newer(cause?: unknown): EngineError {
  return new EngineError(
    "storage-newer",
    "A newer version of Inkspan keeps this library now. Nothing was changed; reload the page to get that version.",
    { cause },
  );
}

function reasonOf(error: DOMException | null): Error {
  return error ?? new EngineError("internal", "The database gave up a request without a reason.");
}

const SEGMENT_BYTES = 512 * 1024;
const CACHED_SEGMENTS = 8;

/** Extent bytes as values of 512 KiB under [docId, segment]; only the last one is shorter. */
export class IndexedDbExtents implements ExtentStore {
  readonly #records: RecordStore;
  readonly #sizes = new Map<string, number>();
  /** Least recently used first. */
  readonly #segments = new Map<string, Uint8Array>();

  constructor(records: RecordStore) {
    this.#records = records;
  }

  async append(docId: string, bytes: Uint8Array): Promise<number> {
    const offset = await this.size(docId);
    const batch: RecordWrite[] = [];
    let at = offset;
    let from = 0;
    while (from < bytes.byteLength) {
      const segment = Math.floor(at / SEGMENT_BYTES);
      const used = at - segment * SEGMENT_BYTES;
      const take = Math.min(SEGMENT_BYTES - used, bytes.byteLength - from);
      const value = new Uint8Array(used + take);
      if (used > 0) value.set((await this.#segment(docId, segment)).subarray(0, used));
      value.set(bytes.subarray(from, from + take), used);
      batch.push({ put: "segments", key: [docId, segment], value });
      at += take;
      from += take;
    }
    await this.#records.write(batch, "relaxed");
    this.#forget(docId);
    this.#sizes.set(docId, at);
    return offset;
  }

  async read(docId: string, offset: number, length: number): Promise<Uint8Array> {
    if (offset + length > (await this.size(docId))) throw damaged("extent file", "is too short");
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length;) {
      const segment = Math.floor((offset + done) / SEGMENT_BYTES);
      const from = offset + done - segment * SEGMENT_BYTES;
      const piece = (await this.#segment(docId, segment)).subarray(from, from + length - done);
      if (piece.byteLength === 0) throw damaged("extent file", "has a gap");
      bytes.set(piece, done);
      done += piece.byteLength;
    }
    return bytes;
  }

  /** Relaxed transactions reach the disk in order: the strict one of the commit takes these along. */
  async flush(): Promise<void> {}

  async truncate(docId: string, length: number): Promise<void> {
    if (length >= (await this.size(docId))) return;
    const segment = Math.floor(length / SEGMENT_BYTES);
    const used = length - segment * SEGMENT_BYTES;
    const batch: RecordWrite[] = (await this.#records.keys("segments", [docId]))
      .filter((key) => key[1]! >= segment)
      .map((key) => ({ remove: "segments", key }));
    if (used > 0) {
      const value = (await this.#segment(docId, segment)).slice(0, used);
      batch.push({ put: "segments", key: [docId, segment], value });
    }
    await this.#records.write(batch, "relaxed");
    this.#forget(docId);
  }

  async size(docId: string): Promise<number> {
    const known = this.#sizes.get(docId);
    if (known !== undefined) return known;
    const last = (await this.#records.keys("segments", [docId])).at(-1)?.[1];
    const size =
      last === undefined ? 0 : last * SEGMENT_BYTES + (await this.#segment(docId, last)).byteLength;
    this.#sizes.set(docId, size);
    return size;
  }

  async delete(docId: string): Promise<void> {
    const keys = await this.#records.keys("segments", [docId]);
    await this.#records.write(
      keys.map((key) => ({ remove: "segments", key })),
      "relaxed",
    );
    this.#forget(docId);
  }

  async close(docId: string): Promise<void> {
    this.#forget(docId);
  }

  async #segment(docId: string, segment: number): Promise<Uint8Array> {
    const name = `${docId}/${segment}`;
    const bytes =
      this.#segments.get(name) ?? (await this.#records.get("segments", [docId, segment]));
    if (!(bytes instanceof Uint8Array)) throw damaged("extent file", "has a gap");
    this.#segments.delete(name);
    this.#segments.set(name, bytes);
    if (this.#segments.size > CACHED_SEGMENTS) {
      this.#segments.delete(this.#segments.keys().next().value!);
    }
    return bytes;
  }

  #forget(docId: string): void {
    this.#sizes.delete(docId);
    for (const name of this.#segments.keys()) {
      if (name.startsWith(`${docId}/`)) this.#segments.delete(name);
    }
  }
}
