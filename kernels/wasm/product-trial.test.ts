// Both ways of products with weights in integers, and the trial between them.
import { describe, expect, test } from "vitest";
import { matmul } from "../dense/matmul.ts";
import { matmulTwin } from "../dense/matmul.twin.ts";
import { compare, guardBlocks, randomMatrix, worst } from "../testing/compare.ts";
import { randomFloats } from "../testing/gpu.ts";
import { WEIGHT_FORMATS } from "../weights/index.ts";
import { openWasmBackend, type WasmFlavour } from "./kernel-module.ts";
import { chooseProducts } from "./product-trial.ts";

const [ROWS, COLS] = [19, 512];

describe.each(["relaxed", "plain"] as const)("%s", (flavour: WasmFlavour) => {
  test.each(WEIGHT_FORMATS)("%s in floating point is as exact as f32", async (format) => {
    const backend = await openWasmBackend(flavour);
    backend.hasFloatPanels = true;
    const matrix = randomMatrix(format, ROWS, COLS, 3);
    const weights = { ...matrix, blocks: guardBlocks(backend, matrix, ROWS) };
    for (const tokens of [1, 4, 7, 14]) {
      const shape = { tokens, yStride: ROWS + 1, yBegin: 1, accumulate: true };
      const { actual, expected } = await compare(
        backend,
        {
          x: randomFloats(tokens * COLS, 1),
          bias: randomFloats(ROWS, 2),
          y: randomFloats(tokens * (ROWS + 1), 4),
        },
        (recorder, { x, bias, y }) => matmul(recorder, x, weights, bias, y, shape),
        ({ x, bias, y }) => matmulTwin(x, matrix, bias, y, shape),
      );
      // One token alone is not a panel: its activations are rounded to 14 bits.
      expect(worst(actual.y, expected.y), `${tokens}`).toBeLessThan(tokens < 4 ? 1e-8 : 1e-11);
    }
  });
});

/** A clock by which every look takes `ms`, of one way and of the other. */
function clockOf(backend: { hasFloatPanels: boolean }, integersMs: number, floatsMs: number) {
  let now = 0;
  return () => (now += backend.hasFloatPanels ? floatsMs : integersMs);
}

test("floating point is taken where it is clearly faster, and the trial leaves nothing", async () => {
  const backend = await openWasmBackend();
  for (const [integersMs, floatsMs, chosen] of [
    [1, 0.5, true],
    [1, 0.95, false],
    [0.5, 1, false],
  ] as const) {
    chooseProducts(backend, clockOf(backend, integersMs, floatsMs));
    expect(backend.hasFloatPanels).toBe(chosen);
  }
  const { staging } = backend.ledger(); // scratch of the products, kept by the backend
  chooseProducts(backend, () => performance.now());
  expect(backend.ledger().staging).toBe(staging);
});
