import { expect, test } from "vitest";
import { nullRuntime } from "./testing/gpu.ts";
import { allVariants } from "./variants.ts";

test("every shipped variant compiles", async () => {
  const runtime = await nullRuntime();
  const failures: string[] = [];
  const variants = allVariants();
  for (const { kernel, constants } of variants) {
    runtime.device.pushErrorScope("validation");
    await runtime
      .prepare([constants ? { kernel, constants } : { kernel }])
      .catch((error: unknown) =>
        failures.push(`${kernel.name} ${JSON.stringify(constants)}: ${String(error)}`),
      );
    const error = await runtime.device.popErrorScope();
    if (error) failures.push(`${kernel.name}: ${error.message}`);
  }
  expect(failures).toEqual([]);
  expect(variants.length).toBeGreaterThan(100);
  expect(new Set(variants.map(({ kernel }) => kernel.code)).size).toBe(
    new Set(variants.map(({ kernel }) => kernel.name)).size,
  );
});
