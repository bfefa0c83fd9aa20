// The main invariant: with a budget that covers the document, the span engine is full attention.
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { nmse, testBackend } from "../../kernels/testing/gpu.ts";
import type { Session } from "./attention/ltri/session.ts";
import { withEverything } from "./attention/ltri/span-engine.ts";
import { bindDocuments } from "./attention/binding.ts";
import { type LoadedModel, loadModel } from "./transformer/loaded-model.ts";
import { sourceFromBytes } from "./model/byte-source.ts";
import type { LtriParameters } from "./attention/parameters.ts";
import { crc32c } from "./store/envelope.ts";
import {
  createDocument,
  memoryBackends,
  openReadSession,
  openRepository,
  readOn,
} from "./testing/read-document.ts";
import { plainAnswer } from "./testing/plain-answer.ts";
import { TokenCounter } from "./transformer/token-counter.ts";
import { GREEDY } from "./attention/sampler.ts";

const MODEL = "public/models/nano.gguf";
const small: Partial<LtriParameters> = {
  nSink: 16,
  lMin: 4,
  lMax: 24,
  segLen: 32,
  nLocal: 96,
  nVote: 64,
  kvDtype: "f32",
};

let loaded: LoadedModel;

beforeAll(async () => {
  const backend = await testBackend();
  loaded = await loadModel(
    backend,
    "nano",
    [sourceFromBytes("nano.gguf", readFileSync(MODEL))],
    () => undefined,
  );
});

/** Random ids over the whole vocabulary: every attention pattern, no text. */
function randomIds(count: number, seed: number): Uint32Array {
  let state = seed;
  return Uint32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return 5 + (state % (loaded.model.config.vocab - 5));
  });
}

async function generate(session: Session, question: readonly number[]) {
  const generation = await session.generate(question, {
    maxTokens: 6,
    sampling: GREEDY,
    stopIds: new Set(),
    onToken: () => undefined,
    signal: undefined,
    now: () => 0,
  });
  return { ids: generation.ids, logits: await session.readLogits() };
}

describe("budget over the whole document", () => {
  const cases: readonly Pick<LtriParameters, "chunk" | "posMode" | "kvDtype">[] = [
    { chunk: 37, posMode: "absolute", kvDtype: "f32" },
    { chunk: 8, posMode: "absolute", kvDtype: "f32" },
    { chunk: 37, posMode: "compact", kvDtype: "f32" },
    // Rows are quantised one by one: the same bytes, but for values half-way between two steps.
    { chunk: 37, posMode: "compact", kvDtype: "int8" },
  ];
  for (const { chunk, posMode, kvDtype } of cases) {
    test(`chunk ${chunk}, ${posMode}, ${kvDtype}: logits equal full attention`, async () => {
      const backend = await testBackend();
      const counter = new TokenCounter();
      const overrides = { ...small, kvDtype, chunk, posMode, budget: 512, poolTokens: 2048 };
      const binding = bindDocuments(loaded, "ltri", overrides);
      const ids = randomIds(333, 7);
      const question = Array.from(randomIds(19, 99));
      const expected = await plainAnswer(backend, loaded, binding, ids, question, 6);

      const repository = await openRepository(memoryBackends());
      const docId = await createDocument(repository, binding, ids);
      await readOn(backend, loaded, binding, repository, docId, counter, Infinity);
      const open = await openReadSession(backend, loaded, binding, repository, docId, counter);
      const before = counter.documentTokens;
      const actual = await generate(open, question);
      expect(counter.documentTokens - before).toBe(0);
      expect(open.sealedTokens).toEqual(
        loaded.model.config.layerConfigs.map(
          () => ids.length + binding.prompt.prefixIds.length - binding.parameters.nSink,
        ),
      );
      open.destroy();
      expect(actual.ids).toEqual(expected.ids);
      expect(nmse(actual.logits, expected.logits)).toBeLessThan(kvDtype === "int8" ? 1e-5 : 1e-10);
    });
  }
});

