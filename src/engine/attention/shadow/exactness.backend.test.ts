// Where ShadowKV leaves nothing out, its answers are those of exact attention, for every softmax family:
// grouped and single heads, biases, norms of heads, partial rotation, layers without positions or with a window.
import { describe, expect, test } from "vitest";
import { testBackend } from "../../../../kernels/testing/backends.ts";
import { plainAnswer } from "../../testing/plain-answer.ts";
import { bindDocuments } from "../binding.ts";
import type { LtriParameters } from "../parameters.ts";
import {
  followed,
  loadFixture,
  openShadow,
  randomIds,
  readAll,
} from "./testing/shadow-documents.ts";

const EVERYTHING = { denseFactor: 0, rank: 10_000, budget: 8192, chunk: 64 } as const;

/** The largest difference of the logits over the largest logit, and the ranks of the layers. */
async function difference(
  name: string,
  overrides: Partial<LtriParameters>,
  tokens: number,
  withPrefix = true,
) {
  const backend = await testBackend();
  const fixture = await loadFixture(backend, name);
  // Some chat templates are longer than what these models were trained on.
  const prompt = withPrefix ? {} : { prefixIds: new Uint32Array(0) };
  const loaded = { ...fixture, prompt: { ...fixture.prompt, ...prompt } };
  const binding = bindDocuments(loaded, "shadowkv", overrides);
  const ids = Uint32Array.from(randomIds(loaded, tokens, 7));
  const question = randomIds(loaded, 21, 8);
  const expected = await plainAnswer(backend, loaded, binding, ids, question, 2);
  const session = await openShadow(
    backend,
    loaded,
    binding,
    await readAll(backend, loaded, binding, ids),
  );
  const [, last] = await followed(session, question, [...expected.ids, 0]);
  const { ranks } = session;
  session.destroy();
  const most = expected.logits.reduce((top, x) => Math.max(top, Math.abs(x)), 0);
  const worst = expected.logits.reduce((top, x, i) => Math.max(top, Math.abs(x - last![i]!)), 0);
  return { worst: worst / most, ranks };
}

describe("full rank and all chunks", () => {
  // Quantised weights round activations on the processor, so that tiny differences become steps.
  test.each([
    ["llama-b-F16.gguf", 2e-5],
    ["llama-mha-spm-F16.gguf", 2e-5],
    ["llama3-rope-BF16.gguf", 2e-5],
    ["qwen2-F16.gguf", 2e-5],
    ["qwen3-Q8_0.gguf", 1e-3],
  ])("%s", async (name, bound) => {
    const { worst, ranks } = await difference(name, { ...EVERYTHING, kvDtype: "f32" }, 203);
    expect(ranks.every((rank) => rank > 0)).toBe(true);
    expect(worst).toBeLessThan(bound);
  });

  test.each([
    ["smollm3", 150], // a layer without positions
    ["phi3-longrope", 90], // rotates three quarters of a head
  ])("%s, without a prefix", async (name, tokens) => {
    const few = { ...EVERYTHING, outlierChunks: 2, outlierShare: 0, localTokens: 16 };
    const { worst, ranks } = await difference(name, { ...few, kvDtype: "f32" }, tokens, false);
    expect(ranks.every((rank) => rank > 0)).toBe(true);
    expect(worst).toBeLessThan(2e-5);
  });

  test("f16", async () => {
    const { worst } = await difference("llama-b-F16.gguf", { ...EVERYTHING, kvDtype: "f16" }, 203);
    expect(worst).toBeLessThan(2e-3);
  });

  test("layers with a sliding window stay exact", async () => {
    const { worst, ranks } = await difference(
      "gemma3-Q8_0.gguf",
      { ...EVERYTHING, kvDtype: "f32" },
      203,
    );
    expect(ranks).toContain(0);
    expect(ranks.some((rank) => rank > 0)).toBe(true);
    expect(worst).toBeLessThan(1e-3);
  });
});

test("a short document is kept exactly", async () => {
  const { worst, ranks } = await difference(
    "llama-b-F16.gguf",
    { kvDtype: "f32", denseFactor: 100 },
    203,
  );
  expect(ranks.every((rank) => rank === 0)).toBe(true);
  expect(worst).toBeLessThan(2e-5);
});
