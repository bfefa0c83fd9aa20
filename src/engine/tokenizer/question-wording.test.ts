import { expect, test } from "vitest";
import { ANSWER_STYLES, mannerWording, wordQuestion } from "./question-wording.ts";

test("a brief answer without instructions is asked for as it was measured: by the bare question", () => {
  expect(wordQuestion(" Who? ", "chat", undefined)).toBe("Who?");
  expect(wordQuestion("Who?", "chat", { style: "brief", instructions: "  " })).toBe("Who?");
});

test("wishes stand behind the question, the style first", () => {
  const manner = { style: "sentences", instructions: " Answer in German. " } as const;
  const wished = "Answer in one or two whole sentences. Answer in German.";
  expect(wordQuestion("Who?", "chat", manner)).toBe(`Who?\n${wished}`);
  expect(wordQuestion("Who?", "plain", manner)).toBe(`Who?\n${wished}`);
});

test("a model trained on bare questions gets nothing else", () => {
  const manner = { style: "list", instructions: "Be kind." } as const;
  expect(wordQuestion("Who?", "document-question-answer", manner)).toBe("Who?");
});

test("every style but the measured one has words of its own", () => {
  const wordings = ANSWER_STYLES.map((style) => mannerWording({ style, instructions: "" }));
  expect(new Set(wordings).size).toBe(ANSWER_STYLES.length);
  expect(wordings[0]).toBe("");
});
