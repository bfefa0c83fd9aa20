import { expect, test } from "vitest";
import { nullBackend } from "../testing/gpu.ts";
import { SHADOW_DTYPES } from "./shadow-dtype.ts";
import { shadowVariants } from "./variants.ts";

const ROPES = [
  { headDim: 64, rotaryDims: 64, adjacent: false },
  { headDim: 128, rotaryDims: 64, adjacent: true },
  { headDim: 64, rotaryDims: 0, adjacent: false },
];

test("every kernel of ShadowKV compiles", async () => {
  const backend = await nullBackend();
  for (const dtype of SHADOW_DTYPES) {
    for (const variant of shadowVariants(dtype, ROPES)) {
      backend.device.pushErrorScope("validation");
      await backend.prepare([variant]);
      const error = await backend.device.popErrorScope();
      expect(error?.message, variant.kernel.name).toBeUndefined();
    }
  }
});
