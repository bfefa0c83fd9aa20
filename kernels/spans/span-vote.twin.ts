import type { SpanVoteShape } from "./span-vote.ts";

export interface SpanVoteArrays {
  readonly raw: Float32Array; // f32 [K][spanCapacity]
  readonly headWeights?: Float32Array; // f32 [K]
  readonly votes: Float32Array; // f32 [≥ S]
  readonly ties: Float32Array; // f32 [≥ S]
  readonly recall: Float32Array; // f32 [≥ S]
}

/** CPU twin of the vote kernels with the launcher's arguments, without scratch. */
export function spanVoteTwin(
  { raw, headWeights, votes, ties, recall }: SpanVoteArrays,
  { spans, spanCapacity, kvHeads, z0, boost, gamma, persist }: SpanVoteShape,
): void {
  votes.fill(0, 0, spans);
  ties.fill(0, 0, spans);
  for (let a = 0; a < kvHeads; a++) {
    const row = raw.subarray(a * spanCapacity, a * spanCapacity + spans);
    const scores = Array.from(row, (own, s) => {
      if (boost === 0 || spans < 2) return own;
      return own + boost * Math.max(row[s - 1] ?? -Infinity, row[s + 1] ?? -Infinity);
    });
    const mean = scores.reduce((sum, x) => sum + x, 0) / spans;
    const std = Math.sqrt(scores.reduce((sum, x) => sum + (x - mean) ** 2, 0) / spans);
    const z = scores.map((x) => (std < 1e-6 ? 0 : (x - mean) / std));
    const most = z.reduce((best, x) => Math.max(best, x), -Infinity);
    const weight = headWeights ? headWeights[a]! : Math.max(0, most - z0);
    z.forEach((value, s) => {
      votes[s] = votes[s]! + weight * Math.max(0, value - z0);
      ties[s] = ties[s]! + value;
    });
  }
  let total = 0;
  for (let s = 0; s < spans; s++) total += votes[s]!;
  for (let s = 0; s < spans; s++) {
    if (total > 0) votes[s] = votes[s]! / total;
    if (persist) recall[s] = gamma * recall[s]! + votes[s]!;
  }
}
