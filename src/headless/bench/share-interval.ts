// How far a measured share can be trusted: 95 % intervals of a share of yes-or-no outcomes (Wilson), of
// a mean, and of the difference of two arms that answered the same questions.

export interface Interval {
  readonly low: number;
  readonly high: number;
}

const Z = 1.959964;

/** Of `hits` in `trials`; unlike the normal interval it is not empty at 0 and 1. */
export function shareInterval(hits: number, trials: number): Interval {
  if (trials === 0) return { low: 0, high: 1 };
  const share = hits / trials;
  const scale = 1 + (Z * Z) / trials;
  const centre = (share + (Z * Z) / (2 * trials)) / scale;
  const half =
    (Z / scale) * Math.sqrt((share * (1 - share)) / trials + (Z * Z) / (4 * trials * trials));
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

/** Of the mean of `values`, by their own spread; one value says nothing about it. */
export function meanInterval(values: readonly number[]): Interval {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n < 2) return { low: -Infinity, high: Infinity };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  const half = Z * Math.sqrt(variance / n);
  return { low: mean - half, high: mean + half };
}

/** Difference of two arms on the same questions, each "1" (right) or "0" in the same order. */
export function pairedDifference(
  arm: string,
  other: string,
): { readonly mean: number; readonly interval: Interval } {
  if (arm.length !== other.length) {
    throw new Error(`${arm.length} and ${other.length} questions are not the same`);
  }
  const differences = Array.from(arm, (right, i) => Number(right) - Number(other[i]));
  const mean = differences.reduce((sum, d) => sum + d, 0) / differences.length;
  return { mean, interval: meanInterval(differences) };
}
