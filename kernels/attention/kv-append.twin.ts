import type { KvAppendShape } from "./kv-append.ts";
import { kvRowBytes, packPool, PAGE_TOKENS } from "../shared/kv-pool.ts";

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
  const rowWords = kvRowBytes(dtype, headDim) / 4;
  for (let t = 0; t < tokens; t++) {
    const slot = slotBase + ((ringOffset + t) % ringCapacity);
    for (let head = 0; head < kvHeads; head++) {
      const row =
        (Math.floor(slot / PAGE_TOKENS) * kvHeads + head) * PAGE_TOKENS + (slot % PAGE_TOKENS);
      const from = ((rowBegin + t) * kvHeads + head) * headDim;
      kPool.set(packPool(k.slice(from, from + headDim), dtype, headDim), row * rowWords);
      vPool.set(packPool(v.slice(from, from + headDim), dtype, headDim), row * rowWords);
    }
  }
}
