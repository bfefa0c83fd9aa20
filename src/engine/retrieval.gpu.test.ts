// What decode steps attend to against what their own queries would have chosen.
import { readFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { testBackend } from "../../kernels/testing/gpu.ts";
import type { DocumentSession, LayerChoice } from "./attention/engine.ts";
import { bindDocuments } from "./attention/binding.ts";
import { type LoadedModel, loadModel } from "./transformer/loaded-model.ts";
import { sourceFromBytes } from "./model/byte-source.ts";
import type { LtriParameters } from "./attention/parameters.ts";
import {
  createDocument,
  memoryBackends,
  openReadSession,
  openRepository,
  readOn,
} from "./testing/read-document.ts";
import { TokenCounter } from "./transformer/token-counter.ts";
import { GREEDY } from "./attention/sampler.ts";

const STEPS = 7;
const base: Partial<LtriParameters> = {
  nSink: 16,
  lMin: 4,
  lMax: 24,
  segLen: 32,
  nLocal: 96,
  nVote: 64,
  chunk: 32,
  budget: 64,
  persistFrac: 0,
};

let loaded: LoadedModel;
let choices: (set: Partial<LtriParameters>) => Promise<LayerChoice[][]>;

beforeAll(async () => {
  const backend = await testBackend();
  const bytes = readFileSync("public/models/nano.gguf");
  loaded = await loadModel(backend, "nano", [sourceFromBytes("nano.gguf", bytes)], () => undefined);
  const binding = bindDocuments(loaded, "ltri", base);
  const book = readFileSync("public/sample/treasure-island.txt", "utf8").slice(4000, 5800);
  const counter = new TokenCounter();
  const repository = await openRepository(memoryBackends());
  const ids = Uint32Array.from(binding.tokenizer.encode(book));
  const docId = await createDocument(repository, binding, ids);
  await readOn(backend, loaded, binding, repository, docId, counter, Infinity);
  const question = Array.from(binding.prompt.questionIds("Who came to the inn?", []));
  choices = async (set) => {
    const other = bindDocuments(loaded, "ltri", { ...base, ...set });
    const open = await openReadSession(backend, loaded, other, repository, docId, counter);
    const seen = await decode(open, question);
    open.destroy();
    return seen;
  };
});

/** Per layer the choices of all decode steps, in order. */
async function decode(session: DocumentSession, question: number[]): Promise<LayerChoice[][]> {
  const layers: LayerChoice[][] = [];
  await session.generate(question, {
    maxTokens: STEPS + 1,
    sampling: GREEDY,
    stopIds: new Set(),
    onToken: () => undefined,
    signal: undefined,
    onChoice: (choice) => (layers[choice.layer] ??= []).push(choice),
    now: () => 0,
  });
  return layers;
}

test("refreshed at every step, a step attends to what the step before chose", async () => {
  const layers = await choices({ refreshEvery: 1 });
  expect(layers).toHaveLength(loaded.model.config.layers);
  let differing = 0;
  for (const steps of layers) {
    expect(steps).toHaveLength(STEPS);
    for (let i = 1; i < steps.length; i++) expect(steps[i]!.used).toEqual(steps[i - 1]!.wanted);
    differing += steps.filter(({ used, wanted }) => used.length !== wanted!.length).length;
  }
  // Without a difference between steps the rest of this file would prove nothing.
  expect(differing).toBeGreaterThan(0);
});

test("refreshed at every third step, the set stays for three steps", async () => {
  for (const steps of await choices({ refreshEvery: 3 })) {
    const used = steps.map((step) => step.used);
    expect(used[1]).toEqual(used[0]);
    expect(used[2]).toEqual(used[0]);
    expect(used[3]).toEqual(steps[2]!.wanted);
    expect(used[5]).toEqual(used[3]);
    expect(used[6]).toEqual(steps[5]!.wanted);
  }
});

test("in exact mode every step attends to its own choice", async () => {
  const layers = await choices({ retrievalMode: "exact" });
  for (const steps of layers) {
    expect(steps).toHaveLength(STEPS);
    for (const { used, wanted } of steps) expect(used).toEqual(wanted);
  }
  expect(layers.some((steps) => steps[0]!.used.length !== steps[1]!.used.length)).toBe(true);
});
