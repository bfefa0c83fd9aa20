import { expect, test } from "vitest";
import { tokenHeat } from "./token-heat.ts";

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
    100,
    10,
  );
  expect(heat[20]).toBeCloseTo(3);
  expect(heat[25]).toBeCloseTo(3.5);
  expect(heat[50]).toBeCloseTo(2);
  expect(heat.reduce((a, b) => a + b)).toBeCloseTo(41);
});

test("what lies outside the tokens asked for counts nothing", () => {
  const layers = [[{ start: 0, length: 20, mass: 20 }]];
  expect([...tokenHeat(layers, 3, 18)]).toEqual([1, 1, 0]);
});
