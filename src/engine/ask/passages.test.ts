import { describe, expect, test } from "vitest";
import { type AskedDocument, findPassages } from "./passages.ts";

/** Tokens are characters. */
function documentOf(documentId: string, text: string): AskedDocument {
  const tokenStarts = Uint32Array.from(text, (_, i) => i);
  return { documentId, text, tokenStarts, sections: [{ start: 0, label: `${documentId} 1` }] };
}

const PREFIX = 3;
const documents = [
  documentOf("a", "The harbour was quiet."),
  documentOf("b", "Eight bells rang."),
  documentOf("c", "Nobody came."),
];

/** One hot interval on a faint background over everything. */
function hot(start: number, length: number) {
  return [
    [
      { start: 0, length: 60, mass: 0.6 },
      { start: start + PREFIX, length, mass: 5 },
    ],
  ];
}

describe("passages of joined documents", () => {
  test.each([
    [4, 7, "a", "harbour", 4],
    [22 + 6, 5, "b", "bells", 6],
    [22 + 17, 6, "c", "Nobody", 0],
  ])("characters %i+%i belong to document %s", (start, length, documentId, text, own) => {
    const [first] = findPassages(hot(start, length), PREFIX, documents);
    expect(first).toMatchObject({ documentId, text, start: own, end: own + length });
    expect(first?.place).toBe(`${documentId} 1`);
  });

  test("a run over a boundary is cut to the document with more of it", () => {
    const [first] = findPassages(hot(16, 11), PREFIX, documents); // 6 of a, 5 of b
    expect(first).toMatchObject({ documentId: "a", start: 16, end: 22, text: "quiet." });
    const [other] = findPassages(hot(20, 7), PREFIX, documents); // 2 of a, 5 of b
    expect(other).toMatchObject({ documentId: "b", start: 0, end: 5, text: "Eight" });
  });

  test("one document alone is mapped as it stands", () => {
    const [first] = findPassages(hot(4, 7), PREFIX, documents.slice(0, 1));
    expect(first).toMatchObject({ documentId: "a", text: "harbour" });
  });
});
