import type { KvAppendShape } from "./kv-append.ts";
import { PAGE_TOKENS, poolIndex, toHalf } from "./shared/kv-pool.ts";

/** CPU twin of kv-append.wgsl; pools are words as on the GPU. */
export function kvAppendTwin(
  k: Float32Array,
  v: Float32Array,
  kPool: Uint32Array,
  vPool: Uint32Array,
  shape: KvAppendShape,
): void {
  const {
    tokens,
    rowBegin = 0,
    kvHeads,
    headDim,
    dtype,
    slotBase,
    ringOffset,
    ringCapacity,
  } = shape;
  for (let t = 0; t < tokens; t++) {
    const slot = slotBase + ((ringOffset + t) % ringCapacity);
    for (let head = 0; head < kvHeads; head++) {
      const at = poolIndex(Math.floor(slot / PAGE_TOKENS), head, slot % PAGE_TOKENS, shape);
      const from = ((rowBegin + t) * kvHeads + head) * headDim;
      for (const [source, pool] of [
        [k, kPool],
        [v, vPool],
      ] as const) {
        for (let i = 0; i < headDim; i++) store(pool, at + i, source[from + i]!, dtype);
      }
    }
  }
}

function store(pool: Uint32Array, element: number, value: number, dtype: "f16" | "f32"): void {
  if (dtype === "f32") {
    new Float32Array(pool.buffer, pool.byteOffset, pool.length)[element] = value;
  } else {
    new Uint16Array(pool.buffer, pool.byteOffset, pool.length * 2)[element] = toHalf(value);
  }
}
