// Continuing from where two documents part must be the same as reading from the start, to the bit.
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { testBackend } from "../../../kernels/testing/gpu.ts";
import { Session } from "../../engine/attention/ltri/session.ts";
import type { DocumentSession } from "../../engine/attention/engine.ts";
import type { EngineName } from "../../engine/attention/engine-names.ts";
import { bindDocuments } from "../../engine/attention/binding.ts";
import { EngineError } from "../../engine/errors.ts";
import { type LoadedModel, loadModel } from "../../engine/transformer/loaded-model.ts";
import { sourceFromBytes } from "../../engine/model/byte-source.ts";
import { TokenCounter } from "../../engine/transformer/token-counter.ts";
import { DocumentSeries, forkPoint, type SeriesParts } from "./document-series.ts";
import { GREEDY } from "../../engine/attention/sampler.ts";

const MODEL = "public/models/nano.gguf";
const CHUNK = 16;
// A budget far below the documents: the recalled sets differ from chunk to chunk.
const small = {
  nSink: 16,
  lMin: 4,
  lMax: 24,
  segLen: 32,
  nLocal: 96,
  nVote: 64,
  chunk: CHUNK,
  budget: 64,
} as const;

let loaded: LoadedModel;

beforeAll(async () => {
  const bytes = readFileSync(MODEL);
  const backend = await testBackend();
  loaded = await loadModel(backend, "nano", [sourceFromBytes("nano", bytes)], () => undefined);
});

/** Random ids over the whole vocabulary: every attention pattern, no text. */
function randomIds(count: number, seed: number): Uint32Array {
  let state = seed;
  return Uint32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return 5 + (state % (loaded.model.config.vocab - 5));
  });
}

/** The haystack with `needle` at token `at`. */
function planted(haystack: Uint32Array, at: number, needle: Uint32Array): Uint32Array {
  return Uint32Array.from([...haystack.slice(0, at), ...needle, ...haystack.slice(at)]);
}

async function answer(opened: DocumentSession) {
  if (!(opened instanceof Session)) throw new Error("a session of spans has logits");
  const generation = await opened.generate([9, 8, 7, 6, 5], {
    maxTokens: 6,
    sampling: GREEDY,
    stopIds: new Set(),
    onToken: () => undefined,
    signal: undefined,
    now: () => 0,
  });
  const { ids, attended } = generation;
  return { ids, attended, logits: await opened.readLogits() };
}

describe("documents that begin alike", () => {
  for (const engine of ["ltri", "infllm", "streaming", "full"] as const) {
    test(`${engine}: a continued reading equals a reading from the start`, async () => {
      const haystack = randomIds(250, 11);
      const needle = randomIds(13, 12);
      // Deepest first; the second one parts from the first late, the third at its beginning.
      const documents = [240, 181, 0].map((at) => planted(haystack, at, needle));
      const { parts, counter } = await seriesParts(engine, documents);
      const series = new DocumentSeries(parts);
      const forked = [];
      const computed: number[] = [];
      for (let i = 0; i < documents.length; i++) {
        const before = counter.documentTokens;
        let read = 0;
        const session = await series.open(i, (tokens) => (read += tokens));
        computed.push(counter.documentTokens - before);
        expect(read).toBe(computed.at(-1));
        forked.push(await answer(session));
      }
      series.destroy();
      const prefix = parts.model.binding.prompt.prefixIds.length;
      const whole = prefix + 263;
      const shared = Math.floor((prefix + 181) / CHUNK) * CHUNK;
      expect(computed).toEqual([whole, whole - shared, whole]);

      for (const [i, document] of documents.entries()) {
        if (i === 0) continue; // was read from the start
        const single = await seriesParts(engine, [document]);
        const alone = new DocumentSeries(single.parts);
        expect(await answer(await alone.open(0, () => undefined))).toEqual(forked[i]);
        alone.destroy();
      }
    });
  }

  test("the same document again is not read again", async () => {
    const document = randomIds(150, 3);
    for (const engine of ["ltri", "full"] as const) {
      const { parts, counter } = await seriesParts(engine, [document, document.slice()]);
      const series = new DocumentSeries(parts);
      const first = await answer(await series.open(0, () => undefined));
      const before = counter.documentTokens;
      expect(await answer(await series.open(1, () => undefined))).toEqual(first);
      expect(counter.documentTokens).toBe(before);
      series.destroy();
    }
  });

  test("a reading that was ended gives its GPU memory back", async () => {
    const backend = await testBackend();
    for (const engine of ["ltri", "streaming"] as const) {
      const baseline = backend.ledger();
      let turns = 5;
      const { parts } = await seriesParts(engine, [randomIds(300, 5)]);
      const series = new DocumentSeries({
        ...parts,
        turn: (task) =>
          turns-- > 0 ? task() : Promise.reject(new EngineError("cancelled", "ended")),
      });
      await expect(series.open(0, () => undefined)).rejects.toThrow("ended");
      series.destroy();
      const { staging: _, ...after } = backend.ledger();
      const { staging: __, ...before } = baseline;
      expect(after).toEqual(before);
    }
  });
});

describe("the place to continue from", () => {
  test("is the last chunk boundary that both share and leaves a token to read", () => {
    const base = Uint32Array.from({ length: 40 }, (_, i) => i);
    const parting = base.slice();
    parting[33] = 999;
    expect(forkPoint(base, parting, 16)).toBe(32);
    parting[31] = 999;
    expect(forkPoint(base, parting, 16)).toBe(16);
    expect(forkPoint(base, base.slice(0, 32), 16)).toBe(16);
    expect(forkPoint(base, base.slice(0, 33), 16)).toBe(32);
    expect(forkPoint(base, Uint32Array.of(7), 16)).toBe(0);
  });
});

async function seriesParts(engine: EngineName, documents: readonly Uint32Array[]) {
  const counter = new TokenCounter();
  const binding = bindDocuments(loaded, engine, small);
  const parts: SeriesParts = {
    model: { backend: await testBackend(), loaded, binding, counter },
    documents,
    turn: (task) => task(),
  };
  return { parts, counter };
}
