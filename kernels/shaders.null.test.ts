import { expect, test } from "vitest";
import { nullBackend } from "./testing/gpu.ts";
import { allVariants } from "./variants.ts";

test("every shipped variant compiles", async () => {
  const backend = await nullBackend();
  const failures: string[] = [];
  const variants = allVariants();
  for (const { kernel, constants } of variants) {
    backend.device.pushErrorScope("validation");
    await backend
      .prepare([constants ? { kernel, constants } : { kernel }])
      .catch((error: unknown) =>
        failures.push(`${kernel.name} ${JSON.stringify(constants)}: ${String(error)}`),
      );
    const error = await backend.device.popErrorScope();
    if (error) failures.push(`${kernel.name}: ${error.message}`);
  }
  expect(failures).toEqual([]);
  expect(variants.length).toBeGreaterThan(100);
  expect(new Set(variants.map(({ kernel }) => kernel.code)).size).toBe(
    new Set(variants.map(({ kernel }) => kernel.name)).size,
  );
});
