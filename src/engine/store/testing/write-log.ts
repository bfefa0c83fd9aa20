// Memory backends that keep a log of every write, and a disk as it stands after a crash at any point
// of that log. What a crash may take: relaxed transactions and unflushed file bytes from some point
// on, records and file independently; the last append in part; unflushed bytes replaced by zeros.
import { MemoryExtents, MemoryRecords } from "../memory.ts";
import {
  RECORD_TABLES,
  type Durability,
  type ExtentStore,
  type RecordStore,
  type RecordWrite,
} from "../types.ts";

type Operation =
  | { readonly type: "write"; readonly batch: readonly RecordWrite[]; readonly strict: boolean }
  | { readonly type: "delete-records"; readonly docId: string }
  | { readonly type: "append"; readonly docId: string; readonly bytes: Uint8Array }
  | { readonly type: "truncate"; readonly docId: string; readonly length: number }
  | { readonly type: "delete-file"; readonly docId: string }
  | { readonly type: "flush"; readonly docId: string };

/** Any pair of backends. */
export interface Stores {
  readonly records: RecordStore;
  readonly extents: ExtentStore;
}

export interface Disk extends Stores {
  readonly records: LoggedRecords;
  readonly extents: LoggedExtents;
  readonly log: Operation[];
}

export class LoggedRecords extends MemoryRecords {
  readonly #log: Operation[];
  constructor(log: Operation[]) {
    super();
    this.#log = log;
  }
  override async write(batch: readonly RecordWrite[], durability?: Durability): Promise<void> {
    await super.write(batch);
    const copies = batch.map((item) =>
      "put" in item ? { ...item, value: item.value.slice() } : item,
    );
    this.#log.push({ type: "write", batch: copies, strict: durability === "strict" });
  }
  override async deleteDocument(docId: string): Promise<void> {
    await super.deleteDocument(docId);
    this.#log.push({ type: "delete-records", docId });
  }
}

export class LoggedExtents extends MemoryExtents {
  readonly #log: Operation[];
  constructor(log: Operation[]) {
    super();
    this.#log = log;
  }
  override async append(docId: string, bytes: Uint8Array): Promise<number> {
    const offset = await super.append(docId, bytes);
    this.#log.push({ type: "append", docId, bytes: bytes.slice() });
    return offset;
  }
  override async truncate(docId: string, length: number): Promise<void> {
    await super.truncate(docId, length);
    this.#log.push({ type: "truncate", docId, length });
  }
  override async delete(docId: string): Promise<void> {
    await super.delete(docId);
    this.#log.push({ type: "delete-file", docId });
  }
  override async flush(): Promise<void> {
    this.#log.push({ type: "flush", docId: "" });
  }
}

export function emptyDisk(): Disk {
  const log: Operation[] = [];
  return { records: new LoggedRecords(log), extents: new LoggedExtents(log), log };
}

/** The disk after operations 0…cut−1 were issued and the power went, by the random source. */
export async function crashedDisk(
  log: readonly Operation[],
  cut: number,
  random: () => number,
): Promise<Disk> {
  const disk = emptyDisk();
  const issued = log.slice(0, cut);
  const durableRecords = 1 + issued.findLastIndex((op) => isRecordOperation(op) && isStrict(op));
  const durableFile =
    1 + issued.findLastIndex((op) => op.type === "flush" || op.type === "delete-file");
  const pick = (from: number) => from + Math.floor(random() * (cut + 1 - from));
  const recordEnd = pick(durableRecords);
  const fileEnd = pick(durableFile);
  for (const [i, op] of issued.entries()) {
    if (isRecordOperation(op) ? i < recordEnd : i < fileEnd) await apply(disk, op);
  }
  const torn = log[fileEnd];
  if (torn?.type === "append" && fileEnd <= cut) {
    const bytes = torn.bytes.slice(0, Math.floor(random() * (torn.bytes.length + 1)));
    if (random() < 0.3) bytes.fill(0); // length written, content not
    await disk.extents.append(torn.docId, bytes);
  }
  return disk;
}

function isRecordOperation(op: Operation): boolean {
  return op.type === "write" || op.type === "delete-records";
}

function isStrict(op: Operation): boolean {
  return op.type === "delete-records" || (op.type === "write" && op.strict);
}

async function apply(disk: Disk, op: Operation): Promise<void> {
  if (op.type === "write") await disk.records.write(op.batch, op.strict ? "strict" : "relaxed");
  else if (op.type === "delete-records") await disk.records.deleteDocument(op.docId);
  else if (op.type === "append") await disk.extents.append(op.docId, op.bytes);
  else if (op.type === "truncate") await disk.extents.truncate(op.docId, op.length);
  else if (op.type === "delete-file") await disk.extents.delete(op.docId);
  else await disk.extents.flush();
}

/** Every stored byte of a document, as text that can be compared. */
export async function dump(disk: Stores, docId: string): Promise<string> {
  const lines: string[] = [];
  for (const table of RECORD_TABLES) {
    for (const [key, value] of await disk.records.getAll(table, [docId])) {
      lines.push(`${table} ${key.join(" ")} ${Buffer.from(value).toString("base64")}`);
    }
  }
  const size = await disk.extents.size(docId);
  if (size > 0) {
    const bytes = await disk.extents.read(docId, 0, size);
    lines.push(`file ${Buffer.from(bytes).toString("base64")}`);
  }
  return lines.join("\n");
}

/** Sum of all value bytes and file bytes of a document. */
export async function storedBytes(disk: Stores, docId: string): Promise<number> {
  let sum = await disk.extents.size(docId);
  for (const table of RECORD_TABLES) {
    for (const [, value] of await disk.records.getAll(table, [docId])) sum += value.byteLength;
  }
  return sum;
}
