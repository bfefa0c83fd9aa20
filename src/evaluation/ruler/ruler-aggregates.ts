// RULER's figures: a length's score is the mean of its tasks, the effective length the greatest above
// the threshold, and the two weighted averages favour long or short lengths.

/** Llama-2-7B at 4,096 tokens: upstream's bar for "handles this length". */
export const EFFECTIVE_ABOVE = 85.6;

export interface LengthScore {
  readonly length: number;
  /** `null`: not every task was scored at this length. */
  readonly score: number | null;
}

export function effectiveLength(scores: readonly LengthScore[]): number | null {
  const passing = scores.filter(({ score }) => score !== null && score > EFFECTIVE_ABOVE);
  return passing.length === 0 ? null : Math.max(...passing.map(({ length }) => length));
}

/** Weights 1, 2, 3 … along the lengths, or the other way round; `null` while one is missing. */
export function weightedAverage(
  scores: readonly LengthScore[],
  direction: "increasing" | "decreasing",
): number | null {
  const ordered = [...scores].sort((a, b) => a.length - b.length);
  let sum = 0;
  let weights = 0;
  for (const [i, { score }] of ordered.entries()) {
    if (score === null) return null;
    const weight = direction === "increasing" ? i + 1 : ordered.length - i;
    sum += weight * score;
    weights += weight;
  }
  return weights === 0 ? null : sum / weights;
}
