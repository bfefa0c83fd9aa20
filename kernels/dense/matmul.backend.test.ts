import { describe, expect, test } from "vitest";
import { chooseMatmul, matmul, type MatmulVariant } from "./matmul.ts";
import { matmulTwin } from "./matmul.twin.ts";
import { compare, guardBlocks, randomMatrix, worst } from "../testing/compare.ts";
import { TEST_BACKEND, testBackend } from "../testing/backends.ts";
import { randomFloats } from "../testing/gpu.ts";
import { WEIGHT_FORMATS, type WeightFormat } from "../weights/index.ts";

interface Case {
  readonly tokens: number;
  readonly rows: number;
  readonly cols: number;
  readonly accumulate?: boolean;
  readonly bias?: boolean;
  readonly xRow?: number;
  readonly yBegin?: number;
  readonly blockRows?: number;
}

async function errorOf(variant: MatmulVariant, format: WeightFormat, one: Case): Promise<number> {
  const { tokens, rows, cols, xRow = 0, yBegin = 0, blockRows = rows } = one;
  const backend = await testBackend();
  const matrix = randomMatrix(format, rows, cols, 3);
  const weights = { ...matrix, blocks: guardBlocks(backend, matrix, blockRows) };
  const yStride = rows + yBegin + 2;
  const shape = { tokens, xRow, yStride, yBegin, accumulate: one.accumulate ?? false, variant };
  const { actual, expected } = await compare(
    backend,
    {
      x: randomFloats((xRow + tokens) * cols, 1),
      bias: randomFloats(rows, 2),
      y: randomFloats(tokens * yStride, 4),
    },
    (recorder, { x, bias, y }) =>
      matmul(recorder, x, weights, one.bias ? bias : undefined, y, shape),
    ({ x, bias, y }) => matmulTwin(x, matrix, one.bias ? bias : undefined, y, shape),
  );
  for (const { data } of weights.blocks) {
    if ("buffer" in data) backend.destroyBuffer(data.buffer);
  }
  return worst(actual.y, expected.y);
}

const BOUND = 1e-11; // f32 sums of up to 768 products against f64

/** The processor rounds activations to 14 bits where weights are integers; Q2_K and floats stay f32. */
function boundOf(format: WeightFormat): number {
  const rounded = !["F32", "F16", "BF16", "Q2_K"].includes(format);
  return rounded && TEST_BACKEND !== "webgpu" ? 1e-8 : BOUND;
}

for (const variant of ["vector", "direct", "wide", "reduce", "tiled"] as const) {
  describe(`matmul ${variant}`, () => {
    for (const size of [1, 3, 63, 65, 257]) {
      test(`${size} tokens and ${size} rows of awkward depth`, async () => {
        const tokens = variant === "reduce" || variant === "vector" ? Math.min(size, 3) : size;
        for (const cols of [4, 36, 100]) {
          expect(await errorOf(variant, "F32", { tokens, rows: size, cols })).toBeLessThan(BOUND);
        }
      });
    }
    test("bias, accumulation, column offset, row of x, three row blocks", async () => {
      const one = { tokens: 5, rows: 70, cols: 96, bias: true, xRow: 2, yBegin: 7, blockRows: 31 };
      expect(await errorOf(variant, "Q8_0", one)).toBeLessThan(boundOf("Q8_0"));
      expect(await errorOf(variant, "Q8_0", { ...one, accumulate: true })).toBeLessThan(
        boundOf("Q8_0"),
      );
    });
    // Large pipelines compile slowly on software; every format compiles in shaders.null.test.ts.
    for (const format of ["wide", "tiled"].includes(variant)
      ? (["F16", "Q4_0", "Q6_K"] as const)
      : WEIGHT_FORMATS) {
      test(`weights in ${format}`, async () => {
        const one = { tokens: 3, rows: 33, cols: 768, yBegin: 1 };
        expect(await errorOf(variant, format, one)).toBeLessThan(boundOf(format));
      });
    }
  });
}

test("the variant follows the device and the number of tokens", () => {
  expect([1, 2, 64].map((tokens) => chooseMatmul({ barrierFree: true }, tokens))).toEqual([
    "vector",
    "direct",
    "wide",
  ]);
  expect([1, 64].map((tokens) => chooseMatmul({ barrierFree: false }, tokens))).toEqual([
    "reduce",
    "tiled",
  ]);
});
