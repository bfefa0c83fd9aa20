// Means of scores with 95 % intervals: Wilson's for one mean, Newcombe's combination for weighted
// means of independent ones.
import type { Estimate } from "./types.ts";

const Z = 1.959963984540054;

export const NO_ESTIMATE: Estimate = { value: null, low: 0, high: 100, n: 0 };

/**
 * Scores from 0 to 100. Partial scores count as shares of a success; their variance is at most that
 * of right-or-wrong items of the same mean, so the interval is never too narrow.
 */
export function meanEstimate(scores: readonly number[]): Estimate {
  const n = scores.length;
  if (n === 0) return NO_ESTIMATE;
  const value = scores.reduce((a, b) => a + b, 0) / n;
  const p = value / 100;
  const centre = p + Z ** 2 / (2 * n);
  const spread = Z * Math.sqrt((p * (1 - p)) / n + Z ** 2 / (4 * n ** 2));
  const scale = 100 / (1 + Z ** 2 / n);
  return {
    value,
    low: Math.max(0, scale * (centre - spread)),
    high: Math.min(100, scale * (centre + spread)),
    n,
  };
}

export interface Weighted {
  readonly weight: number;
  readonly estimate: Estimate;
}

/** Weights sum to 1. No estimate while one of the parts has none. */
export function weightedEstimate(parts: readonly Weighted[]): Estimate {
  let value = 0;
  let below = 0;
  let above = 0;
  let n = 0;
  for (const { weight, estimate } of parts) {
    if (estimate.value === null) return NO_ESTIMATE;
    value += weight * estimate.value;
    below += (weight * (estimate.value - estimate.low)) ** 2;
    above += (weight * (estimate.high - estimate.value)) ** 2;
    n += estimate.n;
  }
  if (n === 0) return NO_ESTIMATE;
  return {
    value,
    low: Math.max(0, value - Math.sqrt(below)),
    high: Math.min(100, value + Math.sqrt(above)),
    n,
  };
}
