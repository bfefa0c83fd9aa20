import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isHeading } from "./headings.ts";
import { evidenceFor, type FoundRange, readablePassages } from "./readable.ts";

const text =
  "Chapter One\n\nThe barge left at dawn. Tobias Merrow was her captain. Rain fell.\n\n" +
  "Chapter Two\n\nNobody saw the pilot. Tobias Merrow was her captain. He slept.";
const documents = [
  {
    text,
    sections: [
      { start: 0, label: "Chapter One" },
      { start: text.indexOf("Chapter Two"), label: "Chapter Two" },
    ],
  },
  { text: "Another text. It has a barge too.", sections: [] },
];
const found = (part: string, weight: number, document = 0, from = 0): FoundRange => {
  const start = documents[document]!.text.indexOf(part, from);
  return { document, start, end: start + part.length, weight };
};

describe("readable passages", () => {
  test("are whole sentences, strongest first, with place and strength in words", () => {
    const passages = readablePassages(
      [found("arge too", 0.35, 1), found("left at", 0.9), found("saw the p", 0.1)],
      documents,
      5,
    );
    expect(passages.map(({ text, strength, place }) => [text, strength, place])).toEqual([
      ["The barge left at dawn.", "strong", "Chapter One"],
      ["It has a barge too.", "medium", undefined],
      ["Nobody saw the pilot.", "weak", "Chapter Two"],
    ]);
  });

  test("a heading falls back behind what tells something", () => {
    const passages = readablePassages(
      [found("Chapter Two", 0.5), found("slept", 0.2)],
      documents,
      5,
    );
    expect(passages.map(({ text }) => text)).toEqual(["He slept.", "Chapter Two"]);
  });

  test("what says the same is shown once and says where else it stands", () => {
    const again = text.lastIndexOf("Merrow");
    const passages = readablePassages(
      [found("Merrow", 0.5), found("Merrow", 0.4, 0, again)],
      documents,
      5,
    );
    expect(passages).toHaveLength(1);
    const [{ start, end } = { start: 0, end: 0 }] = passages[0]!.alsoAt;
    expect(text.slice(start, end)).toBe("Tobias Merrow was her captain.");
    expect(start).toBeGreaterThan(passages[0]!.start);
  });

  test("neighbouring sentences become one passage", () => {
    const passages = readablePassages([found("dawn", 1), found("Merrow", 0.5)], documents, 5);
    expect(passages.map(({ text }) => text)).toEqual([
      "The barge left at dawn. Tobias Merrow was her captain.",
    ]);
  });

  test("of any ranges do not overlap, stand in their text and are at most as many as wanted", () => {
    const range = fc.record({
      document: fc.nat(1),
      start: fc.nat(200),
      end: fc.nat(200),
      weight: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(range), fc.nat(6), (ranges, most) => {
        const passages = readablePassages(ranges, documents, most);
        expect(passages.length).toBeLessThanOrEqual(most);
        passages.forEach((one, i) => {
          expect(one.text).toBe(documents[one.document]!.text.slice(one.start, one.end));
          expect(one.text.trim()).not.toBe("");
          for (const other of passages.slice(i + 1)) {
            const isApart =
              one.document !== other.document || one.end <= other.start || other.end <= one.start;
            expect(isApart).toBe(true);
          }
        });
      }),
    );
  });
});

describe("evidence of an answer", () => {
  const ranges = [found("left at", 0.9), found("slept", 0.8), found("saw the p", 0.7)];

  const readable = readablePassages(ranges, documents, 5);

  test.each([
    ["absent", 3],
    ["unsupported", 3],
  ] as const)("that is %s are %i closest places", (state, count) => {
    const { kind, passages } = evidenceFor(state, readable, 1);
    expect(kind).toBe("closest");
    expect(passages.map(({ strength }) => strength)).toEqual(Array(count).fill("weak"));
  });

  test.each(["supported", "partly", "unclaimed"] as const)("that is %s supports it", (state) => {
    expect(evidenceFor(state, readable, 0.54)).toEqual({ kind: "support", passages: readable });
    const { kind, passages } = evidenceFor(state, readable, 0.52);
    expect(kind, "a question whose words stand nowhere together").toBe("closest");
    expect(passages).toHaveLength(readable.length);
  });
});

test.each([
  ["Chapter One", true],
  ["The barge left at dawn.", false],
  ["Chapter Two", true],
])("%j is a heading: %j", (part, expected) => {
  expect(isHeading(text, found(part, 1))).toBe(expected);
});
