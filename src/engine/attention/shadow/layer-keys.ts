// What a layer's reading leaves behind, cut into what is stored: a span for every chunk of the document,
// and what goes with the checkpoint (basis, mean key, outliers, the prompt's prefix).

import type { SealedSpans } from "../../store/types.ts";
import type { Basis } from "./factorise.ts";
import type { DocumentPlan, LayerPlan } from "./layer-plan.ts";
import { CHUNK_TOKENS } from "./shadow-sizes.ts";
import { encodeChunk, packRows, type RowShape, tokenBytes } from "./stored-chunks.ts";

export interface LowRankKeys {
  readonly basis: Basis;
  readonly mean: Float32Array; // f32 [K][D]
  readonly a: Float32Array; // f32 [chunks · 8][rank]
  readonly landmarks: Float32Array; // f32 [K][chunks][D]
  /** [K][outliers] chunk numbers, ascending. */
  readonly outliers: readonly Uint32Array[];
}

export interface LayerKeys {
  readonly plan: LayerPlan;
  /** Rows per KV head in `rotated`. */
  readonly capacity: number;
  readonly values: Uint8Array; // dtype [page][K][16][D]
  readonly rotated: Float32Array; // f32 [K][capacity][D]
  readonly lowRank?: LowRankKeys;
}

/** A layer as the checkpoint holds it. */
export interface StoredLayer {
  /** 0: exact keys. */
  readonly rank: number;
  readonly energy: number;
  /** Chunk records of the prefix: payload and landmark each. */
  readonly head: Uint8Array;
  readonly basis: Uint8Array; // dtype [K][rank][D]
  readonly mean: Float32Array; // f32 [K][D]
  readonly outliers: Uint32Array; // u32 [K][outliers]
  readonly outlierKeys: Uint8Array; // dtype [K][outliers][8][D], rotated
  readonly outlierValues: Uint8Array; // dtype [K][outliers][8][D]
}

/** Chunks with the smallest cosine of a row to their mean, per head; the prefix's are always among them. */
export function pickOutliers(
  likeness: Float32Array,
  kvHeads: number,
  { chunks, outliers }: Pick<LayerPlan, "chunks" | "outliers">,
  headChunks: number,
): Uint32Array[] {
  const first = Math.max(1, headChunks);
  return Array.from({ length: kvHeads }, (_, head) => {
    const own = likeness.subarray(head * chunks, (head + 1) * chunks);
    const key = (chunk: number) => (chunk < first ? -2 : own[chunk]!);
    const order = Array.from({ length: chunks }, (_, chunk) => chunk);
    order.sort((a, b) => key(a) - key(b) || a - b);
    return Uint32Array.from(order.slice(0, outliers)).sort();
  });
}

/** Chunk numbers that are stored: all of a low-rank layer, from the tail on of another. */
export function storedChunks({ tokens }: DocumentPlan, { isLowRank, tailStart }: LayerPlan) {
  return { from: isLowRank ? 0 : tailStart / CHUNK_TOKENS, end: Math.ceil(tokens / CHUNK_TOKENS) };
}

/** Spans to append, and the rest of the layer. */
export function cutLayer(
  keys: LayerKeys,
  document: DocumentPlan,
  shape: RowShape,
): { readonly spans: SealedSpans; readonly layer: StoredLayer } {
  const { plan, lowRank } = keys;
  const { from, end } = storedChunks(document, plan);
  const width = shape.kvHeads * shape.headDim;
  const landmarkBytes = tokenBytes(shape);
  const payloads: Uint8Array[] = [];
  const landmarks = new Uint8Array((end - from) * landmarkBytes);
  for (let chunk = from; chunk < end; chunk++) {
    const count = Math.min(CHUNK_TOKENS, document.tokens - chunk * CHUNK_TOKENS);
    const isInTail = chunk * CHUNK_TOKENS >= plan.tailStart;
    const rows = lowRank && !isInTail ? lowRankRows(lowRank, chunk, shape) : undefined;
    payloads.push(
      encodeChunk(valueRows(keys, chunk, count, shape), rows ?? keyRows(keys, chunk, count, shape)),
    );
    if (!rows || !lowRank) continue;
    const mark = new Float32Array(width);
    for (let head = 0; head < shape.kvHeads; head++) {
      const at = (head * plan.chunks + chunk) * shape.headDim;
      mark.set(lowRank.landmarks.subarray(at, at + shape.headDim), head * shape.headDim);
    }
    landmarks.set(packRows(mark, shape.dtype, shape.headDim), (chunk - from) * landmarkBytes);
  }
  const inHead = Math.max(0, Math.min(document.headChunks, end) - from);
  const head = payloads
    .slice(0, inHead)
    .flatMap((payload, i) => [
      payload,
      landmarks.subarray(i * landmarkBytes, (i + 1) * landmarkBytes),
    ]);
  const rest = payloads.slice(inHead);
  const first = from + inHead;
  const spans: SealedSpans = {
    start: Uint32Array.from(rest, (_, i) => (first + i) * CHUNK_TOKENS),
    length: Uint16Array.from(rest, (_, i) =>
      Math.min(CHUNK_TOKENS, document.tokens - (first + i) * CHUNK_TOKENS),
    ),
    score: new Float32Array(rest.length),
    mStat: landmarks.subarray(inHead * landmarkBytes),
    mDyn: new Uint8Array(rest.length * landmarkBytes),
    kv: rest,
  };
  return { spans, layer: { head: concat(head), ...lowRankParts(keys, shape) } };
}

