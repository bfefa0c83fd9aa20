import type { SealVectorsShape } from "./seal-vectors.ts";

/** CPU twin of seal-vectors.wgsl; pool and vectors as f32 values whatever the dtype. */
export function sealVectorsTwin(
  spans: Uint32Array,
  votes: Float32Array,
  own: Float32Array,
  kPool: Float32Array,
  vectorBuffer: Float32Array,
  s: SealVectorsShape,
): void {
  const D = s.headDim;
  for (let n = s.firstSpan; n < s.firstSpan + s.spanCount; n++) {
    const [start = 0, length = 0, ordinal = 0] = spans.subarray(n * 4, n * 4 + 3);
    const tokens = Array.from({ length }, (_, i) => start + i);
    const short = length < 8 ? 1 : length < 16 ? 2 : s.representatives;
    const count = Math.min(s.representatives, short, length);
    for (let a = 0; a < s.kvHeads; a++) {
      const at = (j: number) => a * s.ringCapacity + (j % s.ringCapacity);
      const fixed = tokens.map((j) =>
        s.vectors === "total" ? votes[at(j)]! : own[at(j)]! / (start + length - j),
      );
      const later = tokens.map((j) => Math.max(0, votes[at(j)]! - own[at(j)]!));
      const voted = s.vectors === "both" && Math.max(...later) > 1e-6;
      for (const [kind, weights] of [fixed, voted ? later : fixed].entries()) {
        const ranked = tokens.toSorted(
          (i, j) => weights[j - start]! - weights[i - start]! || i - j,
        );
        const out = ((ordinal * 2 + kind) * s.kvHeads + a) * D;
        for (let d = 0; d < D; d++) {
          let sum = 0;
          for (const token of ranked.slice(0, count)) {
            const slot = token % s.ringCapacity;
            const page = s.ringFirstPage + Math.floor(slot / 16);
            sum += kPool[((page * s.kvHeads + a) * 16 + (slot % 16)) * D + d]!;
          }
          vectorBuffer[out + d] = sum / count;
        }
      }
    }
  }
}
