// What one layer of a document keeps on the device: low-rank keys, landmarks, and pools of rotated keys and
// values for outliers, chosen chunks, the tail and what is generated.
// Rows of the pools: [outliers · 8][slots · 8][tail][generated], a slot being half a page of one KV head.

import {
  type Backend,
  type DeviceBuffer,
  fromHalf,
  kvRowBytes,
  packPool,
  PAGE_TOKENS,
} from "../../../../kernels/index.ts";
import { ChosenChunks } from "./chosen-chunks.ts";
import type { LayerBytes } from "./layer-bytes.ts";
import type { LtriParameters } from "../parameters.ts";
import type { DocumentPlan } from "./layer-plan.ts";
import { projectionRows, projectionShift } from "./key-projection.ts";
import { CHUNK_TOKENS } from "./shadow-sizes.ts";
import { elementBytes, headRows, type RowShape } from "./stored-chunks.ts";

export interface LowRankMemory {
  readonly rank: number;
  readonly a: DeviceBuffer; // dtype [S][rank], with `projection` followed by rows for later tokens
  readonly basis: DeviceBuffer; // dtype [K][rank][D]
  readonly mean: DeviceBuffer; // f32 [K][D]
  readonly landmarks: DeviceBuffer; // dtype [K][landmarks][D]
  readonly landmarkCount: number;
  readonly chosen: ChosenChunks;
  readonly onDevice: ValuesOnDevice | undefined;
  readonly projection: KeyProjection | undefined;
}

/** ShadowKV+: k ↦ V_r·(k − mean), so that keys of later tokens are kept as rows of A. */
export interface KeyProjection {
  readonly weights: DeviceBuffer; // dtype [rank][K*D]
  readonly shift: DeviceBuffer; // f32 [rank], −V_r·mean
}

/** What choosing without a read-back needs: values of all low-rank chunks, and which landmark is whose. */
export interface ValuesOnDevice {
  readonly values: DeviceBuffer; // int8 [K][chunks · 8], each row with its scale
  readonly ids: DeviceBuffer; // u32 [K][landmarks], chunk numbers
}

/** Where the values of low-rank chunks are: in RAM, left in the store, or in int8 on the device. */
export type ValuePlace = "ram" | "store" | "device";

export interface LayerMemory {
  /** dtype [page][K][16][D], rotated; without the generated rows where `lowRank.projection` keeps those. */
  readonly kPool: DeviceBuffer;
  readonly vPool: DeviceBuffer;
  /** Of the values' pool. */
  readonly rows: number;
  /** Exact chunks at the start of the pools, per head; 0 without low rank. */
  readonly outliers: number;
  readonly outlierChunks: readonly Uint32Array[]; // [K]
  /** Pool row of token `tailStart`, and of the first one behind the document. */
  readonly tailRow: number;
  readonly tailStart: number;
  readonly behindRow: number;
  readonly lowRank: LowRankMemory | undefined;
  readonly bytes: LayerBytes;
  /** Values of the low-rank chunks, [K][8][D] each, where they are kept in RAM. */
  readonly values: readonly Uint8Array[] | undefined;
}

export interface PoolRows {
  /** Of values, and of keys. */
  readonly rows: number;
  readonly keyRows: number;
  readonly tailRow: number;
  readonly behindRow: number;
  /** Rows behind the tail: what follows, and what makes whole pages. */
  readonly generated: number;
}

/**
 * Rows of a layer's pools for `room` tokens behind the document. Keys that are rebuilt come in whole chunks of the
 * stream: they begin at a row of their own, and only values have room for them.
 */
export function poolRows(
  document: DocumentPlan,
  layer: number,
  room: number,
  generatedKeys: LtriParameters["generatedKeys"] = "exact",
): PoolRows {
  const plan = document.layers[layer];
  if (!plan) throw new Error(`layer ${layer}`);
  const tailRow = (plan.outliers + plan.slots) * CHUNK_TOKENS;
  const tail = document.tokens - plan.tailStart;
  const isRebuilt = generatedKeys === "lowRank" && plan.isLowRank;
  const behind = isRebuilt && document.tokens % CHUNK_TOKENS > 0 ? tail + CHUNK_TOKENS : tail;
  const rows = tailRow + wholePages(behind + room);
  const keyRows = isRebuilt ? tailRow + wholePages(tail) : rows;
  return { rows, keyRows, tailRow, behindRow: tailRow + behind, generated: rows - tailRow - tail };
}

