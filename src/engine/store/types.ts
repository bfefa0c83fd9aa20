// Types of the durable store: the two backends it is given (records, extent bytes) and the documents
// kept on them. No implementation here. Source: docs/ltri.md §12.
import type { Section } from "../sections.ts";

/** The tables. `segments` is used only where extent bytes live in IndexedDB. */
export const RECORD_TABLES = [
  "documents", // [docId]               manifest
  "commits", // [docId, 0|1]            commit record
  "sources", // [docId, column, part]   0 text UTF-8, 1 token ids u32, 2 token starts u32, 3 sections, 4 words, 5 overview
  "spans", // [docId, layer, part]      start, length, score, extent, offset
  "vectors", // [docId, layer, part]    mStat, mDyn
  "kv", // [docId, layer, part]         where the part's extents lie: offset, bytes
  "checkpoints", // [docId, 0|1, part]
  "segments", // [docId, segment]
  "benchmarks", // [id, kind, part]     runs, their results and data files; belongs to no document
  "calibrations", // [model, 0]         measured head weights, reading rates; belongs to no document
] as const;
export type RecordTable = (typeof RECORD_TABLES)[number];

export type RecordKey = readonly [docId: string, ...numbers: number[]];
/** A key, or its beginning; `[]` is the whole table. */
export type RecordPrefix = RecordKey | readonly [];

export type RecordWrite =
  | { readonly put: RecordTable; readonly key: RecordKey; readonly value: Uint8Array }
  | { readonly remove: RecordTable; readonly key: RecordKey };

/** `strict`: on the device when the promise resolves, with everything written before it. */
export type Durability = "relaxed" | "strict";

/** Transactional tables of byte values. Values are copied in and out. Keys sort by docId, then numbers. */
export interface RecordStore {
  /** All or nothing. */
  write(batch: readonly RecordWrite[], durability: Durability): Promise<void>;
  get(table: RecordTable, key: RecordKey): Promise<Uint8Array | undefined>;
  getAll(table: RecordTable, prefix: RecordPrefix): Promise<[RecordKey, Uint8Array][]>;
  keys(table: RecordTable, prefix: RecordPrefix): Promise<RecordKey[]>;
  /** Removes the document from every table, all or nothing. */
  deleteDocument(docId: string): Promise<void>;
  close(): void;
}

/** One append-only byte file per document. A file that was never written has size 0. */
export interface ExtentStore {
  /** Returns the offset of the first byte written. After a failure part of it may have been written. */
  append(docId: string, bytes: Uint8Array): Promise<number>;
  /** Rejects with `index-damaged` when the range is not inside the file. */
  read(docId: string, offset: number, length: number): Promise<Uint8Array>;
  /** Everything appended so far survives once this resolves. */
  flush(docId: string): Promise<void>;
  /** Cuts the file to `length` bytes, which is at most its size. */
  truncate(docId: string, length: number): Promise<void>;
  size(docId: string): Promise<number>;
  delete(docId: string): Promise<void>;
  /** Releases handles of one document; the next call opens it again. */
  close(docId: string): Promise<void>;
}

/** Takes the exclusive lock `name` at once, or returns undefined when another holder has it. */
export type TryLock = (name: string) => Promise<(() => void) | undefined>;

/** Whether somebody holds the lock `name` now. */
export type LockProbe = (name: string) => Promise<boolean>;

export type FingerprintValue =
  | string
  | number
  | boolean
  | null
  | readonly FingerprintValue[]
  | { readonly [field: string]: FingerprintValue };
/** Everything that influences stored bytes: model, tokenizer, prefix, engine parameters, format. */
export type Fingerprint = Readonly<Record<string, FingerprintValue>>;

/** Sizes that every stored record is checked against. */
export interface IndexGeometry {
  readonly layers: number;
  readonly kvHeads: number; // K
  readonly headDim: number; // D
  /** One layer, one token, k° and v together: 4·K·D at f16. */
  readonly kvBytesPerToken: number;
  /** One index vector of one span, [K][D]: 2·K·D at f16. */
  readonly vectorBytes: number;
}

export interface NewDocument {
  readonly title: string;
  readonly text: string;
  readonly tokenIds: Uint32Array; // [tokens]
  readonly tokenStarts: Uint32Array; // [tokens], UTF-16 units of `text`
  readonly sections?: readonly Section[];
  readonly fingerprint: Fingerprint;
  readonly geometry: IndexGeometry;
  readonly modelName: string;
  readonly owner?: string;
}

