import { unpackPool } from "../shared/kv-pool.ts";
import type { WindowAttentionShape } from "./window-attention.ts";

export interface WindowAttentionArrays {
  readonly q: Float32Array;
  readonly k: Uint32Array;
  readonly v: Uint32Array;
  readonly ringK: Uint32Array;
  readonly ringV: Uint32Array;
  readonly out: Float32Array;
  readonly lse: Float32Array;
}

/** CPU twin of window-attention.wgsl with its merge; rings and new rows are words as on the GPU. */
export function windowAttentionTwin(
  { q, k, v, ringK, ringV, out, lse }: WindowAttentionArrays,
  { tokens, heads, headDim, position, lookBack, slots, scale, dtype }: WindowAttentionShape,
): void {
  const unpacked = (words: Uint32Array) => unpackPool(words, dtype, headDim);
  const rows = {
    k: { old: unpacked(ringK), own: unpacked(k) },
    v: { old: unpacked(ringV), own: unpacked(v) },
  };
  /** Key or value of a position, for one of `count` heads. */
  const row = (kind: "k" | "v", p: number, head: number, count: number): Float32Array => {
    const isOld = p < position;
    const at = ((isOld ? p % slots : p - position) * count + head) * headDim;
    return rows[kind][isOld ? "old" : "own"].subarray(at, at + headDim);
  };
  for (let t = 0; t < tokens; t++) {
    for (let head = 0; head < heads; head++) {
      const at = (t * heads + head) * headDim;
      const first = Math.max(0, position + t - lookBack);
      const scores = Array.from({ length: position + t - first + 1 }, (_, i) => {
        const key = row("k", first + i, 0, 1);
        return key.reduce((sum, value, d) => sum + value * q[at + d]!, 0) * scale;
      });
      const top = Math.max(...scores);
      const weights = scores.map((score) => Math.exp(score - top));
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      lse[t * heads + head] = top + Math.log(total);
      for (let d = 0; d < headDim; d++) {
        out[at + d] =
          weights.reduce((sum, w, i) => sum + w * row("v", first + i, head, heads)[d]!, 0) / total;
      }
    }
  }
}
