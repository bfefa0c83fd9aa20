import { describe, expect, test } from "vitest";
import { rmsNorm } from "./rms-norm.ts";
import { rmsNormTwin } from "./rms-norm.twin.ts";
import { guarded, nmse, randomFloats, runGuarded, testRuntime } from "./testing/gpu.ts";

describe("rms-norm", () => {
  for (const accumulate of [false, true]) {
    for (const [rows, width] of [[1, 1], [3, 65], [65, 63], [257, 96]] as const) {
      test(`${rows}×${width}, accumulate ${accumulate}`, async () => {
        const runtime = await testRuntime();
        const shape = { rows, width, epsilon: 1e-5, accumulate };
        const x = randomFloats(rows * width, 1);
        const weight = randomFloats(width, 2);
        const y = randomFloats(rows * width, 3);
        const buffers = {
          x: guarded(runtime, "x", x),
          weight: guarded(runtime, "weight", weight),
          y: guarded(runtime, "y", y),
        };
        const out = await runGuarded(runtime, buffers, (recorder) => {
          rmsNorm(recorder, buffers.x.slice, buffers.weight.slice, buffers.y.slice, shape);
        });
        rmsNormTwin(x, weight, y, shape);
        expect(nmse(new Float32Array(out.y), y)).toBeLessThan(1e-12);
        expect(new Float32Array(out.x)).toEqual(x);
      });
    }
  }
});
