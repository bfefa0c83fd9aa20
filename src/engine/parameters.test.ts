// Every engine parameter does something: it changes what is stored or what an answer attends to, and
// those that only place data change nothing.
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { testBackend } from "../../kernels/testing/backends.ts";
import { bindDocuments } from "./attention/binding.ts";
import { type LoadedModel, loadModel } from "./transformer/loaded-model.ts";
import { sourceFromBytes } from "./model/byte-source.ts";
import { spanFields, type LtriParameters } from "./attention/parameters.ts";
import { crc32c } from "./store/envelope.ts";
import {
  createDocument,
  memoryBackends,
  openReadSession,
  openRepository,
  readOn,
} from "./testing/read-document.ts";
import { TokenCounter } from "./transformer/token-counter.ts";
import { GREEDY } from "./attention/sampler.ts";

const base: Partial<LtriParameters> = {
  nSink: 16,
  lMin: 4,
  lMax: 24,
  blockLength: 16,
  segLen: 32,
  nLocal: 112,
  nVote: 64,
  chunk: 32,
  budget: 64,
  poolTokens: 256,
  lastQ: 16,
  subChunk: 8,
  // Among a few spans hardly any score lies two deviations above the mean.
  z0: 0.75,
  persistFrac: 0.75,
};

const division: readonly Partial<LtriParameters>[] = [
  { nSink: 32 },
  { chunk: 16, nLocal: 96 },
  { budget: 48 },
  { lMin: 6 },
  { lMax: 16 },
  { segLen: 40 },
  { segmenter: "dp" },
  { segmenter: "fixed" },
  { kappa: 1.25 },
  { divisionLayers: 2 },
];
const index: readonly Partial<LtriParameters>[] = [
  { nLocal: 128 },
  { nVote: 16 },
  { representatives: 1 },
  { vectors: "static" },
  { vectors: "total" },
  { z0: 2 },
  { voting: "equal" },
  { voting: "calibrated" },
  { neighbourBoost: 0.5 },
  { posMode: "clamped" },
  { posMode: "absolute" },
  { queryRotation: "none" },
  { kvDtype: "int8" },
  { kvDtype: "f32" },
];
const answer: readonly Partial<LtriParameters>[] = [
  { persistFrac: 0 },
  { questionKeyBytes: 0 },
  { gamma: 0.1 },
  { lastQ: 4 },
  { subChunk: 4 },
  { retrievalMode: "exact" },
];

interface Outcome {
  readonly spans: string;
  readonly stored: string;
  readonly attended: string;
}

let loaded: LoadedModel;
let outcome: (set: Partial<LtriParameters>) => Promise<Outcome>;
let plain: Outcome;

beforeAll(async () => {
  const backend = await testBackend();
  const bytes = readFileSync("public/models/nano.gguf");
  loaded = await loadModel(backend, "nano", [sourceFromBytes("nano.gguf", bytes)], () => undefined);
  const book = readFileSync("public/sample/treasure-island.txt", "utf8").slice(4000, 4850);
  const counter = new TokenCounter();
  const { layers, kvHeads } = loaded.model.config;
  // Distinct weights: equal ones would be no test of calibrated voting.
  const weights = Array.from({ length: layers }, (_, layer) =>
    Array.from({ length: kvHeads }, (__, a) => (layer + a) % 2),
  );
  outcome = async (set) => {
    const binding = bindDocuments(loaded, "ltri", { ...base, ...set }, weights);
    const repository = await openRepository(memoryBackends());
    const ids = binding.tokenizer.encode(book);
    const docId = await createDocument(repository, binding, Uint32Array.from(ids));
    await readOn(backend, loaded, binding, repository, docId, counter, Infinity);
    const reader = await repository.openReader(docId);
    const spans = [];
    const stored = [];
    for (let layer = 0; layer < layers; layer++) {
      const { count, start, length } = reader.spans(layer);
      const { mStat, mDyn } = await reader.vectors(layer);
      const kv = await reader.readSpanKv(
        layer,
        Uint32Array.from({ length: count }, (_, i) => i),
      );
      spans.push(Array.from(start), Array.from(length));
      stored.push(crc32c(mStat), crc32c(mDyn), kv.map(crc32c));
    }
    const open = await openReadSession(backend, loaded, binding, repository, docId, counter);
    const attended: unknown[] = [];
    const question = "Who came to the inn, and what did he ask of the old captain there?";
    const generation = await open.generate(Array.from(binding.prompt.questionIds(question, [])), {
      maxTokens: 7,
      sampling: GREEDY,
      stopIds: new Set(),
      onToken: () => undefined,
      signal: undefined,
      onChoice: ({ layer, used }) => attended.push([layer, used.map(({ start }) => start)]),
      now: () => 0,
    });
    attended.push(generation.attended);
    open.destroy();
    return {
      spans: JSON.stringify(spans),
      stored: JSON.stringify(stored),
      attended: JSON.stringify(attended),
    };
  };
  plain = await outcome({});
});

