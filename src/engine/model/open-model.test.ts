import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { retrievalHeads } from "../attention/ltri/key-scan.ts";
import { sourceFromBytes } from "./byte-source.ts";
import { openModel } from "./open-model.ts";
import { fixtureSources, manifest, readFixture } from "./testing/fixtures.ts";
import { referenceLogits } from "./testing/reference-forward.ts";

/** Sum of squared differences over sum of squared expected values. */
function nmse(actual: readonly Float64Array[], expected: Float32Array): number {
  let error = 0;
  let power = 0;
  actual.forEach((row, t) => {
    row.forEach((value, i) => {
      const reference = expected[t * row.length + i]!;
      error += (value - reference) ** 2;
      power += reference ** 2;
    });
  });
  return error / power;
}

const floatsOf = (path: string): Float32Array =>
  new Float32Array(new Uint8Array(readFixture(path)).buffer);

// Float64 against llama.cpp's f32; its GELU is a half-precision table.
const limit = (family: string): number => (family === "gemma3" ? 1e-5 : 1e-10);
// Enough positions to cross the sliding window of 32.
const POSITIONS = 44;

describe("GGUF models", () => {
  for (const model of manifest.models) {
    test(`${model.id} is described so that its logits come out`, async () => {
      const { config, tensors, tokenizer, fingerprintParts } = await openModel(
        fixtureSources(model.file),
      );
      expect(config).toMatchObject({
        family: model.family,
        layers: model.shape.n_layer,
        width: model.shape.n_embd,
        heads: model.shape.n_head,
        kvHeads: model.shape.n_kv,
        headDim: model.shape.head_dim,
        ffn: model.shape.ffn,
        vocab: model.shape.vocab,
        tiedOutput: model.shape.tied,
        contextLength: 2048,
      });
      expect(config.rmsEpsilon).toBeCloseTo(model.shape.eps, 9);
      expect(config.ropeTables[0]!.theta).toBe(model.shape.theta);
      const counts: Record<string, number> = {};
      for (const tensor of tensors.all) {
        const format = tensor.format.toLowerCase().replace("_k", "_K");
        counts[format] = (counts[format] ?? 0) + 1;
      }
      // The rotary factors are part of the configuration, not of the weights.
      const hasFactors = model.id.startsWith("llama3-rope") ? 1 : 0;
      const expected: Record<string, number> = { ...model.tensor_types };
      expected["f32"] = (expected["f32"] ?? 0) - hasFactors;
      expect(counts).toEqual(expected);
      expect(tokenizer.vocabSize).toBe(config.vocab);
      expect(fingerprintParts).toHaveLength(3);

      const ids = model.tokens.slice(0, POSITIONS);
      const logits = await referenceLogits(config, tensors, ids);
      const reference = floatsOf(model.logits_exact).subarray(0, ids.length * config.vocab);
      expect(nmse(logits, reference)).toBeLessThan(limit(model.family));
    });
  }
});

describe("safetensors checkpoints", () => {
  for (const checkpoint of manifest.safetensors) {
    test(`${checkpoint.dir} equals its GGUF twin`, async () => {
      const { config, tensors } = await openModel(fixtureSources(checkpoint.dir));
      expect(config.ropeTables[0]!.layout).toBe("half-split");
      const ids = checkpoint.tokens.slice(0, 24);
      const logits = await referenceLogits(config, tensors, ids);
      const reference = floatsOf(checkpoint.logits_exact).subarray(0, ids.length * config.vocab);
      expect(nmse(logits, reference)).toBeLessThan(1e-10);
    });
  }

  test("a checkpoint without its description says what is missing", async () => {
    const sources = fixtureSources("safetensors/qwen2");
    const without = (name: string) => sources.filter((source) => source.name !== name);
    await expect(openModel(without("config.json"))).rejects.toThrow(/config\.json/);
    await expect(openModel(without("tokenizer.json"))).rejects.toThrow(/tokenizer\.json/);
  });
});

describe("head weights in a GGUF file", () => {
  const NANO = "public/models/nano.gguf";
  // The key, the type of an array, of f32, and the count of ten numbers before them.
  const KEY = "inkspan.head_weights";
  const firstNumber = (bytes: Buffer) => bytes.indexOf(KEY) + KEY.length + 4 + 4 + 8;
  const open = (bytes: Uint8Array) => openModel([sourceFromBytes("nano.gguf", bytes)]);

  test("those of the embedded model name one head that retrieves", async () => {
    const { config } = await open(readFileSync(NANO));
    expect(config.headWeights?.map((heads) => heads.length)).toEqual([2, 2, 2, 2, 2]);
    const heads = retrievalHeads(config.headWeights, config.layers, config.kvHeads);
    expect(heads).toEqual([{ layer: 2, heads: [1] }]);
  });

  test("numbers that are no shares are refused", async () => {
    for (const wrong of [-0.1, 1.5, Number.NaN]) {
      const bytes = readFileSync(NANO);
      bytes.writeFloatLE(wrong, firstNumber(bytes));
      await expect(open(bytes)).rejects.toMatchObject({ code: "format-invalid" });
    }
  });

  test("a file without them has none", async () => {
    const { config } = await openModel(fixtureSources(manifest.models[0]!.file));
    expect(config.headWeights).toBeUndefined();
  });
});

test("the fingerprint depends on the weights", async () => {
  const [source] = fixtureSources("models/qwen2-Q4_0.gguf");
  const bytes = new Uint8Array(readFixture("models/qwen2-Q4_0.gguf"));
  const last = bytes.length - 1;
  bytes[last] = bytes[last]! ^ 1;
  const { sourceFromBytes } = await import("./byte-source.ts");
  const [first, second] = await Promise.all([
    openModel([source!]),
    openModel([sourceFromBytes("changed.gguf", bytes)]),
  ]);
  expect(first.fingerprintParts.slice(0, 2)).toEqual(second.fingerprintParts.slice(0, 2));
  expect(first.fingerprintParts[2]).not.toBe(second.fingerprintParts[2]);
});
