// The format of a document as one file (`.ltri`), to be shared and hosted: text, tokens, span index, KV
// and the checkpoint of the finished reading. Layout, little-endian, every piece padded to 8 bytes:
//   "LTRIDOC1", u32 header bytes, u32 CRC32C of the header, header JSON
//   records in their stored envelopes: sources, extents, parts of all layers, checkpoint
//   u64 bytes so far, SHA-256 of them, "LTRIDOC1"
// The header states every size, so keys are implied by order. Ids and commit history stay out of it:
// the same text read by the same model gives the same file. Source: docs/ltri.md §13.
import { crc32c } from "./envelope.ts";
import { checkHeader, FILE_FORMAT, type FileHeader, MAX_HEADER_BYTES } from "./file-header.ts";
import { anotherFormat, invalid, wrongChecksum } from "./file-problems.ts";
import { canonicalJson } from "./fingerprint.ts";
import type { FingerprintValue } from "./types.ts";

export const FILE_MAGIC = "LTRIDOC1";
export const FILE_EXTENSION = ".ltri";
export const PREAMBLE_BYTES = 16;
export const TRAILER_BYTES = 48;

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
  const header = checkHeader(value);
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
