// Random pool contents in both element types. Tests only.
import { type KvDtype, toHalf } from "../../shared/kv-pool.ts";
import { randomFloats } from "../../testing/gpu.ts";

/** Words of `elements` random values. */
export function poolWords(elements: number, dtype: KvDtype, seed: number): Uint32Array {
  const values = randomFloats(elements, seed);
  if (dtype === "f32") return new Uint32Array(values.buffer);
  return new Uint32Array(Uint16Array.from(values, toHalf).buffer);
}
