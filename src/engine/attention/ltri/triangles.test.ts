import { describe, expect, test } from "vitest";
import { fillGaps, intervalScore } from "./fill-gaps.ts";
import { bandRowSums, bruteScore, prefixScore, randomMap } from "./testing/maps.ts";
import { adaptiveTheta, chooseDp, chooseNms, triangleScores } from "./triangles.ts";

// The example of docs/ltri.md §5: 6 tokens, head sum.
const vector = [
  [0.5],
  [0.2, 0.3],
  [0.1, 0.2, 0.2],
  [0, 0.05, 0.05, 0.4],
  [0, 0, 0.05, 0.15, 0.3],
  [0.05, 0, 0, 0.1, 0.2, 0.15],
];
const L = 6;
const sums = bandRowSums(vector, L);

function choose(kind: "nms" | "dp", theta: number) {
  const scores = triangleScores(sums, 6, L, theta);
  const chosen = kind === "nms" ? chooseNms(scores, 1) : chooseDp(scores, 1);
  return fillGaps(chosen, 6, 1, L, intervalScore(sums, L, theta)).map(({ x, y }) => [
    x,
    y,
    scores.quanta[x * L + y - x],
  ]);
}

describe("vector of 6 tokens", () => {
  test("scores at θ .12", () => {
    const { quanta } = triangleScores(sums, 6, L, 0.12);
    expect([...quanta.subarray(0, 6)]).toEqual([3800, 6400, 7800, 8000, 7000, 4800]);
    expect([...quanta.subarray(18, 21)]).toEqual([2800, 4900, 5800]);
  });
  test.each([
    [
      "nms",
      0.12,
      [
        [0, 3, 8000],
        [4, 5, 2900],
      ],
    ],
    [
      "dp",
      0.12,
      [
        [0, 2, 7800],
        [3, 5, 5800],
      ],
    ],
    ["nms", 0, [[0, 5, 30000]]],
    ["dp", 0, [[0, 5, 30000]]],
    [
      "nms",
      0.15,
      [
        [0, 2, 6000],
        [3, 5, 4000],
      ],
    ],
    [
      "dp",
      0.15,
      [
        [0, 2, 6000],
        [3, 3, 2500],
        [4, 5, 2000],
      ],
    ],
  ] as const)("%s, θ %f", (kind, theta, expected) => {
    expect(choose(kind, theta)).toEqual(expected);
  });
});

test("recurrence = prefix sums = brute force", () => {
  for (const [rows, lMax, seed] of [
    [17, 5, 1],
    [40, 12, 2],
    [33, 33, 3],
  ] as const) {
    const map = randomMap(rows, seed);
    const theta = 0.01 * seed;
    const { quanta } = triangleScores(bandRowSums(map, lMax), rows, lMax, theta);
    for (let x = 0; x < rows; x++) {
      for (let y = x; y < Math.min(rows, x + lMax); y++) {
        const brute = bruteScore(map, x, y, theta);
        expect(prefixScore(map, x, y, theta)).toBeCloseTo(brute, 9);
        expect(Math.abs(quanta[x * lMax + y - x]! * 1e-4 - brute)).toBeLessThan(0.51e-4);
      }
    }
  }
});

test("θ is kappa times the mean over band entries inside the window", () => {
  const map = randomMap(20, 4);
  let mass = 0;
  let entries = 0;
  for (let i = 0; i < 20; i++) {
    for (let j = Math.max(0, i - 6); j <= i; j++) {
      mass += map[i]![j]!;
      entries++;
    }
  }
  expect(adaptiveTheta(bandRowSums(map, 7), 20, 7, 3)).toBeCloseTo((3 * mass) / entries, 6);
});

test("nms equals one global sort with deletion", () => {
  for (let seed = 1; seed < 12; seed++) {
    const rows = 48;
    const lMax = 16;
    const rowSums = bandRowSums(randomMap(rows, seed), lMax);
    const scores = triangleScores(rowSums, rows, lMax, adaptiveTheta(rowSums, rows, lMax, 2));
    const all: { x: number; y: number; score: number }[] = [];
    for (let x = 0; x < rows; x++) {
      for (let l = 3; l <= Math.min(lMax, rows - x); l++) {
        const score = scores.quanta[x * lMax + l - 1]!;
        if (score > 0) all.push({ x, y: x + l - 1, score });
      }
    }
    all.sort((a, b) => b.score - a.score || b.y - b.x - (a.y - a.x) || a.x - b.x);
    const kept: typeof all = [];
    for (const c of all) if (kept.every((k) => k.y < c.x || c.y < k.x)) kept.push(c);
    const expected = kept.sort((a, b) => a.x - b.x).map(({ x, y }) => ({ x, y }));
    expect(chooseNms(scores, 3)).toEqual(expected);
  }
});

test("dp is at least as good as every greedy choice", () => {
  for (let seed = 20; seed < 30; seed++) {
    const rowSums = bandRowSums(randomMap(60, seed), 20);
    const scores = triangleScores(rowSums, 60, 20, adaptiveTheta(rowSums, 60, 20, 1.5));
    const total = (spans: { x: number; y: number }[]) =>
      spans.reduce((sum, { x, y }) => sum + scores.quanta[x * 20 + y - x]!, 0);
    expect(total(chooseDp(scores, 2))).toBeGreaterThanOrEqual(total(chooseNms(scores, 2)));
  }
});

describe("gaps", () => {
  const flat = () => 0;
  test("long gaps become equal spans, short ones join", () => {
    expect(fillGaps([{ x: 25, y: 30 }], 40, 4, 10, flat)).toEqual([
      { x: 0, y: 8 },
      { x: 9, y: 16 },
      { x: 17, y: 24 },
      { x: 25, y: 30 },
      { x: 31, y: 39 },
    ]);
    expect(
      fillGaps(
        [
          { x: 2, y: 7 },
          { x: 10, y: 15 },
        ],
        17,
        4,
        10,
        flat,
      ),
    ).toEqual([
      { x: 0, y: 9 },
      { x: 10, y: 16 },
    ]);
  });
  test("joins the neighbour that gains more", () => {
    const right = (x: number, y: number) => (y === 15 && x < 10 ? 5 : 0);
    expect(
      fillGaps(
        [
          { x: 0, y: 7 },
          { x: 10, y: 15 },
        ],
        16,
        4,
        10,
        right,
      ),
    ).toEqual([
      { x: 0, y: 7 },
      { x: 8, y: 15 },
    ]);
  });
  test("a union longer than lMax is cut in the middle", () => {
    expect(fillGaps([{ x: 0, y: 9 }], 13, 4, 10, flat)).toEqual([
      { x: 0, y: 6 },
      { x: 7, y: 12 },
    ]);
  });
  test("nothing chosen, window shorter than lMin", () => {
    expect(fillGaps([], 3, 4, 10, flat)).toEqual([{ x: 0, y: 2 }]);
  });
});