export interface Manifest {
  readonly docId: string;
  readonly title: string;
  readonly createdAt: number; // ms since 1970
  readonly modelName: string;
  readonly characters: number; // UTF-16 units
  readonly tokens: number;
  readonly fingerprint: Fingerprint;
  readonly fingerprintHash: string; // SHA-256, hex
  readonly geometry: IndexGeometry;
  /** Parts of each source column: text, token ids, token starts, sections (absent in older ones). */
  readonly sourceParts: readonly [number, number, number, number?];
  readonly sourceBytes: readonly [number, number, number, number?]; // stored, envelopes included
  /** Stored bytes of the word index, envelopes included; absent before it was first made. */
  readonly wordBytes?: number;
  /** Of its overview, envelope included; absent where none was made. */
  readonly overviewBytes?: number;
  /** SHA-256 of the file that it came in, for one whose index was made elsewhere. */
  readonly fileHash?: string;
  /** It came in a file, and no model has compared its text with its tokens yet. */
  readonly unproven?: boolean;
  /** Who added it for itself (a widget of this origin); absent for the person's own. */
  readonly owner?: string;
  /** The text itself cannot be read: not even another reading helps. */
  readonly textLost?: boolean;
  /** Why a record of the document was refused; the index must be rebuilt. */
  readonly damage?: string;
  /** SHA-256 of the UTF-8 text, hex; absent in older ones. */
  readonly textHash?: string;
  /** Address it was imported from. */
  readonly importedFrom?: string;
  /** Set first by a deletion; records go after it. Set by an import until its last byte is verified. */
  readonly deleting?: true;
}

export type StoredState = "ingesting" | "complete" | "damaged";

/** One row of the library. */
export interface DocumentInfo {
  readonly docId: string;
  readonly title: string;
  readonly state: StoredState;
  readonly characters: number;
  readonly tokens: number;
  readonly committedTokens: number;
  readonly spans: number; // sealed, all layers
  readonly bytesOnDisk: number;
  readonly createdAt: number; // ms since 1970
  readonly modelName: string;
  readonly fingerprint: Fingerprint;
  readonly owner?: string;
  readonly damage?: string;
  /** Damaged beyond another reading. */
  readonly textLost: boolean;
}

export interface OpenedDocument {
  readonly manifest: Manifest;
  readonly state: StoredState;
  /** Why it is damaged, and whether another reading can help. */
  readonly damage?: string;
  readonly textLost: boolean;
  /** 0 with no checkpoint: nothing durable yet, stream in from the first token. */
  readonly tokensCommitted: number;
  /** The engine's own bytes as given to `commit`. */
  readonly checkpoint: Uint8Array | undefined;
}

/** Sealed spans of one layer in document order, new since the last append. n spans. */
export interface SealedSpans {
  readonly start: Uint32Array; // [n] token index
  readonly length: Uint16Array; // [n] tokens
  readonly score: Float32Array; // [n]
  readonly mStat: Uint8Array; // [n][K][D], vectorBytes each
  readonly mDyn: Uint8Array; // [n][K][D]
  /** Per span: k° [length][K][D] then v [length][K][D]; length · kvBytesPerToken bytes. */
  readonly kv: readonly Uint8Array[];
}

/** Columns over all sealed spans of a layer; views that are valid until the next append. */
export interface SpanColumns {
  readonly count: number;
  readonly start: Uint32Array; // [count] token index
  readonly length: Uint16Array; // [count] tokens
  readonly score: Float32Array; // [count]
}

export interface SpanVectors {
  readonly mStat: Uint8Array; // [count][K][D]
  readonly mDyn: Uint8Array; // [count][K][D]
}

export interface CommitInput {
  /** Document tokens whose effect is in the appended spans and the checkpoint. */
  readonly tokensCommitted: number;
  /** Opaque engine bytes: ring, remainder, votes, band, current sets, position. */
  readonly checkpoint: Uint8Array;
}

export interface DocumentReader {
  readonly manifest: Manifest;
  /** Sealed spans of a layer, appended ones included when the reader comes from a writer. */
  spans(layer: number): SpanColumns;
  /** Vectors of spans `from`… of a layer, read from the store; at most `count` of them. */
  vectors(layer: number, from?: number, count?: number): Promise<SpanVectors>;
  /** KV bytes of spans in the order asked for: views into cached extents, not to be written. */
  readSpanKv(layer: number, ordinals: ArrayLike<number>): Promise<Uint8Array[]>;
  text(): Promise<string>;
  tokenIds(): Promise<Uint32Array>;
  tokenStarts(): Promise<Uint32Array>;
  sections(): Promise<readonly Section[]>;
  close(): Promise<void>;
}

export interface DocumentWriter {
  /** State of the last commit: resume from here. */
  readonly tokensCommitted: number;
  readonly complete: boolean;
  readonly checkpoint: Uint8Array | undefined;
  /** Sees everything appended, committed or not. */
  readonly reader: DocumentReader;
  /** Buffers; writes out by itself when enough has come together. */
  append(layer: number, spans: SealedSpans): Promise<void>;
  /** Durable when it resolves. After `quota-exceeded` the last commit stands and it may be called again. */
  commit(input: CommitInput): Promise<void>;
  /** The last commit of the document. */
  finish(input: CommitInput): Promise<void>;
  /** Releases the lock; what was not committed is forgotten. */
  close(): Promise<void>;
}
