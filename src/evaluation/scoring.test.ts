import { describe, expect, it } from "vitest";
import { editDistance } from "./edit-distance.ts";
import { afterThinking, scoreAnswer } from "./scoring.ts";
import type { ScoringRule } from "./types.ts";

const boxed: ScoringRule = { kind: "boxed", answer: "Clara Ashby" };
const value = (rule: ScoringRule, answer: string, profile: "compat" | "sound" = "compat") =>
  scoreAnswer(rule, answer, profile).value;

describe("keyword", () => {
  const rule: ScoringRule = { kind: "keyword", keyword: "Glass Compass", others: ["Ivory Comb"] };

  it("is found as it is written, and in sound in any case", () => {
    expect(value(rule, "It is the Glass Compass.")).toBe(100);
    expect(value(rule, "It is the glass compass.")).toBe(0);
    expect(value(rule, "It is the glass compass.", "sound")).toBe(100);
    expect(value(rule, "", "sound")).toBe(0);
  });

  it("is found across forms of the same character in sound only", () => {
    const accented: ScoringRule = { kind: "keyword", keyword: "Caf\u00e9", others: [] };
    expect(value(accented, "the Cafe\u0301")).toBe(0);
    expect(value(accented, "the Cafe\u0301", "sound")).toBe(100);
  });

  it("does not count what a model only thinks, in sound", () => {
    const thought = "<think>Glass Compass?</think> I do not know.";
    expect(value(rule, thought)).toBe(100);
    expect(value(rule, thought, "sound")).toBe(0);
    expect(value(rule, "<think>so the Glass Compass", "sound")).toBe(0);
  });

  it("marks an answer that names another candidate, and keeps its score", () => {
    const hedge = scoreAnswer(rule, "The Glass Compass or the ivory comb.", "sound");
    expect(hedge).toMatchObject({ value: 100, hedged: true });
    expect(scoreAnswer(rule, "The Glass Compass.", "sound").hedged).toBe(false);
    expect(scoreAnswer(rule, "The Ivory Comb.", "sound")).toMatchObject({
      value: 0,
      hedged: false,
    });
  });

  it("does not take a part of the right answer for another candidate", () => {
    const nested: ScoringRule = { kind: "keyword", keyword: "Glass Compass", others: ["Glass"] };
    expect(scoreAnswer(nested, "Glass Compass", "sound").hedged).toBe(false);
    expect(scoreAnswer(nested, "Glass Compass, or Glass", "sound").hedged).toBe(true);
  });
});

describe("several keywords", () => {
  it("score the share that is found, in the order asked", () => {
    const rule: ScoringRule = { kind: "keywords", keywords: ["A1", "B2", "C3", "D4"], others: [] };
    const score = scoreAnswer(rule, "C3, then A1", "compat");
    expect(score.value).toBe(50);
    expect(score.parts).toEqual([true, false, true, false]);
  });
});

describe("soft keyword (version 1)", () => {
  const needle = "The relic of Corrin is the Lamp.";
  const rule: ScoringRule = { kind: "soft-keyword", keyword: "Lamp", needle };

  it("gives 100 with the keyword and 0 for nothing said", () => {
    expect(value(rule, "a Lamp")).toBe(100);
    expect(value(rule, "")).toBe(0);
  });

  it("gives 20·(1 − 1/L) for the needle with one changed character of the keyword", () => {
    const length = needle.replace(/\s/g, "").length;
    expect(value(rule, needle.replace("Lamp", "Ramp"))).toBeCloseTo(20 * (1 - 1 / length), 10);
  });

  it("gives 20 when needle and answer are both empty", () => {
    const empty: ScoringRule = { kind: "soft-keyword", keyword: "x", needle: " " };
    expect(value(empty, "\n")).toBe(20);
  });
});

describe("edit distance", () => {
  it.each([
    ["kitten", "sitting", 3],
    ["", "abc", 3],
    ["abc", "", 3],
    ["same", "same", 0],
    ["😀b", "b😀", 2], // characters, not UTF-16 units
    ["灯笼", "灯塔", 1],
  ])("of %j and %j is %i", (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
  });
});

describe("boxed answer", () => {
  it.each([
    ["So it is \\boxed{Clara Ashby}.", 100],
    ["\\boxed{Nora Hartwell} … no: \\boxed{Clara Ashby}", 100], // the last one counts
    ["\\boxed{Clara Ashby} … no: \\boxed{Nora Hartwell}", 0],
    ["\\boxed{{Clara Ashby}}", 100],
    ["\\boxed{\\text{Clara Ashby}}", 100],
    ["\\boxed{\\text{Clara}\\ \\text{Ashby}}", 100],
    ["\\[ \\boxed{Clara~Ashby} \\]", 100],
    ['\\boxed{"Clara Ashby"}', 100],
    ["\\boxed{ Clara\n  Ashby }", 100],
    ["\\boxed{Clara Ashby", 0], // unclosed
    ["\\boxed{Clara Ashby} and \\boxed{Nora", 0], // the last one is unclosed
    ["Clara Ashby", 0], // none
    ["\\boxed{}", 0],
    ["\\boxed Clara Ashby", 0],
    ["\\boxed{clara ashby}", 0],
  ])("%j scores %i in compat", (answer, expected) => {
    expect(value(boxed, answer)).toBe(expected);
  });

  it("reads nested braces to their partner", () => {
    const set: ScoringRule = { kind: "boxed", answer: "a{b}c" };
    expect(value(set, "\\boxed{a{b}c} {")).toBe(100);
  });

  it("leaves case aside in sound and marks several different boxes", () => {
    expect(value(boxed, "\\boxed{clara ashby}", "sound")).toBe(100);
    const two = scoreAnswer(boxed, "\\boxed{Nora Hartwell}, no, \\boxed{Clara Ashby}", "sound");
    expect(two).toMatchObject({ value: 100, hedged: true, extracted: "Clara Ashby" });
    const same = scoreAnswer(boxed, "\\boxed{Clara Ashby} … \\boxed{clara ashby}", "sound");
    expect(same.hedged).toBe(false);
  });

  it("never takes a missing box for an answer that reads None", () => {
    expect(value({ kind: "boxed", answer: "None" }, "nothing")).toBe(0);
  });
});

describe("answer words (version 1)", () => {
  it("scores the share of words that occur, in lower case", () => {
    const rule: ScoringRule = { kind: "answer-words", answer: "The Old  Mill" };
    expect(value(rule, "an old windmill")).toBeCloseTo(200 / 3, 10);
    expect(value(rule, "THE OLD MILL")).toBe(100);
    expect(value({ kind: "answer-words", answer: " " }, "anything")).toBe(0);
  });
});

describe("references (RULER)", () => {
  const references = ["1234567", "ABCDE"];
  it("scores the share contained, without regard to case and control characters", () => {
    expect(value({ kind: "references", references, need: "all" }, "x\u00011234567")).toBe(50);
    expect(value({ kind: "references", references, need: "all" }, "abcde 1234567")).toBe(100);
    expect(value({ kind: "references", references, need: "any" }, "abcde")).toBe(100);
    expect(value({ kind: "references", references, need: "any" }, "neither")).toBe(0);
  });
});

describe("afterThinking", () => {
  it.each([
    ["<think>a</think> b", "b"],
    ["a</think>b", "b"], // the template opened the block
    ["x <think>a", "x"],
    ["<think>a</think><think>b</think>c", "c"],
    ["plain ", "plain "],
  ])("of %j is %j", (prediction, rest) => {
    expect(afterThinking(prediction)).toBe(rest);
  });
});