/** Rows of A behind the document: whole chunks of the stream. */
export function rowsBehind(tokens: number, room: number): number {
  return Math.ceil((tokens + room) / CHUNK_TOKENS) * CHUNK_TOKENS - tokens;
}

function wholePages(rows: number): number {
  return Math.ceil(rows / PAGE_TOKENS) * PAGE_TOKENS;
}

export interface LayerOpening {
  /** Tokens behind the document. */
  readonly room: number;
  readonly place: ValuePlace;
  readonly generatedKeys: LtriParameters["generatedKeys"];
}

/** Loads a layer from its bytes. */
export async function openLayer(
  backend: Backend,
  document: DocumentPlan,
  layer: number,
  bytes: LayerBytes,
  shape: RowShape,
  { room, place, generatedKeys }: LayerOpening,
): Promise<LayerMemory> {
  const { plan, stored } = bytes;
  const { kvHeads, headDim, dtype } = shape;
  const { rows, keyRows, tailRow, behindRow } = poolRows(document, layer, room, generatedKeys);
  const isRebuilt = generatedKeys === "lowRank" && plan.isLowRank;
  const row = kvRowBytes(dtype, headDim);
  const pool = {
    k: new Uint8Array(keyRows * kvHeads * row),
    v: new Uint8Array(rows * kvHeads * row),
  };
  const isOnDevice = place === "device" && plan.isLowRank;
  const packed = isOnDevice
    ? new Uint8Array(kvHeads * plan.chunks * CHUNK_TOKENS * kvRowBytes("int8", headDim))
    : undefined;
  const put = (target: Uint8Array, head: number, at: number, source: Uint8Array) => {
    for (let t = 0; t * row < source.byteLength; t++) {
      const place = (((at + t) >> 4) * kvHeads + head) * PAGE_TOKENS + ((at + t) & 15);
      target.set(source.subarray(t * row, (t + 1) * row), place * row);
    }
  };
  const rank = stored.rank;
  const aRows = document.tokens + (isRebuilt ? rowsBehind(document.tokens, room) : 0);
  const a = new Uint8Array(elementBytes(dtype, aRows * rank));
  const marks: Uint8Array[] = [];
  const values: Uint8Array[] = [];
  await bytes.each(({ chunk, count, values: own, keys, landmark }) => {
    if (plan.isLowRank && chunk < plan.chunks) {
      a.set(keys, elementBytes(dtype, chunk * CHUNK_TOKENS * rank));
      marks.push(landmark);
      if (place === "ram") values.push(own.slice());
      if (packed) packValues(packed, own, chunk, plan.chunks, shape);
      return;
    }
    const at = tailRow + chunk * CHUNK_TOKENS - plan.tailStart;
    for (let head = 0; head < kvHeads; head++) {
      put(pool.k, head, at, headRows(keys, head, count, shape));
      put(pool.v, head, at, headRows(own, head, count, shape));
    }
  });
  const outlierBytes = plan.outliers * CHUNK_TOKENS * row;
  for (let head = 0; head < kvHeads; head++) {
    const range = [head * outlierBytes, (head + 1) * outlierBytes] as const;
    put(pool.k, head, 0, stored.outlierKeys.subarray(...range));
    put(pool.v, head, 0, stored.outlierValues.subarray(...range));
  }
  const outlierChunks = Array.from({ length: kvHeads }, (_, head) =>
    stored.outliers.subarray(head * plan.outliers, (head + 1) * plan.outliers),
  );
  const made: DeviceBuffer[] = [];
  const make = (label: string, group: "kv-pool" | "index" | "activations", data: Uint8Array) => {
    const buffer = backend.createBufferFrom(`${label} ${layer}`, group, data);
    made.push(buffer);
    return buffer;
  };
  try {
    const pools = {
      kPool: make("k pool", "kv-pool", pool.k),
      vPool: make("v pool", "kv-pool", pool.v),
    };
    let lowRank: LowRankMemory | undefined;
    if (plan.isLowRank) {
      const chosen = new ChosenChunks(plan.chunks, outlierChunks, plan.slots, plan.outliers);
      const count = plan.chunks - plan.outliers;
      // As many places as there are chunks: the size does not depend on how many are outliers.
      const places = Math.floor(document.tokens / CHUNK_TOKENS) * kvHeads;
      const landmarks = new Uint8Array(places * row);
      chosen.landmarks.forEach((chunks, head) => {
        chunks.forEach((chunk, j) => {
          const mark = marks[chunk]?.subarray(head * row, (head + 1) * row);
          if (mark) landmarks.set(mark, (head * count + j) * row);
        });
      });
      lowRank = {
        rank,
        a: make("a", "index", a),
        basis: make("basis", "index", stored.basis),
        landmarks: make("landmarks", "index", landmarks),
        landmarkCount: count,
        mean: make("mean key", "activations", new Uint8Array(stored.mean.slice().buffer)),
        chosen,
        onDevice: packed && {
          values: make("values", "index", packed),
          ids: make("landmark ids", "activations", wordsOf(chosen.landmarks)),
        },
        projection: isRebuilt
          ? {
              weights: make("projection", "index", projectionRows(stored, shape)),
              shift: make("projection shift", "activations", projectionShift(stored, shape)),
            }
          : undefined,
      };
    }
    return {
      ...pools,
      rows,
      outliers: plan.outliers,
      outlierChunks,
      tailRow,
      tailStart: plan.tailStart,
      behindRow,
      lowRank,
      bytes,
      values: place === "ram" && plan.isLowRank ? values : undefined,
    };
  } catch (error) {
    for (const buffer of made) backend.destroyBuffer(buffer);
    throw error;
  }
}

