import { expect, test } from "vitest";
import type { Answer, Evidence } from "../api.ts";
import { isRight } from "./overview-maker.ts";
import { parseOverview } from "./types.ts";

const CANDIDATE = {
  question: "What is a muscle relaxant?",
  expected: "drug that affects skeletal muscle function",
  start: 100,
  end: 180,
};

const PASSAGE: Evidence = {
  ...{ documentId: "d", start: 90, end: 200, text: "", weight: 1, strength: "strong" },
};

function answer(text: string, change: Partial<Answer> = {}) {
  return {
    text,
    stopped: "end",
    evidence: [PASSAGE],
    grounding: {
      state: "supported",
      kind: "support",
      citations: [{ start: 0, end: text.length, passages: [0] }],
    },
    ...change,
  } as const;
}

test("an answer is right when it says of the very sentence what was asked and nothing else", () => {
  expect(isRight(answer("A drug that affects skeletal muscle function."), CANDIDATE)).toBe(true);
  expect(isRight(answer("A drug."), CANDIDATE)).toBe(true);
  expect(isRight(answer("A drug of the ancient Greeks."), CANDIDATE)).toBe(false);
  expect(isRight(answer("A muscle relaxant."), CANDIDATE), "says nothing").toBe(false);
  expect(isRight(answer(""), CANDIDATE)).toBe(false);
  expect(isRight(answer("A drug", { stopped: "length" }), CANDIDATE)).toBe(false);
  const elsewhere = [{ ...PASSAGE, start: 300, end: 400 }];
  expect(isRight(answer("A drug.", { evidence: elsewhere }), CANDIDATE)).toBe(false);
  const { grounding } = answer("A drug.");
  for (const change of [{ state: "partly" }, { kind: "closest" }, { citations: [] }] as const) {
    const other = { grounding: { ...grounding, ...change } };
    expect(isRight(answer("A drug.", other), CANDIDATE)).toBe(false);
  }
});

test("a stored overview is taken as it was made, or not at all", () => {
  const good = { language: "en", questions: ["What is it?"] };
  expect(parseOverview(good)).toEqual(good);
  for (const bad of [
    null,
    [],
    { ...good, language: "xx" },
    { ...good, questions: [""] },
    { ...good, questions: ["x".repeat(301)] },
    { ...good, questions: [1] },
  ]) {
    expect(parseOverview(bad)).toBeUndefined();
  }
});
