import { expect, test } from "vitest";
import type { ModelConfig } from "../../model/config.ts";
import { bestOfGroups, headWeights, readHeadWeights } from "./head-weights.ts";
import { plantedCopies } from "./planted-copies.ts";

const model = {
  config: { layers: 2, heads: 6, kvHeads: 2 } as ModelConfig,
  fingerprintParts: ["weights", "tokenizer", "config"],
};

test("the best query head stands for its KV head", () => {
  const copied = [Float64Array.of(0, 3, 1, 0, 0, 0), Float64Array.of(1, 0, 0, 0, 2, 6)];
  const found = headWeights(model, "copying", bestOfGroups(model, copied), 6);
  expect(found.weights).toEqual([
    [0.5, 0],
    [0.167, 1],
  ]);
  expect(readHeadWeights(JSON.parse(JSON.stringify(found)), model)).toEqual(found);
});

const whole = {
  model: model.fingerprintParts,
  by: "questions",
  trials: 6,
  weights: [
    [0, 1],
    [0.5, 0.25],
  ],
};

test.each([
  [null, "index-stale"],
  [{ ...whole, model: ["other"] }, "index-stale"],
  [{ ...whole, weights: whole.weights.slice(1) }, "format-invalid"],
  [{ ...whole, weights: [[0, 1], [0.5]] }, "format-invalid"],
  [
    {
      ...whole,
      weights: [
        [0, 1],
        [0.5, 1.25],
      ],
    },
    "format-invalid",
  ],
  [
    {
      ...whole,
      weights: [
        [0, 1],
        [0.5, "1"],
      ],
    },
    "format-invalid",
  ],
  [{ ...whole, trials: 0 }, "format-invalid"],
  [{ ...whole, by: "reading" }, "format-invalid"],
])("record %# is refused by name", (record, code) => {
  expect(() => readHeadWeights(record, model)).toThrow(expect.objectContaining({ code }));
});

test("planted values stand once in their text, at different depths, and are distinct", () => {
  const copies = plantedCopies(8, 1200);
  const values = copies.map(({ text, start, end }) => {
    const value = text.slice(start, end);
    expect(value).toMatch(/^\d{5}$/);
    expect(text.split(value)).toHaveLength(2);
    return value;
  });
  expect(new Set(values).size).toBe(8);
  const depths = copies.map(({ start, text }) => start / text.length);
  expect(Math.min(...depths)).toBeLessThan(0.15);
  expect(Math.max(...depths)).toBeGreaterThan(0.8);
  expect(plantedCopies(8, 1200)).toEqual(copies);
});
