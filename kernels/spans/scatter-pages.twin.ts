import { kvQuadBytes, kvRowQuads, rowWord } from "../shared/kv-pool.ts";
import type { ScatterPagesShape } from "./scatter-pages.ts";

/** CPU twin of scatter-pages.wgsl on pool words. */
export function scatterPagesTwin(
  items: Uint32Array,
  staged: Uint32Array,
  kPool: Uint32Array,
  vPool: Uint32Array,
  s: ScatterPagesShape,
): void {
  const words = kvQuadBytes[s.dtype] / 4;
  const quads = kvRowQuads(s.dtype, s.headDim);
  for (let n = s.firstItem; n < s.firstItem + s.itemCount; n++) {
    const [page = 0, rows = 0, kQuad = 0, vQuad = 0] = items.subarray(n * 4, n * 4 + 4);
    for (let row = 0; row < rows >> 8; row++) {
      for (let a = 0; a < s.kvHeads; a++) {
        const to = rowWord(page, a, (rows & 255) + row, s);
        const at = (row * s.kvHeads + a) * quads;
        const k = (kQuad + at) * words;
        const v = (vQuad + at) * words;
        kPool.set(staged.subarray(k, k + quads * words), to);
        vPool.set(staged.subarray(v, v + quads * words), to);
      }
    }
  }
}
