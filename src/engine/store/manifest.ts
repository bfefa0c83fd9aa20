// The manifest record of a document, and its source columns (text, token ids, token starts, sections)
// in parts.
import * as v from "valibot";
import { EngineError } from "../errors.ts";
import { parseSections, type Section } from "../sections.ts";
import { damaged, openRecord, sealRecord } from "./envelope.ts";
import { isShallow } from "./fingerprint.ts";
import { join } from "./span-records.ts";
import type { Manifest, RecordStore, RecordWrite } from "./types.ts";

export const SOURCE_PART_BYTES = 1024 * 1024;
export const MAX_LAYERS = 1024;

/** In the order of the key's second number. */
export const SOURCE_COLUMNS = ["text", "tokenIds", "tokenStarts", "sections"] as const;
export type SourceColumn = (typeof SOURCE_COLUMNS)[number];

export function encodeManifest(manifest: Manifest): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(manifest));
  return sealRecord({ kind: "manifest", layer: 0, part: 0 }, json);
}

/** Throws `index-damaged`. */
export function decodeManifest(record: Uint8Array): Manifest {
  const payload = openRecord(record, { kind: "manifest", layer: 0, part: 0 });
  const value = parsed(new TextDecoder().decode(payload));
  if (!v.is(schema, value)) throw damaged("manifest record", "cannot be understood");
  return value as unknown as Manifest; // not the schema's copy: its fields keep their order
}

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const columns = v.custom<readonly number[]>(
  (value) =>
    Array.isArray(value) &&
    (value.length === 3 || value.length === 4) &&
    value.every((one) => Number.isSafeInteger(one) && Number(one) >= 0),
);
/** What every reader of a manifest relies on; further fields stay as they are. */
const schema = v.looseObject({
  docId: v.string(),
  title: v.string(),
  createdAt: v.number(),
  modelName: v.string(),
  characters: count,
  tokens: count,
  fingerprint: v.custom<object>(
    (value) => typeof value === "object" && value !== null && isShallow(value),
  ),
  fingerprintHash: v.string(),
  geometry: v.looseObject({
    layers: v.pipe(count, v.minValue(1), v.maxValue(MAX_LAYERS)),
    kvHeads: count,
    headDim: count,
    kvBytesPerToken: count,
    vectorBytes: count,
  }),
  sourceParts: columns,
  sourceBytes: columns,
  owner: v.optional(v.string()),
  damage: v.optional(v.string()),
});

export interface Sources {
  readonly text?: string;
  readonly tokenIds: Uint32Array; // [tokens]
  readonly tokenStarts: Uint32Array; // [tokens] UTF-16 units
  /** Stored with the text; not given where the text is not. */
  readonly sections?: readonly Section[];
}

/** Records of the columns given; `parts` and `bytes` are per column, 0 for one not given. */
export function sourceWrites(
  docId: string,
  sources: Sources,
): {
  writes: RecordWrite[];
  parts: [number, number, number, number];
  bytes: [number, number, number, number];
} {
  const writes: RecordWrite[] = [];
  const parts: [number, number, number, number] = [0, 0, 0, 0];
  const bytes: [number, number, number, number] = [0, 0, 0, 0];
  const columns = [
    sources.text === undefined ? undefined : new TextEncoder().encode(sources.text),
    bytesOf(sources.tokenIds),
    bytesOf(sources.tokenStarts),
    sources.sections?.length
      ? new TextEncoder().encode(JSON.stringify(sources.sections))
      : undefined,
  ];
  columns.forEach((column, index) => {
    if (!column) return;
    for (let at = 0; at < column.byteLength; at += SOURCE_PART_BYTES) {
      const part = parts[index]!++;
      const payload = column.subarray(at, at + SOURCE_PART_BYTES);
      const value = sealRecord({ kind: SOURCE_COLUMNS[index]!, layer: 0, part }, payload);
      bytes[index]! += value.byteLength;
      writes.push({ put: "sources", key: [docId, index, part], value });
    }
  });
  return { writes, parts, bytes };
}

/** Bytes of one source column, verified. */
export async function readSource(
  records: RecordStore,
  manifest: Manifest,
  column: SourceColumn,
): Promise<Uint8Array> {
  const index = SOURCE_COLUMNS.indexOf(column);
  const payloads: Uint8Array[] = [];
  for (let part = 0; part < (manifest.sourceParts[index] ?? 0); part++) {
    const record = await records.get("sources", [manifest.docId, index, part]);
    payloads.push(openRecord(record, { kind: column, layer: 0, part }));
  }
  const bytes = join(payloads);
  const words = column === "tokenIds" || column === "tokenStarts";
  if (words && bytes.byteLength !== 4 * manifest.tokens) {
    throw damaged(`${column} column`, "has the wrong size");
  }
  return bytes;
}

export async function readText(records: RecordStore, manifest: Manifest): Promise<string> {
  const bytes = await readSource(records, manifest, "text").catch((cause: unknown) => {
    if (!(cause instanceof EngineError)) throw cause;
    const message = `The stored text of "${manifest.title}" is damaged. Delete the document and add its text again.`;
    throw new EngineError("text-damaged", message, { cause });
  });
  // A byte-order mark is a character of the document and counts in its offsets.
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

/** Empty for a document without pages or chapters, or stored before there were any. */
export async function readSections(
  records: RecordStore,
  manifest: Manifest,
): Promise<readonly Section[]> {
  if (!manifest.sourceParts[3]) return [];
  const json = new TextDecoder().decode(await readSource(records, manifest, "sections"));
  const sections = parseSections(parsed(json), manifest.characters);
  if (!sections) throw damaged("sections column", "cannot be read");
  return sections;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function bytesOf(words: Uint32Array): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
}

export function putManifest(manifest: Manifest): RecordWrite {
  return { put: "documents", key: [manifest.docId], value: encodeManifest(manifest) };
}
