import { packPool } from "../shared/kv-pool.ts";
import type { WindowAppendShape } from "./window-append.ts";

/** CPU twin of window-append.wgsl; the ring is words as on the GPU. */
export function windowAppendTwin(
  x: Float32Array,
  ring: Uint32Array,
  { tokens, heads, headDim, position, slots, dtype }: WindowAppendShape,
): void {
  const width = heads * headDim;
  const words = dtype === "f32" ? width : width / 2;
  for (let t = Math.max(0, tokens - slots); t < tokens; t++) {
    const packed = packPool(x.slice(t * width, (t + 1) * width), dtype, headDim);
    ring.set(packed, ((position + t) % slots) * words);
  }
}
