// Payloads of the span tables: columns of a part, its vectors, the places of its extents, and the
// tail of a layer (what is not in a closed part yet) that travels in the checkpoint. Little-endian.
import { damaged } from "./envelope.ts";

/** n spans of one layer. */
export interface SpanRows {
  readonly start: Uint32Array; // [n] token index
  readonly score: Float32Array; // [n]
  readonly extent: Uint32Array; // [n] ordinal of the extent within the layer
  readonly offset: Uint32Array; // [n] byte offset within the extent's payload
  readonly length: Uint16Array; // [n] tokens
}

/** e extents of one layer. */
export interface ExtentRows {
  readonly offset: Float64Array; // [e] byte offset of the envelope in the document's file
  readonly bytes: Uint32Array; // [e] payload bytes
}

export const SPAN_BYTES = 18;
export const EXTENT_BYTES = 12;

export function encodeSpans(rows: SpanRows): Uint8Array {
  return join([rows.start, rows.score, rows.extent, rows.offset, rows.length]);
}

export function decodeSpans(payload: Uint8Array): SpanRows {
  const n = payload.byteLength / SPAN_BYTES;
  if (!Number.isInteger(n)) throw damaged("span table", "has a broken row");
  const { buffer } = payload.slice(); // own buffer: aligned columns
  return {
    start: new Uint32Array(buffer, 0, n),
    score: new Float32Array(buffer, 4 * n, n),
    extent: new Uint32Array(buffer, 8 * n, n),
    offset: new Uint32Array(buffer, 12 * n, n),
    length: new Uint16Array(buffer, 16 * n, n),
  };
}

export function encodeExtents(rows: ExtentRows): Uint8Array {
  return join([rows.offset, rows.bytes]);
}

export function decodeExtents(payload: Uint8Array): ExtentRows {
  const e = payload.byteLength / EXTENT_BYTES;
  if (!Number.isInteger(e)) throw damaged("extent table", "has a broken row");
  const { buffer } = payload.slice();
  return { offset: new Float64Array(buffer, 0, e), bytes: new Uint32Array(buffer, 8 * e, e) };
}

/** A layer's spans behind its last closed part. */
export interface LayerTail {
  readonly spans: SpanRows;
  readonly extents: ExtentRows; // closed ones behind the last closed part
  readonly vectors: Uint8Array; // mStat [n][K][D], then mDyn [n][K][D]
  readonly openKv: Uint8Array; // payload of the extent that is still open
}

/** u32 [4] {spans, extents, vector bytes, open KV bytes}, then the four pieces. */
export function encodeTail(tail: LayerTail): Uint8Array {
  const spans = encodeSpans(tail.spans);
  const extents = encodeExtents(tail.extents);
  const sizes = Uint32Array.of(
    spans.byteLength,
    extents.byteLength,
    tail.vectors.byteLength,
    tail.openKv.byteLength,
  );
  return join([sizes, spans, extents, tail.vectors, tail.openKv]);
}

/** Reads the tail at `at`; `end` is the first byte behind it. */
export function decodeTail(bytes: Uint8Array, at: number): { tail: LayerTail; end: number } {
  let end = at;
  const take = (size: number): Uint8Array => {
    if (end + size > bytes.byteLength) throw damaged("checkpoint", "is cut short");
    end += size;
    return bytes.subarray(end - size, end);
  };
  const sizes = new Uint32Array(take(16).slice().buffer);
  const tail = {
    spans: decodeSpans(take(sizes[0]!)),
    extents: decodeExtents(take(sizes[1]!)),
    vectors: take(sizes[2]!),
    openKv: take(sizes[3]!),
  };
  return { tail, end };
}

export function join(pieces: readonly ArrayBufferView[]): Uint8Array {
  const joined = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.byteLength, 0));
  let at = 0;
  for (const piece of pieces) {
    joined.set(new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength), at);
    at += piece.byteLength;
  }
  return joined;
}
