import { describe, expect, test } from "vitest";
import { rmsNorm } from "./rms-norm.ts";
import { rmsNormTwin } from "./rms-norm.twin.ts";
import { compare, worst } from "../testing/compare.ts";
import { testBackend } from "../testing/backends.ts";
import { randomFloats } from "../testing/gpu.ts";

const SIZES = [
  [1, 1],
  [3, 65],
  [65, 63],
  [257, 96],
  [2, 1028],
] as const;

for (const variant of ["row", "reduce"] as const) {
  describe(`rms-norm ${variant}`, () => {
    for (const [rows, width] of SIZES) {
      for (const accumulate of [false, true]) {
        test(`${rows}×${width}, accumulate ${accumulate}`, async () => {
          const shape = { rows, width, epsilon: 1e-5, accumulate, variant };
          const { actual, expected } = await compare(
            await testBackend(),
            {
              x: randomFloats(rows * width, 1),
              weight: randomFloats(width, 2),
              y: randomFloats(rows * width, 3),
            },
            (recorder, { x, weight, y }) => rmsNorm(recorder, x, weight, y, shape),
            ({ x, weight, y }) => rmsNormTwin(x, weight, y, shape),
          );
          expect(worst(actual.y, expected.y)).toBeLessThan(1e-11);
          expect(actual.x).toEqual(expected.x);
        });
      }
    }
  });
}
