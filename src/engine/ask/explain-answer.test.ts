import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { askedDocument } from "../testing/asked-document.ts";
import { explainAnswer } from "./explain-answer.ts";

const barge = "The barge left at dawn. Her captain was Tobias Merrow. Rain fell on the sea.";
const light = "The lighthouse burnt down in 1871, for the keeper slept. Nobody was hurt.";
const documents = [askedDocument("barge", barge), askedDocument("light", light)];

function found(document: number, part: string, weight: number) {
  const start = documents[document]!.text.indexOf(part);
  return { document, start, end: start + part.length, weight };
}

const both = [found(0, "dawn", 0.9), found(1, "1871", 0.5)];

describe("an answer that stands in a passage", () => {
  const { evidence, grounding } = explainAnswer(
    { text: "It burnt down in 1871.", stopped: "end" },
    "When did the lighthouse burn down?",
    { ranges: both, telling: 1 },
    documents,
  );

  test("cites it", () => {
    expect(evidence.map(({ documentId }) => documentId)).toEqual(["barge", "light"]);
    expect(grounding).toEqual({
      state: "supported",
      kind: "support",
      citations: [{ start: 0, end: 22, passages: [1] }],
    });
  });
});

test("an answer that stands nowhere shows the closest sentence first and claims no support", () => {
  const { evidence, grounding } = explainAnswer(
    { text: "Ebenezer Winterbottom.", stopped: "end" },
    "When did the lighthouse burn down?",
    { ranges: both, telling: 1 },
    documents,
  );
  expect(grounding).toMatchObject({ state: "unsupported", kind: "closest", citations: [] });
  const { passage, start, end } = grounding.closest!;
  expect(passage).toBe(0);
  expect(evidence[0]!.documentId).toBe("light");
  expect(light.slice(start, end)).toBe("The lighthouse burnt down in 1871, for the keeper slept.");
  expect(evidence.map(({ strength }) => strength)).toEqual(["weak", "weak"]);
});

test("what the answer says is not in the text has at most three closest passages", () => {
  const three = [...both, found(0, "Rain", 0.4), found(1, "Nobody", 0.3)];
  const { evidence, grounding } = explainAnswer(
    { text: "That is not in the text.", stopped: "end" },
    "Who owned the inn?",
    { ranges: three, telling: 1 },
    documents,
  );
  expect(grounding.state).toBe("absent");
  expect(evidence.length).toBeLessThanOrEqual(3);
});

test("citations and the closest sentence always lie in what is shown", () => {
  const range = fc.record({
    document: fc.nat(1),
    start: fc.nat(90),
    end: fc.nat(90),
    weight: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  const words = ["Tobias", "Merrow", "1871", "not", "in", "the", "text", "keeper", "slept", "."];
  const answers = fc
    .array(fc.constantFrom(...words), { maxLength: 8 })
    .map((parts) => parts.join(" "));
  fc.assert(
    fc.property(
      fc.array(range),
      answers,
      fc.constantFrom("end", "length"),
      (ranges, answer, stopped) => {
        const { evidence, grounding } = explainAnswer(
          { text: answer, stopped },
          "Who was it?",
          { ranges, telling: 1 },
          documents,
        );
        for (const one of evidence) {
          const { text } = documents.find(({ documentId }) => documentId === one.documentId)!;
          expect(text.slice(one.start, one.end)).toBe(one.text);
        }
        for (const { start, end, passages } of grounding.citations) {
          expect(answer.slice(start, end).trim()).not.toBe("");
          for (const passage of passages) expect(evidence[passage]).toBeDefined();
        }
        if (grounding.closest) {
          const { passage, start, end } = grounding.closest;
          expect(start).toBeGreaterThanOrEqual(evidence[passage]!.start);
          expect(end).toBeLessThanOrEqual(evidence[passage]!.end);
        }
      },
    ),
  );
});
