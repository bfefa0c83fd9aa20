// The format of a document as one file (`.ltri`), to be shared and hosted: text, tokens, span index, KV
// and the checkpoint of the finished reading. Layout, little-endian, every piece padded to 8 bytes:
//   "LTRIDOC1", u32 header bytes, u32 CRC32C of the header, header JSON
//   records in their stored envelopes: sources, extents, parts of all layers, checkpoint
//   u64 bytes so far, SHA-256 of them, "LTRIDOC1"
// The header states every size, so keys are implied by order. Ids and commit history stay out of it:
// the same text read by the same model gives the same file. Source: specification §12.
import * as v from "valibot";
import { EngineError } from "../errors.ts";
import { crc32c, ENVELOPE_BYTES } from "./envelope.ts";
import { canonicalJson } from "./fingerprint.ts";
import type { Fingerprint, FingerprintValue, IndexGeometry } from "./types.ts";

export const FILE_MAGIC = "LTRIDOC1";
export const FILE_EXTENSION = ".ltri";
export const PREAMBLE_BYTES = 16;
export const TRAILER_BYTES = 48;
const FILE_FORMAT = 1;
/** Far above what any document needs; a hostile file must not make the reader allocate more. */
const MAX_HEADER_BYTES = 64 * 1024 * 1024;
export const MAX_RECORD_BYTES = 32 * 1024 * 1024;

export interface FileLayer {
  readonly spans: number;
  readonly extents: number;
  /** Bytes of the spans, vectors and locations record of each closed part. */
  readonly parts: readonly (readonly [spans: number, vectors: number, locations: number])[];
}

export interface FileHeader {
  readonly format: number;
  readonly title: string;
  readonly modelName: string;
  readonly characters: number; // UTF-16 units
  readonly tokens: number;
  readonly textHash: string; // SHA-256 of the UTF-8 text, hex
  readonly fingerprint: Fingerprint;
  readonly geometry: IndexGeometry;
  /** Bytes of the records of each source column. */
  readonly sources: readonly (readonly number[])[];
  readonly layers: readonly FileLayer[];
  readonly extentBytes: number;
  /** Bytes of the checkpoint's records. */
  readonly checkpoint: readonly number[];
}

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const atMost = (limit: number) => v.pipe(count, v.minValue(1), v.maxValue(limit));
const record = v.pipe(count, v.minValue(ENVELOPE_BYTES), v.maxValue(MAX_RECORD_BYTES));

const schema = v.object({
  format: v.literal(FILE_FORMAT),
  title: v.pipe(v.string(), v.maxLength(4096)),
  modelName: v.pipe(v.string(), v.maxLength(4096)),
  characters: count,
  tokens: atMost(2 ** 31),
  textHash: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  fingerprint: v.record(v.string(), v.any()),
  geometry: v.object({
    layers: atMost(1024),
    kvHeads: atMost(4096),
    headDim: atMost(4096),
    kvBytesPerToken: atMost(1024 * 1024),
    vectorBytes: atMost(1024 * 1024),
  }),
  sources: v.pipe(v.array(v.array(record)), v.length(4)),
  layers: v.array(
    v.object({
      spans: count,
      extents: count,
      parts: v.array(v.tuple([record, record, record])),
    }),
  ),
  extentBytes: count,
  checkpoint: v.pipe(v.array(record), v.minLength(1)),
});

export function encodeHeader(header: Omit<FileHeader, "format">): Uint8Array {
  // Sorted keys: a manifest that came from a file may hold its fields in another order.
  const fields = JSON.parse(JSON.stringify({ format: FILE_FORMAT, ...header })) as FingerprintValue;
  const json = new TextEncoder().encode(canonicalJson(fields));
  const bytes = new Uint8Array(PREAMBLE_BYTES + padded(json.byteLength));
  bytes.set(new TextEncoder().encode(FILE_MAGIC));
  const view = new DataView(bytes.buffer);
  view.setUint32(8, json.byteLength, true);
  view.setUint32(12, crc32c(json), true);
  bytes.set(json, PREAMBLE_BYTES);
  return bytes;
}

/** From the first 16 bytes: how many bytes of header follow, padding included. */
export function headerBytes(preamble: Uint8Array): number {
  if (new TextDecoder().decode(preamble.subarray(0, 7)) !== FILE_MAGIC.slice(0, 7)) {
    throw invalid("it is not an Inkspan document file");
  }
  if (preamble[7] !== FILE_MAGIC.charCodeAt(7)) throw anotherFormat();
  const length = viewOf(preamble).getUint32(8, true);
  if (length > MAX_HEADER_BYTES) throw invalid("its header is larger than any document needs");
  return padded(length);
}

/** Throws `format-invalid`, `format-unsupported` or `checksum-mismatch`. */
export function decodeHeader(preamble: Uint8Array, body: Uint8Array): FileHeader {
  const view = viewOf(preamble);
  const json = body.subarray(0, view.getUint32(8, true));
  if (view.getUint32(12, true) !== crc32c(json)) throw wrongChecksum("header");
  const value = parsedJson(json);
  if (isObject(value) && typeof value["format"] === "number" && value["format"] !== FILE_FORMAT) {
    throw anotherFormat();
  }
  const result = v.safeParse(schema, value);
  if (!result.success) {
    const [issue] = result.issues;
    throw invalid(`its header is not valid (${v.getDotPath(issue) ?? "root"}: ${issue.message})`);
  }
  const header = result.output as FileHeader;
  if (header.layers.length !== header.geometry.layers) throw invalid("it lists other layers");
  if (!Number.isSafeInteger(fileBytes(header, body.byteLength)))
    throw invalid("its sizes overflow");
  return header;
}

/** Size of the whole file. */
export function fileBytes(header: FileHeader, paddedHeaderBytes: number): number {
  const records = [
    ...header.sources.flat(),
    header.extentBytes,
    ...header.layers.flatMap((layer) => layer.parts.flat()),
    ...header.checkpoint,
  ];
  const body = records.reduce((sum, bytes) => sum + padded(bytes), 0);
  return PREAMBLE_BYTES + paddedHeaderBytes + body + TRAILER_BYTES;
}

export function encodeTrailer(bytesBefore: number, sha256: string): Uint8Array {
  const trailer = new Uint8Array(TRAILER_BYTES);
  viewOf(trailer).setBigUint64(0, BigInt(bytesBefore), true);
  for (let i = 0; i < 32; i++) trailer[8 + i] = Number.parseInt(sha256.slice(2 * i, 2 * i + 2), 16);
  trailer.set(new TextEncoder().encode(FILE_MAGIC), 40);
  return trailer;
}

export function padded(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}

export function invalid(problem: string): EngineError {
  return new EngineError("format-invalid", `The document file cannot be used: ${problem}.`);
}

export function wrongChecksum(part: string): EngineError {
  return new EngineError(
    "checksum-mismatch",
    `The document file is damaged: its ${part} fails the checksum. Fetch or copy the file again.`,
  );
}

function anotherFormat(): EngineError {
  return new EngineError(
    "format-unsupported",
    "The document file was written by another version of Inkspan. Export it again with this one, or add the text itself.",
  );
}

function parsedJson(json: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(json));
  } catch {
    throw invalid("its header is not JSON");
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
