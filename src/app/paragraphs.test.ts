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

test("marks follow overlapping ranges across paragraph edges", () => {
  const text = "abcdef\n\nghijkl";
  const [first, second] = splitParagraphs(text);
  const ranges = [
    { start: 2, end: 10 },
    { start: 4, end: 5 },
  ];
  expect(markPieces(text, first!, ranges, 1)).toEqual([
    { text: "ab", marked: false, active: false },
    { text: "cd", marked: true, active: false },
    { text: "e", marked: true, active: true },
    { text: "f", marked: true, active: false },
  ]);
  expect(markPieces(text, second!, ranges, 0)).toEqual([
    { text: "gh", marked: true, active: true },
    { text: "ijkl", marked: false, active: false },
  ]);
  expect(markPieces(text, second!, [], null)).toHaveLength(1);
});
