import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { needleDocument } from "./needle-cases.ts";

const book = readFileSync("public/sample/treasure-island.txt", "utf8");
const depths = [0, 10, 50, 90, 100];

test("every fact stands whole at its place, in the order of the depths", () => {
  for (const seed of [1, 2, 3]) {
    const { text, needles } = needleDocument(book, 6000, depths, seed);
    let previous = 0;
    for (const { start, end, expected, depthPercent } of needles) {
      expect(text.slice(start, end)).toContain(expected);
      expect(text.slice(start, end)).toMatch(/^\S.*\.$/s);
      expect(start).toBeGreaterThanOrEqual(previous);
      expect(Math.abs(start / text.length - depthPercent / 100)).toBeLessThan(0.1);
      previous = end;
    }
    expect(new Set(needles.map(({ question }) => question)).size).toBe(depths.length);
    expect(text.length).toBeLessThan(6000 + depths.length * 80);
  }
});

test("a seed gives one document, another seed another", () => {
  const [a, b, c] = [1, 1, 2].map((seed) => needleDocument(book, 3000, depths, seed));
  expect(a).toEqual(b);
  expect(a).not.toEqual(c);
});