describe("the engine full", () => {
  test("stored in blocks, its logits are those of attention over all tokens at once", async () => {
    const backend = await testBackend();
    const counter = new TokenCounter();
    const binding = bindDocuments(loaded, "full", { ...small, chunk: 37 });
    const ids = randomIds(333, 7);
    const question = Array.from(randomIds(19, 99));
    const expected = await plainAnswer(backend, loaded, binding, ids, question, 6);
    const repository = await openRepository(memoryBackends());
    const docId = await createDocument(repository, binding, ids);
    await readOn(backend, loaded, binding, repository, docId, counter, Infinity);
    const open = await openReadSession(backend, loaded, binding, repository, docId, counter);
    const actual = await generate(open, question);
    open.destroy();
    expect(actual.ids).toEqual(expected.ids);
    expect(nmse(actual.logits, expected.logits)).toBeLessThan(1e-10);
  });

  test("refuses a document that does not fit, by its tokens and by those that would", () => {
    const { parameters } = bindDocuments(loaded, "full", {});
    const { config } = loaded.model;
    expect(withEverything(config, parameters, 5000)).toMatchObject({ budget: 5008 });
    expect(() => withEverything(config, parameters, 50_000_000)).toThrow(
      expect.objectContaining({
        code: "engine-limit",
        message: expect.stringMatching(/all 50000000 tokens .* with this model \d+ fit/) as string,
      }) as Error,
    );
  });
});

describe("interrupted reading", () => {
  test("continues to the same stored bytes and the same answer", async () => {
    const backend = await testBackend();
    const counter = new TokenCounter();
    const overrides = {
      ...small,
      chunk: 16,
      budget: 64,
      kvDtype: "f16",
    } as const;
    const binding = bindDocuments(loaded, "ltri", overrides);
    const ids = randomIds(450, 3);
    const question = Array.from(randomIds(11, 5));
    const results = [];
    for (const stops of [[Infinity], [100, 230, 400, Infinity]]) {
      const backends = memoryBackends();
      let docId = "";
      for (const stop of stops) {
        // A new repository each time: nothing survives but the bytes.
        const repository = await openRepository(backends);
        if (docId === "") docId = await createDocument(repository, binding, ids);
        await readOn(backend, loaded, binding, repository, docId, counter, stop);
      }
      const repository = await openRepository(backends);
      const open = await openReadSession(backend, loaded, binding, repository, docId, counter);
      const answer = await generate(open, question);
      open.destroy();
      const reader = await repository.openReader(docId);
      const layers = [];
      for (let layer = 0; layer < loaded.model.config.layers; layer++) {
        const spans = reader.spans(layer);
        expect(spans.count).toBeGreaterThan(10);
        const ordinals = Array.from({ length: spans.count }, (_, i) => i);
        const kv = await reader.readSpanKv(layer, ordinals);
        const stored = { kv: kv.map(crc32c), vectors: await reader.vectors(layer) };
        layers.push({ start: spans.start.slice(), length: spans.length.slice(), ...stored });
      }
      results.push({ answer, layers });
    }
    const [whole, interrupted] = results;
    expect(interrupted).toEqual(whole);
  });
});

describe("GPU memory", () => {
  test("does not depend on the length of the document and returns to the baseline", async () => {
    const backend = await testBackend();
    const counter = new TokenCounter();
    const binding = bindDocuments(loaded, "ltri", { ...small, chunk: 37, budget: 64 });
    const baseline = backend.ledger();
    const peaks: number[] = [];
    for (const length of [150, 600]) {
      const repository = await openRepository(memoryBackends());
      const docId = await createDocument(repository, binding, randomIds(length, 1));
      await readOn(backend, loaded, binding, repository, docId, counter, Infinity);
      const open = await openReadSession(backend, loaded, binding, repository, docId, counter);
      await generate(open, [7, 8, 9]);
      const { staging: _, ...held } = backend.ledger();
      peaks.push(Object.values(held).reduce((sum, bytes) => sum + bytes, 0));
      open.destroy();
    }
    expect(peaks[1]).toBe(peaks[0]);
    const { staging: _, ...after } = backend.ledger();
    const { staging: __, ...before } = baseline;
    expect(after).toEqual(before);
  });
});
