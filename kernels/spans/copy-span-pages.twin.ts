import { kvRowBytes, rowWord } from "../shared/kv-pool.ts";
import type { CopySpanPagesShape } from "./copy-span-pages.ts";

/** CPU twin of copy-span-pages.wgsl on pool words. */
export function copySpanPagesTwin(
  runs: Uint32Array,
  kPool: Uint32Array,
  vPool: Uint32Array,
  s: CopySpanPagesShape,
): void {
  const words = kvRowBytes(s.dtype, s.headDim) / 4;
  for (let n = s.firstRun; n < s.firstRun + s.runCount; n++) {
    const [token = 0, page = 0, firstRow = 0, count = 0] = runs.subarray(n * 4, n * 4 + 4);
    for (let row = 0; row < count; row++) {
      const slot = (token + row) % s.ringCapacity;
      const ringPage = s.ringFirstPage + Math.floor(slot / 16);
      for (let a = 0; a < s.kvHeads; a++) {
        const from = rowWord(ringPage, a, slot % 16, s);
        const to = rowWord(page, a, firstRow + row, s);
        kPool.copyWithin(to, from, from + words);
        vPool.copyWithin(to, from, from + words);
      }
    }
  }
}
