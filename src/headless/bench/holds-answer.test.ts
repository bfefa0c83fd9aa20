import { expect, test } from "vitest";
import { holdsAnswer } from "./holds-answer.ts";

test.each([
  ["The price of the eastern school is 3640 francs.", "3640 francs", true],
  ["It is 36401 francs.", "3640", false],
  ["The safe word is “85-39”.", "85-39", true],
  ["Professor FIAFECHEX", "professor Fiafechex", true],
  ["Tangerines.", "tangerine", false],
  ["", "tangerine", false],
  ["Anything.", "…", false],
])("%j holds %j: %j", (text, answer, holds) => {
  expect(holdsAnswer(text, [answer])).toBe(holds);
});

test("any accepted answer counts", () => {
  expect(holdsAnswer("Helen", ["Anna", "Helen"])).toBe(true);
});
