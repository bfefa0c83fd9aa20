import { expect, test } from "vitest";
import { findAll, firstAfter } from "./find-text.ts";

const LOOSE = { matchCase: false, wholeWords: false };
const found = (text: string, query: string, options = LOOSE) => {
  const { starts, ends } = findAll(text, query, options);
  return starts.map((start, index) => text.slice(start, ends[index]));
};

test("case and whole words are matched as asked, in any script", () => {
  expect(found("Sea, sea, seaman", "sea")).toEqual(["Sea", "sea", "sea"]);
  expect(found("Sea, sea", "sea", { matchCase: true, wholeWords: false })).toEqual(["sea"]);
  expect(found("Sea, sea, seaman", "sea", { matchCase: false, wholeWords: true })).toHaveLength(2);
  expect(found("Öl, Ölung", "öl", { matchCase: false, wholeWords: true })).toEqual(["Öl"]);
  expect(found("鄭伯克段於鄢", "段於")).toEqual(["段於"]);
});

test("a query runs over line breaks and means its signs literally", () => {
  expect(found("a wooden\nleg and a wooden  leg", "wooden leg")).toHaveLength(2);
  expect(found("(a+b) [c] 3-4 a/b $1 \\d", "(a+b)")).toEqual(["(a+b)"]);
  for (const sign of "^$.*+?()[]{}|\\/-#&~") expect(found(`x${sign}y`, sign)).toEqual([sign]);
  expect(found("anything", "  ")).toEqual([]);
});

test("the first match behind a place is found, and none behind the last", () => {
  const matches = findAll("a b a b a", "a", LOOSE);
  expect(firstAfter(matches, 0)).toBe(0);
  expect(firstAfter(matches, 1)).toBe(1);
  expect(firstAfter(matches, 99)).toBe(3);
});
