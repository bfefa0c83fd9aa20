import { expect, test } from "vitest";
import { rankPassages } from "./rank-passages.ts";
import { spelledLike } from "./spellings.ts";
import { WordIndexBuilder } from "./word-index.ts";

const VOCABULARY = "island islet queequeg chowder powder ishmael anchor authenticated".split(" ");
const like = (term: string) => spelledLike(term, [VOCABULARY]).map((one) => one.term);

test.each([
  ["iland", ["island"]],
  ["isladn", ["island"]],
  ["isslands", []], // two slips in a short word
  ["quequeg", ["queequeg"]],
  ["authentacatd", ["authenticated"]],
  ["chowdar", ["chowder"]],
  ["rchowder", []], // the first letter
  ["isle", []], // too short
  ["12345", []],
  ["日本語の島", []],
])("%s is meant to be %j", (term, meant) => {
  expect(like(term)).toEqual(meant);
});

test("two slips count less than one, and only the nearest are meant", () => {
  const terms = ["authenticates", "authenticated"];
  const [one] = spelledLike("authenticatd", [terms]);
  expect(one).toMatchObject({ term: "authenticated" });
  const [two] = spelledLike("authentcatd", [terms]);
  expect(two!.likeness).toBeLessThan(one!.likeness);
  expect(spelledLike("islend", [["island"], ["islands"]]).map(({ term }) => term)).toEqual([
    "island",
  ]);
});

test("a passage is found by a word with a slip, and is not said to hold it", () => {
  const builder = new WordIndexBuilder(60);
  builder.add("Queequeg was a native of Rokovoko.\n\n".padEnd(70, " "));
  builder.add("The captain slept in the cabin, and nobody woke him up.");
  const indexes = [builder.finish()];
  const [found] = rankPassages(indexes, "Where was Quequeg a native?", 3);
  const [right] = rankPassages(indexes, "Where was Queequeg a native?", 3);
  expect(found!.start).toBe(right!.start);
  expect(found!.score).toBeGreaterThan(right!.score / 2);
  expect(found!.coverage).toBeLessThan(right!.coverage);
  const [by] = rankPassages(indexes, "Quequeg?", 3);
  expect(by).toMatchObject({ start: 0, coverage: 0 });
  expect(rankPassages(indexes, "Pequod?", 3)).toEqual([]);
});
