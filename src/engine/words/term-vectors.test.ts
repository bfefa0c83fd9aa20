import { expect, test } from "vitest";
import { sharedParts, TermVectors } from "./term-vectors.ts";

const WIDTH = 32;
const WORDS = 200;

/** The same numbers each time, about evenly from -1 to 1. */
function numbers(seed: number, count: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

/** Random words over a large common part; word 1 is word 0 with a little noise. */
function table(): Float32Array {
  const rows = numbers(1, WORDS * WIDTH);
  const noise = numbers(2, WIDTH);
  for (let i = 0; i < WIDTH; i++) rows[WIDTH + i] = rows[i]! + 0.3 * noise[i]!;
  const common = numbers(3, WIDTH);
  const strength = numbers(4, WORDS);
  return rows.map((x, i) => x + 20 * common[i % WIDTH]! * (1 + strength[Math.floor(i / WIDTH)]!));
}

function vectorsOf(rows: Float32Array): TermVectors {
  const vectors = new TermVectors(WORDS, WIDTH, sharedParts(rows, WIDTH));
  for (let i = 0; i < WORDS; i++) {
    vectors.add(`word ${i}`, rows.subarray(i * WIDTH, (i + 1) * WIDTH));
  }
  return vectors;
}

test("words whose own parts are alike are near, whatever all words share", () => {
  const near = vectorsOf(table()).near("word 0", () => true);
  expect(near[0]?.term).toBe("word 1");
  expect(near[0]!.likeness).toBeGreaterThan(0.9);
  expect(near[0]!.likeness).toBeLessThanOrEqual(1.02);
  // Without taking out what is shared, all of them would be above 0.9.
  expect(near[1]!.likeness).toBeLessThan(0.7);
  expect(near.map(({ term }) => term)).not.toContain("word 0");
});

test("only words that are held are near, nearest first, and a word without a vector has none", () => {
  const vectors = vectorsOf(table());
  const near = vectors.near("word 0", (term) => term !== "word 1");
  expect(near.map(({ term }) => term)).not.toContain("word 1");
  const likeness = near.map((one) => one.likeness);
  expect(likeness).toEqual(likeness.toSorted((a, b) => b - a));
  expect(vectors.near("nowhere", () => true)).toEqual([]);
});

test("shared directions are orthonormal and hold most of what differs by strength alone", () => {
  const { directions } = sharedParts(table(), WIDTH);
  for (const [i, a] of directions.entries()) {
    for (const [j, b] of directions.entries()) {
      const dot = a.reduce((sum, x, k) => sum + x * b[k]!, 0);
      expect(dot).toBeCloseTo(i === j ? 1 : 0, 4);
    }
  }
  const common = numbers(3, WIDTH);
  const length = Math.hypot(...common);
  const along = directions[0]!.reduce((sum, x, i) => sum + (x * common[i]!) / length, 0);
  expect(Math.abs(along)).toBeGreaterThan(0.99);
});

test("a table of equal rows has no words that are near, and no numbers that are none", () => {
  const vectors = vectorsOf(new Float32Array(WORDS * WIDTH).fill(2));
  expect(vectors.near("word 0", () => true)).toEqual([]);
});
