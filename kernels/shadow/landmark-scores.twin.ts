import type { LandmarkScoresShape } from "./landmark-scores.ts";

/** CPU twin of the three kernels; landmarks as f32 values whatever the dtype. */
export function landmarkScoresTwin(
  q: Float32Array,
  landmarks: Float32Array,
  votes: Float32Array,
  s: LandmarkScoresShape,
): void {
  const group = s.heads / s.kvHeads;
  votes.fill(0);
  for (let h = 0; h < s.heads; h++) {
    const head = Math.floor(h / group);
    const sums = new Float64Array(s.landmarks);
    for (let t = 0; t < s.tokens; t++) {
      const scores = Float64Array.from({ length: s.landmarks }, (_, j) => {
        let dot = 0;
        for (let d = 0; d < s.headDim; d++) {
          const key = landmarks[(head * s.landmarks + j) * s.headDim + d]!;
          dot += q[(t * s.heads + h) * s.headDim + d]! * key;
        }
        const score = s.scale * dot;
        return s.softCap > 0 ? s.softCap * Math.tanh(score / s.softCap) : score;
      });
      const most = scores.reduce((top, score) => Math.max(top, score), -Infinity);
      const total = scores.reduce((sum, score) => sum + Math.exp(score - most), 0);
      for (let j = 0; j < s.landmarks; j++) sums[j]! += Math.exp(scores[j]! - most) / total;
    }
    for (let j = 0; j < s.landmarks; j++) {
      const at = head * s.landmarks + j;
      votes[at] = Math.max(votes[at]!, sums[j]!);
    }
  }
}
