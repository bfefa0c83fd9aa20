import { expect, test } from "vitest";
import { AnswerText } from "./answer-text.ts";

function run(pieces: readonly string[], stops: readonly string[] = ["\nQuestion:", "\nText:"]) {
  const shown: string[] = [];
  const answer = new AnswerText(stops, (text) => shown.push(text));
  for (const piece of pieces) answer.push(piece);
  answer.end();
  expect(shown.join("")).toBe(answer.text);
  expect(shown).not.toContain("");
  return { text: answer.text, ended: answer.isEnded };
}

test("an answer ends before the next question, however the pieces are cut", () => {
  const whole = " The mill.\n\nQuestion: Who? Answer: Nobody.";
  for (let size = 1; size < whole.length; size++) {
    const pieces = whole.match(new RegExp(`[^]{1,${size}}`, "g"))!;
    expect(run(pieces)).toEqual({ text: "The mill.", ended: true });
  }
});

test("what only begins like a stop is shown", () => {
  expect(run(["One\nQuest", "s are\nText", " books"])).toEqual({
    text: "One\nQuests are\nText books",
    ended: false,
  });
  expect(run(["It ends in\nQuesti"])).toEqual({ text: "It ends in\nQuesti", ended: false });
});

test("an answer that is nothing but the next question is empty", () => {
  expect(run(["\n", "Question: Who?"])).toEqual({ text: "", ended: true });
  expect(run(["Question: Who?"])).toEqual({ text: "", ended: true });
});

test("without stops only the white space of the template goes", () => {
  expect(run(["\n", " a", "", " b\n"], [])).toEqual({ text: "a b\n", ended: false });
});
