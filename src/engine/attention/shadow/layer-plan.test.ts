import { expect, test } from "vitest";
import type { ModelConfig } from "../../model/config.ts";
import { attentionEngine } from "../engines.ts";
import type { LtriParameters } from "../parameters.ts";
import { planDocument, withSlots } from "./layer-plan.ts";

const config = {
  kvHeads: 2,
  headDim: 64,
  layerConfigs: [
    { rope: 0, slidingWindow: null },
    { rope: null, slidingWindow: 100 },
  ],
} as unknown as ModelConfig;

function plan(tokens: number, overrides: Partial<LtriParameters> = {}, prefix = 0) {
  const parameters = attentionEngine("shadowkv").parameters(8192, {
    budget: 128,
    outlierChunks: 8,
    outlierShare: 0,
    ...overrides,
  });
  return planDocument(config, parameters, prefix, tokens);
}

test("a document of four times what is attended to is low rank, a shorter one is kept exactly", () => {
  const seen = 128 + 8 * 8 + 32;
  expect(plan(4 * seen).layers[0]).toMatchObject({ isLowRank: true, outliers: 8, slots: 16 });
  expect(plan(4 * seen - 1).layers[0]).toMatchObject({ isLowRank: false, tailStart: 0 });
});

test("the tail is what the paper keeps: 32 tokens and what makes no whole chunk", () => {
  for (const [tokens, tailStart] of [
    [2047, 2008],
    [2048, 2016],
    [2049, 2016],
  ] as const) {
    expect(plan(tokens).layers[0]).toMatchObject({ tailStart, chunks: tailStart / 8 });
  }
});

test("a layer with a window keeps what the first token behind the text sees, in whole chunks", () => {
  // Of 1,003 tokens the next one sees 904…1002, itself with them 100.
  expect(plan(1003).layers[1]).toMatchObject({ isLowRank: false, tailStart: 904, outliers: 0 });
  expect(plan(60).layers[1]!.tailStart).toBe(0);
});

test("ranks are multiples of four and no larger than the keys are wide", () => {
  const caps = [1, 4, 6, 127, 128, 10_000].map((rank) => plan(2048, { rank }).layers[0]!.rankCap);
  expect(caps).toEqual([4, 4, 8, 128, 128, 128]);
  expect(plan(2048).layers[0]!.rankCap).toBe(32);
});

test("there are no more slots than chunks to choose from, and room for the prefix among the outliers", () => {
  const { layers } = plan(2048, { budget: 100_000, poolTokens: 100_000, denseFactor: 0 });
  expect(layers[0]).toMatchObject({ chunks: 252, outliers: 8, slots: 244 });
  expect(withSlots(plan(2048), 2).layers[0]!.slots).toBe(32);
  expect(withSlots(plan(2048, { budget: 1500, denseFactor: 0 }), 2).layers[0]!.slots).toBe(244);
  expect(plan(2048, {}, 100)).toMatchObject({ headChunks: 13, layers: [{ outliers: 14 }, {}] });
  expect(plan(2048, { budget: 0 }).layers[0]!.slots).toBe(0);
});
