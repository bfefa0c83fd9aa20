import { expect, test } from "vitest";
import { KV_DTYPES } from "../shared/kv-pool.ts";
import { nullBackend } from "../testing/gpu.ts";
import { spanVariants } from "./variants.ts";

test("every span kernel compiles", async () => {
  const backend = await nullBackend();
  for (const dtype of KV_DTYPES) {
    for (const { kernel } of spanVariants(dtype)) {
      backend.device.pushErrorScope("validation");
      await backend.prepare([{ kernel }]);
      const error = await backend.device.popErrorScope();
      expect(error?.message, kernel.name).toBeUndefined();
    }
  }
});
