import { describe, expect, test } from "vitest";
import { askedDocument } from "../testing/asked-document.ts";
import { findPassages, rankByHeat, rankByKeys } from "./find-passages.ts";

const filler = "Rain fell on the sea all that long day. ".repeat(20);
const texts = [
  `The barge left at dawn. Her captain was Tobias Merrow.\n\n${filler}`,
  `${filler}\n\nThe lighthouse burnt down in 1871.\n\n${filler}`,
];
const documents = texts.map((text, i) => askedDocument(`d${i}`, text));
const PREFIX = 3;
/** Tokens are characters. */
const at = (document: number, part: string) =>
  PREFIX + (document === 0 ? 0 : texts[0]!.length) + texts[document]!.indexOf(part);
const holds = (range: { document: number; start: number; end: number }, part: string) =>
  texts[range.document]!.slice(range.start, range.end).includes(part);

test("heat on a stream of documents ranks the passages of each", () => {
  const layers = [
    [
      { start: at(1, "1871"), length: 4, mass: 5 },
      { start: at(0, "Merrow"), length: 6, mass: 2 },
    ],
    [{ start: 0, length: PREFIX, mass: 100 }],
  ];
  const ranked = rankByHeat(layers, documents, PREFIX);
  expect(ranked).toHaveLength(2);
  expect(holds(ranked[0]!, "1871")).toBe(true);
  expect(holds(ranked[1]!, "Merrow")).toBe(true);
});

describe("passages of a question", () => {
  const byWords = { question: "Who was the captain of the barge?", carried: "" };

  test("are found by words alone where nothing is read yet", () => {
    expect(holds(findPassages(documents, byWords, [], 5).ranges[0]!, "Merrow")).toBe(true);
  });

  test("that shares no word with them are found by keys", () => {
    const question = { question: "Fire?", carried: "" };
    expect(findPassages(documents, question, [], 5)).toEqual({ ranges: [], telling: 0 });
    const attended = [[{ start: at(1, "1871"), length: 4, mass: 5 }]];
    const byKeys = rankByKeys({ attended, matched: [] }, documents, PREFIX);
    expect(byKeys).toHaveLength(1);
    expect(holds(findPassages(documents, question, byKeys, 5).ranges[0]!, "1871")).toBe(true);
  });

  test("of both are joined", () => {
    const attended = [[{ start: at(1, "1871"), length: 4, mass: 5 }]];
    const byKeys = rankByKeys({ attended }, documents, PREFIX);
    const found = findPassages(documents, byWords, byKeys, 3).ranges;
    expect(found.some((range) => holds(range, "1871"))).toBe(true);
    expect(found.some((range) => holds(range, "Merrow"))).toBe(true);
  });
});

test("near words find a passage that the question's own words do not, and claim nothing", () => {
  const question = { question: "What destroyed the beacon?", carried: "" };
  const near = (term: string) => (term === "beacon" ? [{ term: "lighthous", likeness: 0.4 }] : []);
  expect(findPassages(documents, question, [], 5).ranges).toEqual([]);
  const { ranges, telling } = findPassages(documents, question, [], 5, { near });
  expect(holds(ranges[0]!, "1871")).toBe(true);
  expect(telling).toBe(0);
});
