import { expect, test } from "vitest";
import { markPieces, paragraphAt, splitParagraphs } from "./paragraphs.ts";

test("paragraphs are separated by blank lines and keep their offsets", () => {
  const text = "One\nstill one\n\nTwo\r\n \r\n\nThree";
  const parts = splitParagraphs(text).map(({ start, end }) => text.slice(start, end));
  expect(parts).toEqual(["One\nstill one", "Two", "Three"]);
});

test("an endless line is cut without losing a character or splitting a pair", () => {
  const text = "😀".repeat(2500) + "a";
  const parts = splitParagraphs(text).map(({ start, end }) => text.slice(start, end));
  expect(parts.length).toBeGreaterThan(2);
  expect(parts.join("")).toBe(text);
  for (const part of parts) expect(part.isWellFormed()).toBe(true);
});

test("empty and blank texts have no paragraphs", () => {
  expect(splitParagraphs("")).toEqual([]);
  expect(splitParagraphs(" \n\n \n")).toEqual([]);
});

test("paragraphAt finds the paragraph of an offset, and the next one between two", () => {
  const paragraphs = splitParagraphs("aaa\n\nbbb\n\nccc");
  expect(paragraphAt(paragraphs, 0)).toBe(0);
  expect(paragraphAt(paragraphs, 2)).toBe(0);
  expect(paragraphAt(paragraphs, 3)).toBe(1);
  expect(paragraphAt(paragraphs, 5)).toBe(1);
  expect(paragraphAt(paragraphs, 12)).toBe(2);
  expect(paragraphAt(paragraphs, 999)).toBe(2);
});

test("a page begins a paragraph wherever it begins", () => {
  const text = "first page ends\nsecond page\n\nthird";
  const parts = splitParagraphs(text, [0, 16, 29]).map(({ start, end }) => text.slice(start, end));
  expect(parts).toEqual(["first page ends\n", "second page", "third"]);
});

test("marks follow overlapping ranges across paragraph edges; the shown passage wins", () => {
  const text = "abcdef\n\nghijkl";
  const [first, second] = splitParagraphs(text);
  const marks = [
    { start: 2, end: 10, kind: "evidence" },
    { start: 4, end: 5, kind: "passage" },
  ] as const;
  expect(markPieces(text, first!, marks)).toEqual([
    { text: "ab", start: 0, kind: null },
    { text: "cd", start: 2, kind: "evidence" },
    { text: "e", start: 4, kind: "passage" },
    { text: "f", start: 5, kind: "evidence" },
  ]);
  expect(markPieces(text, second!, marks)).toEqual([
    { text: "gh", start: 8, kind: "evidence" },
    { text: "ijkl", start: 10, kind: null },
  ]);
  expect(markPieces(text, second!, [])).toHaveLength(1);
});
