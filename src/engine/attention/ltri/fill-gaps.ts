// Turns chosen spans into a partition of the window (docs/ltri.md §5).

import { type Interval, quantise } from "./triangles.ts";

/** S of any interval of the window; attention outside the band counts as zero. In quanta. */
export type IntervalScore = (x: number, y: number) => number;

export function intervalScore(
  rowSums: Float32Array, // f32 [rows][lMax]
  lMax: number,
  theta: number,
): IntervalScore {
  return (x, y) => {
    let sum = 0;
    for (let row = x; row <= y; row++) {
      const length = row - x + 1;
      sum += rowSums[row * lMax + Math.min(length, lMax) - 1]! - theta * length;
    }
    return quantise(sum);
  };
}

/**
 * A gap shorter than lMin joins the neighbour whose triangle gains more (tie: the left one); a
 * union longer than lMax is cut in the middle. A longer gap becomes ⌈gap/lMax⌉ equal spans.
 * `chosen` is ordered and disjoint.
 */
export function fillGaps(
  chosen: readonly Interval[],
  rows: number,
  lMin: number,
  lMax: number,
  score: IntervalScore,
): Interval[] {
  const out: Interval[] = [];
  let next = 0; // first row that is not yet covered by `out`
  for (let index = 0; index <= chosen.length; index++) {
    const right = chosen[index];
    const end = right ? right.x : rows;
    const gap = end - next;
    if (gap === 0) {
      if (right) out.push(right);
    } else if (gap >= lMin || (out.length === 0 && !right)) {
      pushEqual(out, next, end - 1, lMax);
      if (right) out.push(right);
    } else {
      const left = out.at(-1);
      const gainLeft = left ? score(left.x, end - 1) - score(left.x, left.y) : -Infinity;
      const gainRight = right ? score(next, right.y) - score(right.x, right.y) : -Infinity;
      if (left && gainLeft >= gainRight) {
        out.pop();
        pushHalved(out, left.x, end - 1, lMax);
        if (right) out.push(right);
      } else if (right) {
        pushHalved(out, next, right.y, lMax);
      }
    }
    next = right ? right.y + 1 : rows;
  }
  return out;
}

function pushHalved(out: Interval[], x: number, y: number, lMax: number): void {
  if (y - x + 1 <= lMax) {
    out.push({ x, y });
    return;
  }
  const middle = x + Math.ceil((y - x + 1) / 2);
  out.push({ x, y: middle - 1 }, { x: middle, y });
}

/** Lengths differ by at most one, the longer ones first. */
function pushEqual(out: Interval[], x: number, y: number, lMax: number): void {
  const total = y - x + 1;
  const parts = Math.ceil(total / lMax);
  let from = x;
  for (let part = 0; part < parts; part++) {
    const length = Math.floor(total / parts) + (part < total % parts ? 1 : 0);
    out.push({ x: from, y: from + length - 1 });
    from += length;
  }
}
