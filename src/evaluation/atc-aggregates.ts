// Aggregates of the Ancestral Trace Challenge from the accuracy P_N at each number N of facts.
import { ATC_NEEDLES } from "./benchmark-sets.ts";

export interface AtcPoint {
  readonly needles: number;
  /** 0 to 100. */
  readonly accuracy: number;
}

/** ≤2K: the prompts of up to 64 facts. */
const LAST_OF_2K = 64;
const HALF = 50;

/** Σ P_N·N / Σ N over 2…512; `null` unless all nine were run. */
export function atcAll(points: readonly AtcPoint[]): number | null {
  return weightedByNeedles(points, ATC_NEEDLES);
}

/** The same over 2…64. */
export function atcUpTo2K(points: readonly AtcPoint[]): number | null {
  return weightedByNeedles(
    points,
    ATC_NEEDLES.filter((needles) => needles <= LAST_OF_2K),
  );
}

/** Greatest N with at least half right; 0 if none has; `null` if none was run. */
export function enl50(points: readonly AtcPoint[]): number | null {
  if (points.length === 0) return null;
  return points.reduce(
    (best, { needles, accuracy }) => (accuracy >= HALF ? Math.max(best, needles) : best),
    0,
  );
}

function weightedByNeedles(points: readonly AtcPoint[], wanted: readonly number[]): number | null {
  let sum = 0;
  let weights = 0;
  for (const needles of wanted) {
    const point = points.find((one) => one.needles === needles);
    if (!point) return null;
    sum += point.accuracy * needles;
    weights += needles;
  }
  return sum / weights;
}
