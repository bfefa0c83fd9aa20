import { describe, expect, it } from "vitest";
import { lastAtMost, sentenceEnds } from "./sentences.ts";
import type { Language } from "./types.ts";

const split = (text: string, language: Language) => {
  const ends = [0, ...sentenceEnds(text, language)];
  return ends.slice(1).map((end, i) => text.slice(ends[i], end));
};

describe("sentenceEnds", () => {
  it.each<[Language, string, string[]]>([
    ["en", "One. Two! Three? Four", ["One. ", "Two! ", "Three? ", "Four"]],
    ["en", "“Stop,” he said. “No.” She left.", ["“Stop,” he said. ", "“No.” ", "She left."]],
    ["en", "Mr. Arrow met Dr. Livesey. Then", ["Mr. Arrow met Dr. Livesey. ", "Then"]],
    ["en", "It cost 3.50 today. Fine.", ["It cost 3.50 today. ", "Fine."]],
    ["en", "so… and on. Yes", ["so… and on. ", "Yes"]],
    ["en", "Title\n\nText here", ["Title\n\n", "Text here"]],
    ["en", "J. R. Smith came. Ok", ["J. R. Smith came. ", "Ok"]],
    [
      "zh",
      "初，武公娶于申。公曰：“可矣！”遂行。",
      ["初，武公娶于申。", "公曰：“可矣！”", "遂行。"],
    ],
    ["zh", "一\n\n二。三", ["一\n\n", "二。", "三"]],
    ["en", "", []],
    ["en", "   ", ["   "]],
  ])("(%s) cuts %j", (language, text, sentences) => {
    expect(split(text, language)).toEqual(sentences);
  });
});

describe("lastAtMost", () => {
  it.each([
    [[], 5, -1],
    [[6], 5, -1],
    [[5], 5, 0],
    [[1, 2, 2, 9], 2, 2],
    [[1, 2, 3], 99, 2],
  ])("of %j up to %i is %i", (values, limit, index) => {
    expect(lastAtMost(values, limit)).toBe(index);
  });
});
