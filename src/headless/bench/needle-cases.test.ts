import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { evenDepths, needleDocument } from "./needle-cases.ts";
import { FACT_KINDS, NAMES } from "./needle-facts.ts";

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

test("no name and no value of a fact stands in the document a second time", () => {
  for (const seed of [1, 2, 3, 4]) {
    const { text, needles } = needleDocument(book, 160_000, evenDepths(25), seed);
    for (const { start, end, expected, question } of needles) {
      const name = NAMES.find((known) => question.includes(known))!;
      const fact = text.slice(start, end);
      for (const word of [name, expected]) {
        expect(fact).toContain(word);
        expect(text.split(word)).toHaveLength(2);
      }
    }
  }
});

test("a document has one fact of each kind before any comes twice", () => {
  const { needles } = needleDocument(book, 30_000, evenDepths(FACT_KINDS.length), 5);
  const asked = needles.map(({ question }) =>
    question.replace(
      NAMES.find((name) => question.includes(name))!,
      "NAME",
    ),
  );
  expect(new Set(asked).size).toBe(FACT_KINDS.length);
});

test("a haystack that holds every value of a kind is refused", () => {
  const colours = "purple orange pink crimson violet turquoise scarlet ivory amber copper";
  const one = () => needleDocument(`${colours}. `.repeat(40), 3000, evenDepths(25), 1);
  expect(one).toThrow(/every value/);
});

test("facts spread evenly over the document, the first and the last at its ends", () => {
  expect(evenDepths(5)).toEqual([0, 25, 50, 75, 100]);
  expect(evenDepths(1)).toEqual([50]);
});