export function destroyLayer(backend: Backend, { kPool, vPool, lowRank }: LayerMemory): void {
  backend.destroyBuffer(kPool);
  backend.destroyBuffer(vPool);
  if (!lowRank) return;
  const { a, basis, landmarks, mean, onDevice, projection } = lowRank;
  const owned = [a, basis, landmarks, mean, ...Object.values({ ...onDevice, ...projection })];
  for (const buffer of owned) backend.destroyBuffer(buffer);
}

/** `own`: dtype [K][8][D] of one chunk → its int8 rows in [K][chunks · 8]. */
function packValues(
  packed: Uint8Array,
  own: Uint8Array,
  chunk: number,
  chunks: number,
  shape: RowShape,
): void {
  const { kvHeads, headDim, dtype } = shape;
  const size = CHUNK_TOKENS * kvRowBytes("int8", headDim);
  for (let head = 0; head < kvHeads; head++) {
    const bytes = headRows(own, head, CHUNK_TOKENS, shape).slice(); // own buffer: aligned
    const rows =
      dtype === "f32"
        ? new Float32Array(bytes.buffer)
        : Float32Array.from(new Uint16Array(bytes.buffer), fromHalf);
    const words = packPool(rows, "int8", headDim);
    packed.set(new Uint8Array(words.buffer), (head * chunks + chunk) * size);
  }
}

function wordsOf(landmarks: readonly Uint32Array[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(landmarks.flatMap((own) => Array.from(own))).buffer);
}

/** Values of chosen chunks, dtype [items][8][D]: from RAM, else from the store. */
export async function valuesOf(
  { values, bytes }: LayerMemory,
  items: readonly { readonly head: number; readonly chunk: number }[],
  shape: RowShape,
): Promise<Uint8Array> {
  const chunks = [...new Set(items.map(({ chunk }) => chunk))].sort((a, b) => a - b);
  const read = values ? chunks.map((chunk) => values[chunk]) : await bytes.values(chunks);
  const byChunk = new Map(chunks.map((chunk, i) => [chunk, read[i]]));
  const size = CHUNK_TOKENS * kvRowBytes(shape.dtype, shape.headDim);
  const staged = new Uint8Array(items.length * size);
  items.forEach(({ head, chunk }, i) => {
    const own = byChunk.get(chunk);
    if (!own) throw new Error(`chunk ${chunk} has no values`);
    staged.set(headRows(own, head, CHUNK_TOKENS, shape), i * size);
  });
  return staged;
}
