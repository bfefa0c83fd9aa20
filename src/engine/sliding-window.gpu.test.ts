// Layers with a sliding window see the last tokens of the text whatever is sealed or recalled: with a
// budget for everything, Gemma 3 by spans is Gemma 3 with its whole KV cache.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { nmse, testBackend } from "../../kernels/testing/gpu.ts";
import { bindDocuments } from "./attention/binding.ts";
import { sourceFromBytes } from "./model/byte-source.ts";
import { plainAnswer } from "./testing/plain-answer.ts";
import {
  createDocument,
  memoryBackends,
  openReadSession,
  openRepository,
  readOn,
} from "./testing/read-document.ts";
import { loadModel } from "./transformer/loaded-model.ts";
import { TokenCounter } from "./transformer/token-counter.ts";
import { GREEDY } from "./attention/sampler.ts";

const MODEL = "src/engine/model/fixtures/models/gemma3-Q8_0.gguf";
const small = { nSink: 16, lMin: 4, lMax: 16, segLen: 24, nVote: 32, chunk: 16 } as const;

test.each([
  // The window ends inside the ring, and far behind it: while reading, and for every question.
  { nLocal: 96, tokens: 190, posMode: "absolute" },
  { nLocal: 64, tokens: 120, posMode: "compact" },
] as const)("spans beside a window, %o", async ({ nLocal, tokens, posMode }) => {
  const backend = await testBackend();
  const source = sourceFromBytes("gemma3.gguf", readFileSync(MODEL));
  const loaded = await loadModel(backend, "gemma3", [source], () => undefined);
  const { layerConfigs, vocab } = loaded.model.config;
  const windows = layerConfigs.map(({ slidingWindow }) => slidingWindow ?? 0);
  expect(windows).toContain(32);
  expect(windows).toContain(0);
  const set = { ...small, nLocal, budget: 192, poolTokens: 512, kvDtype: "f32", posMode } as const;
  const binding = bindDocuments(loaded, "ltri", set);
  let state = 7;
  const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) % vocab;
  const ids = Uint32Array.from({ length: tokens }, random);
  const question = Array.from({ length: 9 }, random);
  const expected = await plainAnswer(backend, loaded, binding, ids, question, 5);

  const counter = new TokenCounter();
  const repository = await openRepository(memoryBackends());
  const docId = await createDocument(repository, binding, ids);
  await readOn(backend, loaded, binding, repository, docId, counter, Infinity);
  const session = await openReadSession(backend, loaded, binding, repository, docId, counter);
  const before = counter.documentTokens;
  const used = new Map<number, number>();
  const generation = await session.generate(question, {
    maxTokens: 5,
    sampling: GREEDY,
    stopIds: new Set(),
    onToken: () => undefined,
    signal: undefined,
    onChoice: (choice) => {
      const sum = choice.used.reduce((all, { length }) => all + length, 0);
      used.set(choice.layer, Math.max(used.get(choice.layer) ?? 0, sum));
    },
    now: () => 0,
  });
  expect(counter.documentTokens).toBe(before);
  // A windowed layer holds no more spans than reach into its window.
  windows.forEach((window, layer) => {
    if (window > 0) expect(used.get(layer)).toBeLessThan(window + small.lMax);
    else expect(used.get(layer)).toBeGreaterThan(tokens / 2);
  });
  expect(generation.ids).toEqual(expected.ids);
  expect(nmse(await session.readLogits(), expected.logits)).toBeLessThan(1e-9);
  session.destroy();
});
