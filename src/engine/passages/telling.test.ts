import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type RankedPassage, rankPassages } from "../words/rank-passages.ts";
import { WordIndexBuilder } from "../words/word-index.ts";
import { LEAST_TELLING, tellingOf } from "./telling.ts";

const harbour =
  "The harbour lay quiet and the sea was calm for many days, as the old pilot said.\n\n".repeat(40);
const text = `${harbour}The barge left at dawn. Her captain was Tobias Merrow, who had a violin.\n\n${harbour}`;

function telling(question: string, copies = 1): number {
  const builder = new WordIndexBuilder();
  builder.add(text);
  const index = builder.finish();
  return tellingOf(rankPassages(Array<typeof index>(copies).fill(index), question, 20));
}

describe("what a text tells of a question", () => {
  test.each(["Who was the captain of the barge?", "What did Tobias Merrow have?"])(
    "is enough: %s",
    (question) => {
      expect(telling(question)).toBeGreaterThan(LEAST_TELLING);
    },
  );

  test.each([
    "How many telegrams did the pilot send from Lisbon?", // names a person of the text and nothing else of it
    "Which railway runs along the quiet harbour?",
    "Who painted the ceiling?",
  ])("is too little: %s", (question) => {
    expect(telling(question)).toBeLessThan(LEAST_TELLING);
  });

  test("is as much in a text that was added twice", () => {
    const question = "What did Tobias Merrow have?";
    expect(telling(question, 2)).toBeCloseTo(telling(question), 1);
    expect(telling(question, 3)).toBeGreaterThan(LEAST_TELLING);
  });

  test("is none without a passage", () => {
    expect(tellingOf([])).toBe(0);
  });

  const passage = fc
    .record({ score: fc.double({ min: 0.1, max: 9, noNaN: true }), share: fc.nat(100) })
    .map(({ score, share }, i = 0): RankedPassage => {
      const coverage = share / 100;
      return { document: 0, start: i, end: i + 1, score, coverage, nearby: coverage };
    });

  test("a clearer lead tells more", () => {
    fc.assert(
      fc.property(
        passage,
        passage,
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (a, b, share) => {
          const near = { ...b, score: a.score };
          const far = { ...b, score: share * a.score };
          expect(tellingOf([a, far])).toBeGreaterThanOrEqual(tellingOf([a, near]));
        },
      ),
    );
  });
});
