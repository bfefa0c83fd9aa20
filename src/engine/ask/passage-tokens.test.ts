import { expect, test } from "vitest";
import { passageTokens } from "./passage-tokens.ts";

const texts = [
  { tokenStarts: Uint32Array.of(0, 4, 9, 15) }, // of 20 characters
  { tokenStarts: Uint32Array.of(0, 3, 7, 8, 12, 18) }, // of 22
];
const FIRST = 10;
const range = (document: number, start: number, end: number) => ({
  document,
  start,
  end,
  weight: 1,
});

test("tokens of passages stand where their document stands in the stream", () => {
  expect(passageTokens([range(1, 7, 12)], texts, FIRST, 100)).toEqual([16, 17]);
  expect(passageTokens([range(0, 4, 15), range(1, 18, 22)], texts, FIRST, 100)).toEqual([
    11, 12, 19,
  ]);
});

test("a token that begins in front of a passage and reaches into it is one of its tokens", () => {
  expect(passageTokens([range(0, 6, 12)], texts, FIRST, 100)).toEqual([11, 12]);
});

test("passages are taken whole, the best first, as far as there is room", () => {
  const found = [range(1, 0, 8), range(0, 0, 20), range(0, 0, 4)];
  expect(passageTokens(found, texts, FIRST, 3)).toEqual([14, 15, 16]);
  // A first one that is too long leads with what there is room for.
  expect(passageTokens(found, texts, FIRST, 2)).toEqual([14, 15]);
  expect(passageTokens(found, texts, FIRST, 0)).toEqual([]);
});

test("no more than three passages lead", () => {
  const found = [0, 4, 9, 15].map((start) => range(0, start, start + 4));
  expect(passageTokens(found, texts, FIRST, 100)).toEqual([10, 11, 12]);
});
