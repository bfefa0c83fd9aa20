// The 32-byte envelope before every stored binary value, and CRC32C (Castagnoli, reflected).
// Layout, little-endian: magic "LTRR", format u16, kind u16, layer u32, part u32, payload bytes u32,
// CRC32C of the payload, CRC32C of the first 24 bytes, zero u32.
import { EngineError } from "../errors.ts";

export const ENVELOPE_BYTES = 32;
export const STORE_FORMAT = 1;
const MAGIC = 0x5252544c; // "LTRR"

export const RECORD_KINDS = {
  manifest: 1,
  commit: 2,
  text: 3,
  tokenIds: 4,
  tokenStarts: 5,
  spans: 6,
  vectors: 7,
  locations: 8,
  extent: 9,
  checkpoint: 10,
  sections: 11,
  benchmarkRun: 12,
  benchmarkResult: 13,
  benchmarkData: 14,
  headWeights: 15,
  words: 16,
  measurement: 17,
  overview: 18,
} as const;
export type RecordKind = keyof typeof RECORD_KINDS;

// i32 [8][256]: slice s advances a byte over s further zero bytes.
const SLICES = buildSlices();
const NO_WORDS = new Int32Array(0);

function buildSlices(): Int32Array {
  const slices = new Int32Array(8 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
    slices[byte] = crc;
  }
  for (let i = 256; i < slices.length; i++) {
    const before = slices[i - 256]!;
    slices[i] = (before >>> 8) ^ slices[before & 255]!;
  }
  return slices;
}

/** CRC32C of `bytes`; `crc` continues the result of earlier bytes. */
export function crc32c(bytes: Uint8Array, crc = 0): number {
  const t = SLICES;
  const length = bytes.length;
  let i = Math.min(length, -bytes.byteOffset & 3); // up to the first aligned word
  let c = crcBytes(~crc, bytes, 0, i);
  // Pairs of aligned words (little-endian, as WebGPU's hosts are): 1.7 times the rate of byte loads.
  const count = ((length - i) >>> 3) * 2;
  const words = count > 0 ? new Int32Array(bytes.buffer, bytes.byteOffset + i, count) : NO_WORDS;
  for (let w = 0; w < count; w += 2) {
    const x = words[w]! ^ c;
    const y = words[w + 1]!;
    c =
      t[1792 + (x & 255)]! ^
      t[1536 + ((x >>> 8) & 255)]! ^
      t[1280 + ((x >>> 16) & 255)]! ^
      t[1024 + (x >>> 24)]! ^
      t[768 + (y & 255)]! ^
      t[512 + ((y >>> 8) & 255)]! ^
      t[256 + ((y >>> 16) & 255)]! ^
      t[y >>> 24]!;
  }
  i += count * 4;
  return ~crcBytes(c, bytes, i, length) >>> 0;
}

function crcBytes(crc: number, bytes: Uint8Array, from: number, to: number): number {
  let c = crc;
  for (let i = from; i < to; i++) c = (c >>> 8) ^ SLICES[(c ^ bytes[i]!) & 255]!;
  return c;
}

/** What the record must be; any other envelope is refused. */
export interface EnvelopeAddress {
  readonly kind: RecordKind;
  readonly layer: number;
  readonly part: number;
}

/** Writes the envelope of `payload` (already in place behind it) into `target` at `at`. Returns the payload's CRC. */
export function writeEnvelope(
  target: Uint8Array,
  at: number,
  address: EnvelopeAddress,
  payloadBytes: number,
): number {
  const view = new DataView(target.buffer, target.byteOffset + at, ENVELOPE_BYTES);
  const body = at + ENVELOPE_BYTES;
  const crc = crc32c(target.subarray(body, body + payloadBytes));
  view.setUint32(0, MAGIC, true);
  view.setUint16(4, STORE_FORMAT, true);
  view.setUint16(6, RECORD_KINDS[address.kind], true);
  view.setUint32(8, address.layer, true);
  view.setUint32(12, address.part, true);
  view.setUint32(16, payloadBytes, true);
  view.setUint32(20, crc, true);
  view.setUint32(24, crc32c(target.subarray(at, at + 24)), true);
  view.setUint32(28, 0, true);
  return crc;
}

/** The record of the concatenated payload pieces. */
export function sealRecord(address: EnvelopeAddress, ...pieces: readonly Uint8Array[]): Uint8Array {
  const payloadBytes = pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
  const record = new Uint8Array(ENVELOPE_BYTES + payloadBytes);
  let at = ENVELOPE_BYTES;
  for (const piece of pieces) {
    record.set(piece, at);
    at += piece.byteLength;
  }
  writeEnvelope(record, 0, address, payloadBytes);
  return record;
}

/** CRC32C of the payload as its envelope states it. */
export function recordCrc(record: Uint8Array): number {
  return new DataView(record.buffer, record.byteOffset, ENVELOPE_BYTES).getUint32(20, true);
}

/** The payload of a record (a view), after checking every field of its envelope. */
export function openRecord(
  record: Uint8Array | undefined,
  address: EnvelopeAddress,
  payloadBytes?: number,
): Uint8Array {
  const name = `${address.kind} record (layer ${address.layer}, part ${address.part})`;
  if (record === undefined) throw damaged(name, "is missing");
  if (!(record instanceof Uint8Array)) throw damaged(name, "is not binary");
  if (record.byteLength < ENVELOPE_BYTES) throw damaged(name, "is shorter than its envelope");
  const view = new DataView(record.buffer, record.byteOffset, ENVELOPE_BYTES);
  if (view.getUint32(0, true) !== MAGIC) throw damaged(name, "has no record mark");
  if (view.getUint32(24, true) !== crc32c(record.subarray(0, 24)) || view.getUint32(28, true)) {
    throw damaged(name, "has a damaged envelope");
  }
  if (view.getUint16(4, true) !== STORE_FORMAT) throw damaged(name, "has another format version");
  const matches =
    view.getUint16(6, true) === RECORD_KINDS[address.kind] &&
    view.getUint32(8, true) === address.layer &&
    view.getUint32(12, true) === address.part;
  if (!matches) throw damaged(name, "is another record");
  const stated = view.getUint32(16, true);
  if (stated !== record.byteLength - ENVELOPE_BYTES) throw damaged(name, "has the wrong size");
  if (payloadBytes !== undefined && stated !== payloadBytes) {
    throw damaged(name, `has ${stated} bytes instead of ${payloadBytes}`);
  }
  const payload = record.subarray(ENVELOPE_BYTES);
  if (view.getUint32(20, true) !== crc32c(payload)) throw damaged(name, "fails its checksum");
  return payload;
}

export function damaged(name: string, problem: string): EngineError {
  return new EngineError(
    "index-damaged",
    `The stored index is damaged: the ${name} ${problem}. The text is kept; rebuild the index.`,
  );
}
