// How much each token of a document was attended to. Source: docs/ltri.md §14.

export interface AttendedInterval {
  /** First token, in tokens of the stream (system prompt included). */
  readonly start: number;
  readonly length: number;
  /** Squared attention probabilities, summed over tokens, heads and decode steps. */
  readonly mass: number;
}

/**
 * f64 [N] of the `tokens` from stream token `firstToken` on: a span's mass spread evenly over its tokens. Layers
 * are not normalised against each other: mass is squared attention, so a layer that points at a passage counts,
 * one that spreads does not.
 */
export function tokenHeat(
  layers: readonly (readonly AttendedInterval[])[],
  tokens: number,
  firstToken: number,
): Float64Array {
  const heat = new Float64Array(tokens);
  for (const intervals of layers) {
    for (const { start, length, mass } of intervals) {
      const share = mass / length;
      const from = Math.max(0, start - firstToken);
      const to = Math.min(tokens, start + length - firstToken);
      for (let token = from; token < to; token++) heat[token]! += share;
    }
  }
  return heat;
}
