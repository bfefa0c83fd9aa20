import { expect, test } from "vitest";
import { readFileSync } from "node:fs";
import { detectOutline, placeFor, sectionAt } from "./outline.ts";

const filler = "He walked along the quay and said nothing to anybody at all. ".repeat(40);
const chapters = (headings: readonly string[]) =>
  headings.map((heading) => `${heading}\n\n${filler}`).join("\n\n");
const labels = (headings: readonly string[]) =>
  detectOutline(chapters(headings)).map(({ label }) => label);

test("the chapters of the sample book are found, with their titles", () => {
  const book = readFileSync("public/sample/treasure-island.txt", "utf8");
  const outline = detectOutline(book);
  const found = outline.map(({ label }) => label);
  expect(found).toContain("I: At the Admiral Benbow");
  expect(outline.length).toBeGreaterThanOrEqual(34);
  expect(outline.length).toBeLessThan(50);
  for (const { start, label } of outline.slice(0, 10)) {
    expect(book.slice(start).startsWith(label.split(":", 1)[0]!)).toBe(true);
  }
});

test.each([
  [["Chapter 1", "Chapter 2", "CHAPTER III. The Sea"]],
  [["Erstes Buch", "Kapitel 1", "Kapitel 2: Das Meer", "Kapitel 3"].slice(1)],
  [["I.", "II.", "III."]],
  [["1. The beginning", "2. The middle", "3. The end"]],
  [["第一章 開始", "第二章 中間", "第三章 結束"]],
  [["Chapitre premier", "Chapitre 2", "Épilogue"]],
])("headings %j are an outline", (headings) => {
  expect(labels(headings)).toHaveLength(headings.length);
});

test("prose, lists and short texts have no outline", () => {
  expect(detectOutline("Chapter 1\n\nshort")).toEqual([]);
  expect(
    labels(["Part of it was true, he said,", "Letter writing was his joy!", "Then he left"]),
  ).toEqual([]);
  const list = Array.from({ length: 400 }, (_, i) => `${i % 90}. item`).join("\n\n");
  expect(detectOutline(list)).toEqual([]);
});

test("a wish names a page, a heading or a share", () => {
  const sections = [
    { start: 0, label: "Page 1" },
    { start: 100, label: "Page 2" },
    { start: 900, label: "Page 12: The Black Spot" },
  ];
  expect(placeFor("2", sections, 1000)).toBe(100);
  expect(placeFor("12", sections, 1000)).toBe(900);
  expect(placeFor("black", sections, 1000)).toBe(900);
  expect(placeFor("50 %", sections, 1000)).toBe(500);
  expect(placeFor("100%", sections, 1000)).toBe(999);
  expect(placeFor("no such", sections, 1000)).toBeUndefined();
  expect(placeFor("(", sections, 1000)).toBeUndefined();
  expect(placeFor("", sections, 1000)).toBeUndefined();
  expect(sectionAt(sections, 150)).toBe(1);
  expect(sectionAt(sections.slice(1), 5)).toBe(-1);
});
