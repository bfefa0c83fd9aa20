import { expect, test } from "vitest";
import { AttendedChunks } from "./attended-chunks.ts";
import type { LayerMemory } from "./layer-memory.ts";

/** A text of 19 tokens behind a prefix of 2, exact from its second chunk on; two heads with an outlier each. */
const memory = {
  rows: 48,
  outliers: 2,
  outlierChunks: [Uint32Array.of(0, 1), Uint32Array.of(0, 1)],
  tailRow: 16,
  tailStart: 16,
  behindRow: 16 + 5,
  lowRank: undefined,
} as unknown as LayerMemory;

test("attention to what stands behind a text that ends within a chunk is not counted as attention to the text", () => {
  const attended = new AttendedChunks([memory], [false], { prefixTokens: 2, documentEnd: 21 });
  const weights = new Float32Array(2 * memory.rows);
  weights[17] = 0.5; // token 17
  weights[21] = 0.8; // the first token of the question
  weights[memory.rows + 3] = 0.25; // token 3, an outlier of the other head
  attended.add(0, weights, 2, 2);
  expect(attended.intervals()).toEqual([
    [
      { start: 16, length: 5, mass: 0.25 },
      { start: 2, length: 6, mass: 0.0625 },
    ],
  ]);
});
