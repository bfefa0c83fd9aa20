import type { SpanScoreShape } from "./span-score.ts";

/** CPU twin of span-score.wgsl; vectors as f32 values whatever the dtype. */
export function spanScoreTwin(
  q: Float32Array,
  vectors: Float32Array,
  raw: Float32Array,
  s: SpanScoreShape,
): void {
  for (let span = 0; span < s.spans; span++) {
    for (let a = 0; a < s.kvHeads; a++) {
      const scores = [0, 1].map((kind) => {
        const base = (((s.firstRow + span) * 2 + kind) * s.kvHeads + a) * s.headDim;
        let sum = 0;
        for (let d = 0; d < s.headDim; d++) sum += q[a * s.headDim + d]! * vectors[base + d]!;
        return sum;
      });
      raw[a * s.spanCapacity + s.firstSpan + span] = Math.max(...scores);
    }
  }
}
