// The engine with a window alone stores what its questions see, and answers as if everything were stored.
import { expect, test } from "vitest";
import { testBackend } from "../../../../kernels/testing/gpu.ts";
import { bindDocuments, type DocumentBinding } from "../binding.ts";
import { loadNano, sampleBook } from "../../testing/embedded-model.ts";
import {
  createDocument,
  memoryBackends,
  openReadSession,
  openRepository,
  readOn,
} from "../../testing/read-document.ts";
import { TokenCounter } from "../../transformer/token-counter.ts";
import { GREEDY } from "../sampler.ts";

test("streaming keeps the spans of its last window, over an interruption as well", async () => {
  const backend = await testBackend();
  const loaded = await loadNano(backend);
  const binding = bindDocuments(loaded, "streaming", { chunk: 64, segLen: 64, nLocal: 192 });
  const { nLocal } = binding.parameters;
  const book = sampleBook();
  const ids = Uint32Array.from(binding.tokenizer.encode(book.slice(4000, 5700)));
  const total = binding.prompt.prefixIds.length + ids.length;
  const counter = new TokenCounter();

  const outcome = async (reading: DocumentBinding, pauses: readonly number[]) => {
    const repository = await openRepository(memoryBackends());
    const docId = await createDocument(repository, reading, ids);
    for (const until of [...pauses, Infinity]) {
      await readOn(backend, loaded, reading, repository, docId, counter, until);
    }
    const reader = await repository.openReader(docId);
    const spans = loaded.model.config.layerConfigs.map((_, layer) => {
      const { start, length } = reader.spans(layer);
      return Array.from(start, (first, i) => [first, length[i]!] as const);
    });
    const open = await openReadSession(backend, loaded, binding, repository, docId, counter);
    const prompt = Array.from(binding.prompt.questionIds("Who came to the inn?", []));
    const generation = await open.generate(prompt, {
      maxTokens: 5,
      sampling: GREEDY,
      stopIds: new Set(),
      onToken: () => undefined,
      signal: undefined,
      now: () => 0,
    });
    const logits = await open.readLogits();
    open.destroy();
    return { spans, generation, logits };
  };

  // Read as by an engine with recall, everything is stored.
  const whole = await outcome({ ...binding, engine: "ltri" }, []);
  const window = await outcome(binding, [300]);
  expect(total).toBeGreaterThan(3 * nLocal);
  for (const [layer, spans] of window.spans.entries()) {
    expect(spans).toEqual(whole.spans[layer]!.filter(([start]) => start >= total - nLocal));
    const tokens = spans.reduce((sum, [, length]) => sum + length, 0);
    expect(spans[0]![0] + tokens).toBe(total);
  }
  expect(whole.spans[0]![0]![0]).toBe(binding.parameters.nSink);
  expect(window.logits).toEqual(whole.logits);
  expect(window.generation.ids).toEqual(whole.generation.ids);
});
