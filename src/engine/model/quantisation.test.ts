import { expect, test } from "vitest";
import type { WeightFormat } from "../../../kernels/weights/index.ts";
import { openModel } from "./open-model.ts";
import { quantisationName } from "./quantisation.ts";
import type { LayerRole, ModelTensor } from "./tensors.ts";
import { fixtureSources, manifest } from "./testing/fixtures.ts";

const matrix = (format: WeightFormat, role: LayerRole, rows = 64): ModelTensor =>
  ({ role, layer: 0, name: role, format, rows, cols: 256 }) as ModelTensor;

test("the fixtures are named as their files are", async () => {
  const named = manifest.models
    .filter(({ file }) => file.endsWith(".gguf"))
    .map(({ file, quant }) => [file, quant] as const);
  expect(named.length).toBeGreaterThan(5);
  for (const [model, mix] of named) {
    expect((await openModel(fixtureSources(model))).quantisation, model).toBe(mix);
  }
});

test("without a stated type, or with one that the tensors contradict, the tensors tell", () => {
  const medium = [matrix("Q4_K", "attn_q"), matrix("Q4_K", "ffn_up"), matrix("Q6_K", "ffn_down")];
  expect(quantisationName(medium, undefined)).toBe("Q4_K_M");
  expect(quantisationName(medium, 15)).toBe("Q4_K_M");
  expect(quantisationName(medium, 7)).toBe("Q4_K_M"); // it says Q8_0
  expect(quantisationName(medium, 12_345)).toBe("Q4_K_M");
  const small = [matrix("Q4_K", "attn_q"), matrix("Q5_K", "attn_v", 4)];
  expect(quantisationName(small, undefined)).toBe("Q4_K_S");
  expect(quantisationName([matrix("Q5_K", "attn_q"), matrix("Q6_K", "attn_v", 4)], undefined)).toBe(
    "Q5_K_M",
  );
  expect(quantisationName([matrix("Q8_0", "attn_q"), matrix("F16", "attn_v", 4)], undefined)).toBe(
    "Q8_0",
  );
  expect(quantisationName([], undefined)).toBe("unknown");
});