describe("parameters of the division change the spans", () => {
  test.each(division)("%o", async (set) => {
    const other = await outcome(set);
    expect(other.spans).not.toBe(plain.spans);
    expect(other.stored).not.toBe(plain.stored);
  });

  test("blockLength is the length of fixed blocks", async () => {
    const [short, long] = [
      await outcome({ segmenter: "fixed" }),
      await outcome({ segmenter: "fixed", blockLength: 24 }),
    ];
    expect(short.spans).not.toBe(long.spans);
    expect((JSON.parse(long.spans) as number[][])[1]!.slice(0, 3)).toEqual([24, 24, 24]);
  });

  test("layers of one group have the same spans, other layers their own", async () => {
    const { layers } = loaded.model.config;
    const spans = JSON.parse((await outcome({ divisionLayers: 2 })).spans) as number[][];
    for (let layer = 0; layer + 1 < layers; layer += 2) {
      expect(spans.slice(2 * layer, 2 * layer + 2)).toEqual(
        spans.slice(2 * layer + 2, 2 * layer + 4),
      );
    }
    expect(spans.slice(0, 2)).not.toEqual(spans.slice(4, 6));
    const own = JSON.parse(plain.spans) as number[][];
    expect(own.slice(0, 2)).not.toEqual(own.slice(2, 4));
  });
});

describe("parameters of the index change what is stored", () => {
  test.each(index)("%o", async (set) => {
    expect((await outcome(set)).stored).not.toBe(plain.stored);
  });
});

describe("parameters of the answer change what it attends to and nothing stored", () => {
  test.each(answer)("%o", async (set) => {
    for (const name of Object.keys(set)) expect(spanFields).not.toContain(name);
    const other = await outcome(set);
    expect(other.stored).toBe(plain.stored);
    expect(other.attended).not.toBe(plain.attended);
  });
});

test("rescoreEvery counts where a question is compared with index vectors alone", async () => {
  const vectors = { questionKeyBytes: 0, refreshEvery: 1 };
  const second = await outcome({ ...vectors, rescoreEvery: 2 });
  expect(second.attended).not.toBe((await outcome(vectors)).attended);
  expect(await outcome({ rescoreEvery: 2 })).toEqual(plain);
});

test("refreshEvery counts where a question is compared with index vectors alone", async () => {
  const vectors = { questionKeyBytes: 0 };
  const each = await outcome({ ...vectors, refreshEvery: 1 });
  expect(each.attended).not.toBe((await outcome(vectors)).attended);
  expect(await outcome({ refreshEvery: 1 })).toEqual(plain);
});

test("sizes of pool and index on the device change nothing but where things lie", async () => {
  expect(await outcome({ poolTokens: 1024 })).toEqual(plain);
  // One byte: the fewest rows (16), everything else is paged in: from RAM, or from the store.
  for (const [layer] of loaded.model.config.layerConfigs.entries()) {
    expect((JSON.parse(plain.spans) as number[][])[2 * layer]!.length).toBeGreaterThan(20);
  }
  expect(await outcome({ indexBytes: 1 })).toEqual(plain);
  expect(await outcome({ indexBytes: 1, indexRamBytes: 0 })).toEqual(plain);
});

/** Of ShadowKV alone: its own suites vary them. */
const LOW_RANK = [
  ...["rank", "keyEnergy", "outlierChunks", "outlierShare", "localTokens", "denseFactor"],
  ...["generatedKeys", "valueRamBytes"],
];

test("no parameter is left out", () => {
  const seen = [
    ...division,
    ...index,
    ...answer,
    {
      blockLength: 24,
      rescoreEvery: 2,
      refreshEvery: 1,
      poolTokens: 1024,
      indexBytes: 1,
      indexRamBytes: 0,
    },
  ];
  const names = new Set([...seen.flatMap((set) => Object.keys(set)), ...LOW_RANK]);
  expect([...names].sort()).toEqual(
    Object.keys(bindDocuments(loaded, "ltri", base).parameters).sort(),
  );
});
