// Bytes of one chunk as the store keeps them: a span of up to 8 tokens. Values of all KV heads, then in the
// room of the keys either the rotated keys (exact) or the tokens' rows of A (low rank), zeros behind them.

import { type KvDtype, kvRowBytes, packPool, type ShadowDtype } from "../../../../kernels/index.ts";

export interface RowShape {
  readonly kvHeads: number;
  readonly headDim: number;
  readonly dtype: ShadowDtype;
}

/** Bytes of keys or values of one token in one layer. */
export function tokenBytes({ kvHeads, headDim, dtype }: RowShape): number {
  return kvHeads * kvRowBytes(dtype, headDim);
}

/** f32 rows → bytes of `dtype`; a copy. */
export function packRows(values: Float32Array, dtype: ShadowDtype, width: number): Uint8Array {
  const words = packPool(values, dtype, width);
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength).slice();
}

/** Bytes of `count` elements. */
export function elementBytes(dtype: KvDtype, count: number): number {
  return count * (dtype === "f32" ? 4 : 2);
}

/** `values`: [K][count][D]; `keys`: [K][count][D] rotated, or [count][rank]. */
export function encodeChunk(values: Uint8Array, keys: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(2 * values.byteLength);
  bytes.set(values);
  bytes.set(keys, values.byteLength);
  return bytes;
}

/** Views into the payload of a chunk. `rank` 0: exact keys. */
export function decodeChunk(
  payload: Uint8Array,
  count: number,
  rank: number,
  shape: RowShape,
): { readonly values: Uint8Array; readonly keys: Uint8Array } {
  const half = count * tokenBytes(shape);
  const keyBytes = rank > 0 ? elementBytes(shape.dtype, count * rank) : half;
  return {
    values: payload.subarray(0, half),
    keys: payload.subarray(half, half + keyBytes),
  };
}

/** Rows of one head out of [K][count][D]. */
export function headRows(
  bytes: Uint8Array,
  head: number,
  count: number,
  { headDim, dtype }: RowShape,
): Uint8Array {
  const size = count * kvRowBytes(dtype, headDim);
  return bytes.subarray(head * size, (head + 1) * size);
}
