import { kvQuadBytes, kvRowQuads, rowWord } from "../shared/kv-pool.ts";
import type { PackExtentShape } from "./pack-extent.ts";

/** CPU twin of pack-extent.wgsl on pool words. */
export function packExtentTwin(
  runs: Uint32Array,
  kPool: Uint32Array,
  vPool: Uint32Array,
  extent: Uint32Array,
  s: PackExtentShape,
): void {
  const words = kvQuadBytes[s.dtype] / 4;
  const quads = kvRowQuads(s.dtype, s.headDim);
  for (let n = s.firstRun; n < s.firstRun + s.runCount; n++) {
    const [token = 0, count = 0, kQuad = 0, vQuad = 0] = runs.subarray(n * 4, n * 4 + 4);
    for (let row = 0; row < count; row++) {
      const slot = (token + row) % s.ringCapacity;
      for (let a = 0; a < s.kvHeads; a++) {
        const page = s.ringFirstPage + Math.floor(slot / 16);
        const from = rowWord(page, a, slot % 16, s);
        const at = (row * s.kvHeads + a) * quads;
        extent.set(kPool.subarray(from, from + quads * words), (kQuad + at) * words);
        extent.set(vPool.subarray(from, from + quads * words), (vQuad + at) * words);
      }
    }
  }
}