function lowRankParts(keys: LayerKeys, shape: RowShape): Omit<StoredLayer, "head"> {
  const none = new Uint8Array(0);
  const { lowRank } = keys;
  if (!lowRank) {
    const exact = { basis: none, mean: new Float32Array(0), outliers: new Uint32Array(0) };
    return { rank: 0, energy: 1, ...exact, outlierKeys: none, outlierValues: none };
  }
  const { basis, mean, outliers } = lowRank;
  const { kvHeads, headDim, dtype } = shape;
  const width = kvHeads * headDim;
  const byHead = new Float32Array(basis.rank * width);
  for (let head = 0; head < kvHeads; head++) {
    for (let r = 0; r < basis.rank; r++) {
      const at = r * width + head * headDim;
      byHead.set(basis.rows.subarray(at, at + headDim), (head * basis.rank + r) * headDim);
    }
  }
  const rowsOf = (cut: (head: number, chunk: number) => Uint8Array) =>
    concat(outliers.flatMap((own, head) => Array.from(own, (chunk) => cut(head, chunk))));
  return {
    rank: basis.rank,
    energy: basis.energy,
    basis: packRows(byHead, dtype, headDim),
    mean,
    outliers: Uint32Array.from(outliers.flatMap((own) => Array.from(own))),
    outlierKeys: rowsOf((head, chunk) =>
      packRows(rotatedRows(keys, head, chunk, CHUNK_TOKENS, headDim), dtype, headDim),
    ),
    outlierValues: rowsOf((head, chunk) => headValues(keys, head, chunk, CHUNK_TOKENS, shape)),
  };
}

function lowRankRows({ a, basis }: LowRankKeys, chunk: number, { dtype }: RowShape): Uint8Array {
  const size = CHUNK_TOKENS * basis.rank;
  return packRows(a.subarray(chunk * size, (chunk + 1) * size), dtype, basis.rank);
}

function rotatedRows(
  { rotated, capacity }: LayerKeys,
  head: number,
  chunk: number,
  count: number,
  headDim: number,
): Float32Array {
  const at = (head * capacity + chunk * CHUNK_TOKENS) * headDim;
  return rotated.subarray(at, at + count * headDim);
}

/** [K][count][D] */
function keyRows(keys: LayerKeys, chunk: number, count: number, shape: RowShape): Uint8Array {
  const { kvHeads, headDim, dtype } = shape;
  const heads = Array.from({ length: kvHeads }, (_, head) =>
    packRows(rotatedRows(keys, head, chunk, count, headDim), dtype, headDim),
  );
  return concat(heads);
}

/** [K][count][D] */
function valueRows(keys: LayerKeys, chunk: number, count: number, shape: RowShape): Uint8Array {
  const heads = Array.from({ length: shape.kvHeads }, (_, head) =>
    headValues(keys, head, chunk, count, shape),
  );
  return concat(heads);
}

/** [count][D]: a chunk is half a page of one head. */
function headValues(
  { values }: LayerKeys,
  head: number,
  chunk: number,
  count: number,
  shape: RowShape,
): Uint8Array {
  const row = tokenBytes(shape) / shape.kvHeads;
  const at = (((chunk >> 1) * shape.kvHeads + head) * 16 + (chunk & 1) * CHUNK_TOKENS) * row;
  return values.subarray(at, at + count * row);
}

function concat(pieces: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.byteLength, 0));
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.byteLength;
  }
  return joined;
}
