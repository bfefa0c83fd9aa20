// Synthetic causal attention maps for tests of span discovery. Tests only.

/** Row i has i+1 entries. */
export type CausalMap = readonly (readonly number[])[];

export function randomSource(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Rows of random weights that sum to 1. */
export function randomMap(rows: number, seed: number): number[][] {
  const next = randomSource(seed);
  return Array.from({ length: rows }, (_, i) => {
    const row = Array.from({ length: i + 1 }, () => next() ** 4);
    const sum = row.reduce((a, b) => a + b, 0);
    return row.map((value) => value / sum);
  });
}

/** Known spans: share `inside` of a row's mass lies in its own span, `sink` on token 0. */
export function plantedMap(
  rows: number,
  inside: number,
  sink: number,
  seed: number,
): { map: number[][]; starts: number[] } {
  const next = randomSource(seed);
  const starts = [0];
  while (starts.at(-1)! < rows) starts.push(starts.at(-1)! + 8 + Math.floor(next() ** 2 * 56));
  const map = Array.from({ length: rows }, (_, i) => {
    const start = starts.findLast((s) => s <= i) ?? 0;
    const own = Array.from({ length: i - start + 1 }, () => 0.2 + next());
    const all = Array.from({ length: i + 1 }, () => 0.2 + next());
    const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
    const rest = 1 - inside - sink;
    const row = all.map((value) => (value / sum(all)) * rest);
    own.forEach((value, n) => (row[start + n]! += (value / sum(own)) * inside));
    row[0]! += sink;
    return row;
  });
  return { map, starts: starts.filter((s) => s < rows) };
}

/** f32 [rows][lMax]: R[y][l] = sum of map[y][y−l…y]. */
export function bandRowSums(map: CausalMap, lMax: number): Float32Array {
  const sums = new Float32Array(map.length * lMax);
  map.forEach((row, y) => {
    let sum = 0;
    for (let l = 0; l < lMax; l++) {
      sum += row[y - l] ?? 0;
      sums[y * lMax + l] = sum;
    }
  });
  return sums;
}

export function bruteScore(map: CausalMap, x: number, y: number, theta: number): number {
  let sum = 0;
  for (let i = x; i <= y; i++) for (let j = x; j <= i; j++) sum += (map[i]?.[j] ?? 0) - theta;
  return sum;
}

/** S = C[Y,Y] − C[Y,x] − θ·L(L+1)/2. */
export function prefixScore(map: CausalMap, x: number, y: number, theta: number): number {
  const c = (a: number, b: number) =>
    map.slice(0, a).reduce((sum, row) => sum + row.slice(0, b).reduce((s, v) => s + v, 0), 0);
  const length = y - x + 1;
  return c(y + 1, y + 1) - c(y + 1, x) - (theta * length * (length + 1)) / 2;
}
