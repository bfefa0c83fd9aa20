// Triangular scores of one discovery window and the choice of spans from them (docs/ltri.md §4, §5).
// Pure functions over one window; the stream of windows is in discovery.ts.

/** A candidate or chosen interval of the window: row offsets, closed at the end. */
export interface Interval {
  readonly x: number;
  readonly y: number;
}

/** Scores are kept as integers of this size, so that every device orders them equally. */
export const SCORE_QUANTUM = 1e-4;

export interface TriangleScores {
  readonly rows: number;
  readonly lMax: number;
  /** i32 [rows][lMax]: S[x, x+l] in quanta at [x][l]. */
  readonly quanta: Int32Array;
}

/**
 * θ = kappa · mean of Ā over the band of the window. `rowSums` f32 [rows][lMax]: R[y][l] = sum of
 * Ā[y, y−l…y]; only entries whose key is inside the window count.
 */
export function adaptiveTheta(
  rowSums: Float32Array,
  rows: number,
  lMax: number,
  kappa: number,
): number {
  let mass = 0;
  let entries = 0;
  for (let y = 0; y < rows; y++) {
    const length = Math.min(y + 1, lMax);
    mass += rowSums[y * lMax + length - 1]!;
    entries += length;
  }
  return entries === 0 ? 0 : (kappa * mass) / entries;
}

/** S[x,y] = S[x,y−1] + R[y][y−x] − θ·L for every L ≤ lMax, in f64, then rounded to quanta. */
export function triangleScores(
  rowSums: Float32Array,
  rows: number,
  lMax: number,
  theta: number,
): TriangleScores {
  const quanta = new Int32Array(rows * lMax);
  for (let x = 0; x < rows; x++) {
    let sum = 0;
    const last = Math.min(lMax, rows - x);
    for (let l = 0; l < last; l++) {
      sum += rowSums[(x + l) * lMax + l]! - theta * (l + 1);
      quanta[x * lMax + l] = quantise(sum);
    }
  }
  return { rows, lMax, quanta };
}

export function quantise(score: number): number {
  return Math.round(score / SCORE_QUANTUM);
}

/**
 * Best triangle first, zero overlap: choosing the best of an interval and going on left and right
 * of it visits candidates in the same order as one global sort with deletion. Ties: longer first,
 * then smaller x.
 */
export function chooseNms({ rows, lMax, quanta }: TriangleScores, lMin: number): Interval[] {
  const chosen: Interval[] = [];
  const open: Interval[] = [{ x: 0, y: rows - 1 }];
  for (let part = open.pop(); part; part = open.pop()) {
    let best = 0;
    let bestX = -1;
    let bestL = 0;
    for (let x = part.x; x <= part.y; x++) {
      const last = Math.min(lMax, part.y - x + 1);
      for (let l = lMin; l <= last; l++) {
        const score = quanta[x * lMax + l - 1]!;
        if (score > best || (score === best && score > 0 && l > bestL)) {
          best = score;
          bestX = x;
          bestL = l;
        }
      }
    }
    if (bestX < 0) continue;
    const y = bestX + bestL - 1;
    chosen.push({ x: bestX, y });
    if (bestX > part.x) open.push({ x: part.x, y: bestX - 1 });
    if (y < part.y) open.push({ x: y + 1, y: part.y });
  }
  return chosen.sort((a, b) => a.x - b.x);
}

/** Exact weighted-interval partition: largest sum of positive triangles. Ties: longer last span. */
export function chooseDp({ rows, lMax, quanta }: TriangleScores, lMin: number): Interval[] {
  const best = new Float64Array(rows + 1);
  const length = new Int32Array(rows + 1); // 0: the row before the end is in no span
  for (let end = 1; end <= rows; end++) {
    best[end] = best[end - 1]!;
    const last = Math.min(lMax, end);
    for (let l = lMin; l <= last; l++) {
      const score = quanta[(end - l) * lMax + l - 1]!;
      if (score <= 0) continue;
      const sum = best[end - l]! + score;
      if (sum >= best[end]!) {
        best[end] = sum;
        length[end] = l;
      }
    }
  }
  const chosen: Interval[] = [];
  for (let end = rows; end > 0;) {
    const l = length[end]!;
    if (l === 0) {
      end--;
      continue;
    }
    chosen.push({ x: end - l, y: end - 1 });
    end -= l;
  }
  return chosen.reverse();
}
