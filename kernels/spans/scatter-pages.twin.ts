import { poolIndex } from "../shared/kv-pool.ts";
import { quadWords } from "./kv-dtype.ts";
import type { ScatterPagesShape } from "./scatter-pages.ts";

/** CPU twin of scatter-pages.wgsl on pool words. */
export function scatterPagesTwin(
  items: Uint32Array,
  staged: Uint32Array,
  kPool: Uint32Array,
  vPool: Uint32Array,
  s: ScatterPagesShape,
): void {
  const words = quadWords[s.dtype];
  const quads = s.headDim / 4;
  for (let n = s.firstItem; n < s.firstItem + s.itemCount; n++) {
    const [page = 0, rows = 0, kQuad = 0, vQuad = 0] = items.subarray(n * 4, n * 4 + 4);
    for (let row = 0; row < rows >> 8; row++) {
      for (let a = 0; a < s.kvHeads; a++) {
        const to = (poolIndex(page, a, (rows & 255) + row, s) / 4) * words;
        const at = (row * s.kvHeads + a) * quads;
        const k = (kQuad + at) * words;
        const v = (vQuad + at) * words;
        kPool.set(staged.subarray(k, k + quads * words), to);
        vPool.set(staged.subarray(v, v + quads * words), to);
      }
    }
  }
}
