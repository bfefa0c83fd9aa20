import { expect, test } from "vitest";
import { LARGER_ID } from "../host/model-ids.ts";
import { curatedModels } from "../model-cache/curated-models.ts";
import { KNOWN_HEADS, withKnownHeads } from "./known-heads.ts";
import type { BaseModel } from "./open-model.ts";

const model = (fingerprintParts: readonly string[], headWeights?: number[][]): BaseModel =>
  ({
    config: { layers: 30, kvHeads: 3, ...(headWeights ? { headWeights } : {}) },
    fingerprintParts,
  }) as unknown as BaseModel;

const [smollm2] = KNOWN_HEADS;

test("the larger model that comes with the app has its heads, in its own shape", () => {
  const proposed = curatedModels.find(({ id }) => id === LARGER_ID)!;
  expect(smollm2!.fingerprintParts[0]).toBe(`size ${proposed.bytes}`);
  const { config } = withKnownHeads(model(smollm2!.fingerprintParts));
  expect(config.headWeights).toHaveLength(30);
  expect(config.headWeights!.every((heads) => heads.length === 3)).toBe(true);
  for (const [layer, head, weight] of smollm2!.heads) {
    expect(config.headWeights![layer]![head]).toBe(weight);
    expect(weight).toBeGreaterThan(0);
    expect(weight).toBeLessThanOrEqual(1);
  }
  const sum = smollm2!.heads.reduce((total, [, , weight]) => total + weight, 0);
  expect(config.headWeights!.flat().reduce((a, b) => a + b)).toBeCloseTo(sum);
});

test("a model that differs in anything has none, and what a file states stays", () => {
  const [size, header] = smollm2!.fingerprintParts;
  const other = [size!, header!, "data 00"];
  expect(withKnownHeads(model(other)).config.headWeights).toBeUndefined();
  const stated = [[1]];
  expect(withKnownHeads(model(smollm2!.fingerprintParts, stated)).config.headWeights).toBe(stated);
});
