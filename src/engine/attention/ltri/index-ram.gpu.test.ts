// Index vectors beyond their rows on the GPU: while documents are read and while they are asked the share
// in RAM stays under its limit, and the limit changes nothing that is stored, chosen or answered.
import { beforeAll, expect, test } from "vitest";
import { testBackend } from "../../../../kernels/testing/gpu.ts";
import { bindDocuments } from "../binding.ts";
import type { LoadedModel } from "../../transformer/loaded-model.ts";
import { crc32c } from "../../store/envelope.ts";
import { freeLock } from "../../store/memory.ts";
import { DocumentRepository } from "../../store/repository.ts";
import type { DocumentReader } from "../../store/types.ts";
import { loadNano, sampleBook } from "../../testing/embedded-model.ts";
import { createDocument, memoryBackends } from "../../testing/read-document.ts";
import { TokenCounter } from "../../transformer/token-counter.ts";
import type { StoredDocument } from "../engine.ts";
import { attentionEngine } from "../engines.ts";
import { GREEDY } from "../sampler.ts";

/** Fewest rows on the GPU (16 spans a layer), pages of 40 spans. */
const SMALL = {
  nSink: 16,
  lMin: 2,
  lMax: 12,
  segLen: 16,
  nLocal: 48,
  nVote: 32,
  chunk: 16,
  budget: 48,
  poolTokens: 192,
  lastQ: 8,
  subChunk: 8,
  z0: 0.75,
  indexBytes: 1,
  questionKeyBytes: 0, // compared keys would be in RAM, too
} as const;

let loaded: LoadedModel;

beforeAll(async () => {
  loaded = await loadNano(await testBackend());
});

async function outcome(indexRamBytes: number) {
  const backend = await testBackend();
  const binding = bindDocuments(loaded, "ltri", { ...SMALL, indexRamBytes });
  const book = sampleBook();
  const counter = new TokenCounter();
  let ids = 0;
  const repository = await DocumentRepository.open({
    ...memoryBackends(),
    lock: freeLock,
    cacheBytes: 1 << 24,
    now: () => 0,
    newId: () => `document ${ids++}`,
  });
  const model = { backend, loaded, binding, counter };
  let reading = 0;
  const documents: StoredDocument[] = [];
  const stored: unknown[] = [];
  for (const from of [4000, 9000]) {
    const tokens = binding.tokenizer.encode(book.slice(from, from + 800));
    const docId = await createDocument(repository, binding, Uint32Array.from(tokens));
    // Read in two halves: the second goes on from stored vectors.
    for (const until of [tokens.length >> 1, Infinity]) {
      const writer = await repository.openWriter(docId, binding.fingerprint);
      const ingestor = await attentionEngine("ltri").read(model, writer);
      while (!ingestor.isDone() && ingestor.now < until) {
        await ingestor.step();
        reading = Math.max(reading, ingestor.ramBytes);
      }
      await (ingestor.isDone() ? ingestor.finish() : ingestor.commit());
      ingestor.destroy();
      await writer.close();
    }
    const { checkpoint } = await repository.open(docId, binding.fingerprint);
    const reader = await repository.openReader(docId);
    for (let layer = 0; layer < loaded.model.config.layers; layer++) {
      const { mStat, mDyn } = await reader.vectors(layer);
      stored.push(Array.from(reader.spans(layer).start), crc32c(mStat), crc32c(mDyn));
    }
    documents.push({ reader, checkpoint: checkpoint! });
  }

  let largestRead = 0;
  const watched = documents.map(({ reader, checkpoint }) => {
    // Only what a session calls.
    const calls: Partial<DocumentReader> = {
      manifest: reader.manifest,
      spans: (layer) => reader.spans(layer),
      readSpanKv: (layer, ordinals) => reader.readSpanKv(layer, ordinals),
      vectors: (layer, first = 0, count = Infinity) => {
        largestRead = Math.max(largestRead, Math.min(count, reader.spans(layer).count - first));
        return reader.vectors(layer, first, count);
      },
    };
    return { reader: calls as DocumentReader, checkpoint };
  });
  const session = await attentionEngine("ltri").session(model, watched);
  let asking = session.ramBytes;
  const chosen: unknown[] = [];
  const question = "Who came to the inn, and what did he ask of the old captain there?";
  const generation = await session.generate(Array.from(binding.prompt.questionIds(question, [])), {
    maxTokens: 3,
    sampling: GREEDY,
    stopIds: new Set(),
    onToken: () => undefined,
    signal: undefined,
    onChoice: ({ layer, used, wanted }) => {
      asking = Math.max(asking, session.ramBytes);
      chosen.push([layer, used, wanted]);
    },
    now: () => 0,
  });
  session.destroy();
  const result = JSON.stringify([stored, chosen, generation.ids, generation.attended]);
  return { result, reading, asking, largestRead };
}

test("RAM of index vectors is bounded, and the spans chosen are the same", async () => {
  const free = await outcome(1 << 30);
  const { layers, kvHeads, headDim } = loaded.model.config;
  const pageSpans = SMALL.chunk + 2 * SMALL.lMax;
  const page = pageSpans * 2 * kvHeads * headDim * 2;
  // Without a limit every layer keeps what it has.
  expect(free.reading).toBeGreaterThanOrEqual(layers * page);
  expect(free.asking).toBeGreaterThanOrEqual(3 * layers * page);
  for (const limit of [0, 3 * page + 1]) {
    const bounded = await outcome(limit);
    expect(bounded.reading).toBeLessThanOrEqual(limit);
    expect(bounded.asking).toBe(Math.floor(limit / page) * page);
    expect(bounded.largestRead).toBeLessThanOrEqual(pageSpans);
    expect(bounded.result).toBe(free.result);
  }
});
