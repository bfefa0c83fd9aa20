import { expect, test } from "vitest";
import { nullRuntime } from "../testing/gpu.ts";
import { spanVariants } from "./variants.ts";

test("every span kernel compiles", async () => {
  const runtime = await nullRuntime();
  for (const dtype of ["f16", "f32"] as const) {
    for (const { kernel } of spanVariants(dtype)) {
      runtime.device.pushErrorScope("validation");
      await runtime.prepare([{ kernel }]);
      const error = await runtime.device.popErrorScope();
      expect(error?.message, kernel.name).toBeUndefined();
    }
  }
});
