import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { groundAnswer, saysAbsent } from "./grounding.ts";

const question = "Who is the captain of the barge?";
const passages = [
  "The barge left at dawn. Tobias Merrow was her captain, a man of 42 years. He owned three goats.",
  "The pilot, Anna Velde, slept. She did not see the lighthouse.",
];
const stateOf = (answer: string, asked = question) => groundAnswer(answer, asked, passages).state;

describe("grounding", () => {
  test.each<[string, string, readonly number[]]>([
    ["Tobias Merrow", "supported", [0]],
    ["The captain of the barge is Tobias Merrow.", "supported", [0]],
    ["The captain is Tobias Marlow.", "unsupported", []],
    ["Her captain was Tobias Merrow, a man of 42.", "supported", [0]],
    ["Her captain was Tobias Merrow, a man of 43.", "unsupported", []],
    ["Anna Velde slept.", "supported", [1]],
    ["Anna Velde owned three goats.", "unsupported", []],
    ["Anna Velde did not sleep.", "unsupported", []],
    ["She did not see the lighthouse.", "supported", [1]],
    ["She saw the lighthouse.", "unsupported", []],
    ["Anna Velde slept near goats.", "unsupported", []],
    ["She saw the lighthouse, Tobias Merrow says.", "unsupported", []],
    ["Yes.", "unsupported", []],
    ["The captain of the barge.", "unsupported", []],
    ["This is not in the text.", "absent", []],
  ])("%j is %s", (answer, state, cited) => {
    const result = groundAnswer(answer, question, passages);
    expect(result.state).toBe(state);
    expect(result.sentences.flatMap((one) => one.passages)).toEqual(cited);
  });

  test.each([
    ["The story is set in Tulsa, but this is never stated.", "The story is set in Tulsa.", true],
    ["He was not rich, but he owned a mill in Leiden.", "He owned a mill in Leiden.", true],
    ["She did not buy the ship, the mill, or the barge.", "She could buy the mill.", false],
    ["Keeping nothing back, I go to the time when he kept the Benbow Inn.", "Benbow Inn", true],
    ["They did not buy, he told me, the Benbow Inn.", "Benbow Inn", false],
    ["He did not, however, burn the mill.", "He did burn the mill.", false],
    ["No man burnt the mill.", "A man burnt the mill.", false],
  ])("%j supports %j: %j", (passage, answer, supports) => {
    const { state } = groundAnswer(answer, "What is told?", [passage]);
    expect(state).toBe(supports ? "supported" : "unsupported");
  });

  test("each sentence is looked for by itself", () => {
    const answer = "The captain is Tobias Merrow. He lives in Rotterdam.";
    const result = groundAnswer(answer, question, passages);
    expect(result.state).toBe("partly");
    expect(result.sentences.map(({ state }) => state)).toEqual(["supported", "unsupported"]);
    expect(result.sentences.map(({ start, end }) => answer.slice(start, end))).toEqual([
      "The captain is Tobias Merrow.",
      "He lives in Rotterdam.",
    ]);
  });

  test("an answer that is not supported comes with the sentence nearest to the question", () => {
    const { closest } = groundAnswer("Peter Lund", question, passages);
    expect(passages[closest!.passage]!.slice(closest!.start, closest!.end)).toMatch(
      /captain|barge/,
    );
    expect(groundAnswer("Tobias Merrow", question, passages).closest).toBeUndefined();
    expect(groundAnswer("Peter Lund", question, []).closest).toBeUndefined();
  });

  test("no number and no name that the passages lack is ever supported", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 100, max: 99_999 }),
        fc.constantFrom(...passages),
        (n, passage) => {
          const sentences = passage.split(". ");
          for (const sentence of sentences) {
            expect(stateOf(`${sentence.replace(/\.$/, "")} and ${n} more.`)).not.toBe("supported");
            expect(stateOf(`${sentence.replace(/\.$/, "")} with Zog${n}.`)).not.toBe("supported");
          }
        },
      ),
    );
  });

  test("a sentence of a passage is supported by it, whatever is asked", () => {
    for (const [i, passage] of passages.entries()) {
      for (const sentence of passage.split(/(?<=\.) /)) {
        const [found] = groundAnswer(sentence, "What happened?", passages).sentences;
        expect(found).toMatchObject({ state: "supported" });
        expect(found!.passages).toContain(i);
      }
    }
  });
});

test.each([
  ["Not in the text.", true],
  ["The document does not mention it.", true],
  ["There is no information about that in the document.", true],
  ["It is not stated in the text who he was.", true],
  ["I cannot find this.", true],
  ["He was not in the house.", false],
  ["The text says that he did not come.", false],
  ["Tobias Merrow", false],
])("%j says absent: %j", (answer, expected) => {
  expect(saysAbsent(answer)).toBe(expected);
});
