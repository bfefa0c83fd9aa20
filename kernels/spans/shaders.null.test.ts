import { expect, test } from "vitest";
import { KV_DTYPES } from "../shared/kv-pool.ts";
import { nullRuntime } from "../testing/gpu.ts";
import { spanVariants } from "./variants.ts";

test("every span kernel compiles", async () => {
  const runtime = await nullRuntime();
  for (const dtype of KV_DTYPES) {
    for (const { kernel } of spanVariants(dtype)) {
      runtime.device.pushErrorScope("validation");
      await runtime.prepare([{ kernel }]);
      const error = await runtime.device.popErrorScope();
      expect(error?.message, kernel.name).toBeUndefined();
    }
  }
});
