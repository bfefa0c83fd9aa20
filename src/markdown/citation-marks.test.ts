import fc from "fast-check";
import { expect, test } from "vitest";
import { marksInText } from "./citation-marks.ts";

test("marks stand behind their sentences and behind emphasis that ends there", () => {
  const marked = marksInText("It was **Tobias.** He slept.", [
    { end: 16, passages: [0] },
    { end: 28, passages: [1, 0] },
  ]);
  expect(marked).toBe("It was **Tobias.**\uE0F10\uE0F2 He slept.\uE0F11\uE0F2\uE0F10\uE0F2");
});

test("an answer cannot write marks, and ranges that are none are left out", () => {
  expect(marksInText("a\uE0F17\uE0F2b", [{ end: 99, passages: [0] }])).toBe("a7b");
});

test("nothing of the text is lost", () => {
  const cited = fc.record({ end: fc.nat(40), passages: fc.array(fc.nat(4)) });
  fc.assert(
    fc.property(fc.string(), fc.array(cited), (text, citations) => {
      const plain = text.replace(/[\uE0F1\uE0F2]/g, "");
      expect(marksInText(plain, citations).replace(/\uE0F1\d+\uE0F2/g, "")).toBe(plain);
    }),
  );
});
