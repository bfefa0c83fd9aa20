import { expect, test } from "vitest";
import { characterRange, findEvidence, tokenHeat } from "./evidence.ts";

// 100 tokens of 4 characters; the document starts at stream token 10.
const source = {
  tokenStarts: Uint32Array.from({ length: 100 }, (_, i) => i * 4),
  textLength: 400,
  firstToken: 10,
};

test("sharp layers count more, mass is spread over the tokens of an interval", () => {
  const heat = tokenHeat(
    [
      [
        { start: 30, length: 10, mass: 30 },
        { start: 60, length: 5, mass: 10 },
      ],
      [{ start: 35, length: 2, mass: 1 }],
      [],
      [{ start: 5, length: 10, mass: 0 }],
    ],
    source,
  );
  expect(heat[20]).toBeCloseTo(3);
  expect(heat[25]).toBeCloseTo(3.5);
  expect(heat[50]).toBeCloseTo(2);
  expect(heat.reduce((a, b) => a + b)).toBeCloseTo(41);
});

test("strongest merged intervals as character ranges, strongest first", () => {
  const layers = [
    [
      { start: 30, length: 8, mass: 6 },
      { start: 40, length: 4, mass: 4 },
    ],
    [
      { start: 90, length: 2, mass: 3 },
      { start: 30, length: 8, mass: 1 },
    ],
  ];
  const found = findEvidence(layers, source, { cut: 0.1 });
  expect(found).toMatchObject([
    { start: 80, end: 136, firstToken: 20, endToken: 34 },
    { start: 320, end: 328, firstToken: 80, endToken: 82 },
  ]);
  expect(found.map((e) => e.strength)).toEqual([expect.closeTo(11 / 14), expect.closeTo(3 / 14)]);
  expect(findEvidence(layers, source, { cut: 0.1, limit: 1 })).toHaveLength(1);
});

test("a long span with much mass counts beside a short hot one", () => {
  const weak = Array.from({ length: 6 }, (_, i) => ({ start: 10 + i * 5, length: 5, mass: 0.05 }));
  const layers = [[...weak, { start: 50, length: 2, mass: 3 }, { start: 60, length: 20, mass: 4 }]];
  expect(findEvidence(layers, source)).toMatchObject([{ firstToken: 40, endToken: 42 }]);
  expect(findEvidence(layers, source, { leastPeak: 1.2 })).toMatchObject([
    { firstToken: 50, endToken: 70 },
    { firstToken: 40, endToken: 42 },
  ]);
});

test("nothing strong gives nothing", () => {
  expect(findEvidence([], source)).toEqual([]);
  expect(findEvidence([[{ start: 10, length: 100, mass: 3 }]], source)).toEqual([]);
  expect(findEvidence([[{ start: 0, length: 10, mass: 3 }]], source)).toEqual([]);
});

test("ranges start at the character's start and end rounded up", () => {
  // "a😀b": a, three byte tokens of the emoji (UTF-16 1…3), b.
  const emoji = { tokenStarts: Uint32Array.of(0, 1, 1, 1, 3), textLength: 4, firstToken: 0 };
  expect(characterRange(emoji, 0, 1)).toEqual({ start: 0, end: 1 });
  expect(characterRange(emoji, 2, 3)).toEqual({ start: 1, end: 3 });
  expect(characterRange(emoji, 1, 2)).toEqual({ start: 1, end: 3 });
  expect(characterRange(emoji, 3, 5)).toEqual({ start: 1, end: 4 });
});
