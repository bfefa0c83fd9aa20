import { expect, test } from "vitest";
import { cleanDocument, parseSections, placeOf, type Section } from "./sections.ts";

const labelled = ({ text, sections }: { text: string; sections: readonly Section[] }) =>
  sections.map(({ start, label }) => `${label}=${text.slice(start, start + 3)}`);

test("sections keep pointing at their text when white space and line ends are cleaned", () => {
  const text = "\r\n \r\none\r\ntwo\r\n\r\nsix\r\n";
  const sections = ["one", "two", "six"].map((label) => ({ start: text.indexOf(label), label }));
  const cleaned = cleanDocument("Book", text, sections);
  expect(cleaned.text).toBe("one\ntwo\n\nsix");
  expect(labelled(cleaned)).toEqual(["one=one", "two=two", "six=six"]);
});

test("a section of white space only gives way to the next, one behind the text goes", () => {
  const text = "  \n\nbody   ";
  const sections = [
    { start: 0, label: "Page 1" },
    { start: 4, label: "Page 2" },
    { start: 10, label: "Page 3" },
  ];
  expect(cleanDocument("Book", text, sections).sections).toEqual([{ start: 0, label: "Page 2" }]);
});

test("a place is the last section that begins at or before it", () => {
  const sections = [
    { start: 2, label: "a" },
    { start: 5, label: "b" },
    { start: 9, label: "c" },
  ];
  expect([0, 1, 2, 4, 5, 8, 9, 99].map((at) => placeOf(sections, at))).toEqual(
    [undefined, undefined, "a", "a", "b", "b", "c", "c"], // one per offset
  );
  expect(placeOf([], 3)).toBeUndefined();
});

test("sections out of order, outside the text or of another shape are refused", () => {
  const section = (start: number, label = "x") => ({ start, label });
  expect(parseSections([section(0), section(4)], 5)).toHaveLength(2);
  for (const wrong of [
    [section(4), section(4)],
    [section(4), section(1)],
    [section(5)],
    [section(-1)],
    [section(1.5)],
    [section(0, "")],
    [section(0, "x".repeat(201))],
    [{ start: 0 }],
    "text",
    null,
  ]) {
    expect(parseSections(wrong, 5)).toBeUndefined();
  }
  expect(() => cleanDocument("Book", "abc", [section(9)])).toThrow(/not in order/);
});
