// Checkpoints in floating point, quantised on their way to the device: sizes, what is kept, logits.
import { describe, expect, test } from "vitest";
import { testBackend } from "../../../kernels/testing/backends.ts";
import { nmse } from "../../../kernels/testing/gpu.ts";
import { openStream } from "../attention/plain/open-stream.ts";
import { loadModel } from "../transformer/loaded-model.ts";
import { TokenCounter } from "../transformer/token-counter.ts";
import {
  bytesPerFormat,
  chooseLoadFormat,
  LOAD_FORMATS,
  loadedBytes,
  loadedFormat,
} from "./load-format.ts";
import { openModel } from "./open-model.ts";
import { fixtureSources } from "./testing/fixtures.ts";

const FOLDERS = [
  "safetensors/qwen2",
  "safetensors/gemma3-v5",
  "safetensors/phi3-longrope",
  "rodimus/models/plus-f16",
  "rodimus/models/plus-tied-bf16",
];
const ids = Uint32Array.from({ length: 20 }, (_, i) => 20 + ((i * 37) % 200));

describe.each(FOLDERS)("%s", (folder) => {
  test("takes the bytes that were told before, and answers nearly the same", async () => {
    const backend = await testBackend();
    const logits: number[][] = [];
    for (const format of LOAD_FORMATS) {
      const sources = fixtureSources(folder);
      const loaded = await loadModel(backend, folder, sources, () => undefined, undefined, format);
      const told = loadedBytes(loaded.model.tensors.all, format);
      expect(loaded.weights.bytes).toBe(told);
      const shape = { totalTokens: 20, chunk: 20, kvDtype: "f32", logitRows: 20 } as const;
      const stream = openStream(backend, loaded, new TokenCounter(), shape);
      const rows: number[] = [];
      await stream.read(
        ids,
        (one) => rows.push(...one),
        () => undefined,
      );
      stream.destroy();
      logits.push(rows);
    }
    const [stored, eight, four] = logits as [number[], number[], number[]];
    // Random weights have nothing to spare: trained ones lose less.
    expect(nmse(eight, stored)).toBeLessThan(1e-2);
    expect(nmse(eight, stored)).toBeGreaterThan(0);
    expect(nmse(four, stored)).toBeLessThan(0.7);
    expect(nmse(four, stored)).toBeGreaterThan(nmse(eight, stored));
  });
});

test("the finest format that fits is chosen, and gates stay as they are", async () => {
  const { tensors } = await openModel(fixtureSources("rodimus/models/plus-f16"));
  const bytes = LOAD_FORMATS.map((format) => loadedBytes(tensors.all, format));
  expect(bytes).toEqual([...bytes].sort((a, b) => b - a));
  LOAD_FORMATS.forEach((format, i) =>
    expect(chooseLoadFormat(bytesPerFormat(tensors.all), bytes[i]!)).toBe(format),
  );
  expect(chooseLoadFormat(bytesPerFormat(tensors.all), 1)).toBe("Q4_0");
  const formats = (role: string) =>
    tensors.all.filter((one) => one.role === role).map((one) => loadedFormat(one, "Q4_0"));
  for (const role of ["mixer_sp", "input_gate_down", "input_gate_up", "conv"]) {
    expect(new Set(formats(role))).toEqual(new Set(["F16"]));
  }
  expect(new Set(formats("mixer_x"))).toEqual(new Set(["Q4_0"]));
  expect(formats("token_embd")).toEqual(["Q8_0"]);
  const quantised = await openModel(fixtureSources("models/qwen3-Q8_0.gguf"));
  expect(chooseLoadFormat(bytesPerFormat(quantised.tensors.all), 1)).toBe("stored");
});
