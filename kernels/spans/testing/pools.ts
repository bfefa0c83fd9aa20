// Random pool contents in every element type. Tests only.
import { type KvDtype, packPool } from "../../shared/kv-pool.ts";
import { randomFloats } from "../../testing/gpu.ts";

/** Words of `rows` random rows of `headDim` elements. */
export function poolWords(
  rows: number,
  headDim: number,
  dtype: KvDtype,
  seed: number,
): Uint32Array {
  return packPool(randomFloats(rows * headDim, seed), dtype, headDim).slice();
}
