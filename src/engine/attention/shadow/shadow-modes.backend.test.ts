// How chosen chunks come into their slots makes no difference where nothing is late or missing, and little
// where it is: fetched again, in other slots, one token late.
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import type { Backend } from "../../../../kernels/index.ts";
import { testBackend } from "../../../../kernels/testing/backends.ts";
import { nmse } from "../../../../kernels/testing/gpu.ts";
import { loadNano } from "../../testing/embedded-model.ts";
import type { LoadedModel } from "../../transformer/loaded-model.ts";
import { bindDocuments } from "../binding.ts";
import type { EngineName } from "../engine-names.ts";
import type { LtriParameters } from "../parameters.ts";
import { ChosenChunks } from "./chosen-chunks.ts";
import { layerSizes, planDocument, withSlots } from "./layer-plan.ts";
import { poolRows } from "./layer-memory.ts";
import { lowRankElements } from "./shadow-sizes.ts";
import {
  countWaits,
  followed,
  openShadow,
  readAll,
  shadowText,
} from "./testing/shadow-documents.ts";
import { GREEDY } from "../sampler.ts";

let backend: Backend;
let loaded: LoadedModel;
let ids: Uint32Array;
let questionIds: number[];
let stored: Awaited<ReturnType<typeof readAll>>;
const answer = [5, 9, 31, 7, 12, 40];
/** Quantised weights round activations on the processor, so that another order of sums is a small step. */
const ROUNDED = 1e-7;

const bind = (engine: EngineName, overrides: Partial<LtriParameters> = {}) =>
  bindDocuments(loaded, engine, { denseFactor: 0, ...overrides });

beforeAll(async () => {
  backend = await testBackend();
  loaded = await loadNano(backend);
  ({ ids, questionIds } = shadowText(loaded));
  stored = await readAll(backend, loaded, bind("shadowkv"), ids);
}, 120_000); // waits for the compiler of the kernels

afterEach(() => vi.restoreAllMocks());

async function logitsOf(engine: EngineName, words: readonly number[] = answer) {
  const session = await openShadow(backend, loaded, bind(engine), stored);
  try {
    return await followed(session, questionIds, words);
  } finally {
    session.destroy();
  }
}

test("chunks that are fetched again although they are there change no bit", async () => {
  const expected = await logitsOf("shadowkv");
  const { outliers } = documentPlan().layers[0]!;
  const choose = ChosenChunks.prototype.choose;
  vi.spyOn(ChosenChunks.prototype, "choose").mockImplementation(function (
    this: ChosenChunks,
    ...args
  ) {
    choose.apply(this, args);
    return this.landmarks.flatMap((_, head) =>
      Array.from({ length: this.slots }, (_slot, i) => ({
        head,
        chunk: this.chunkIn(head, i),
        slot: outliers + i,
      })),
    );
  });
  expect(await logitsOf("shadowkv")).toEqual(expected);
});

test("the order of slots makes no difference", async () => {
  const expected = await logitsOf("shadowkv");
  const choose = ChosenChunks.prototype.choose;
  let moved = 0;
  vi.spyOn(ChosenChunks.prototype, "choose").mockImplementation(function (
    this: ChosenChunks,
    ...args
  ) {
    this.clear(); // chosen chunks stand in the order of the text instead of where they were
    const missing = choose.apply(this, args);
    moved += missing.length;
    return missing;
  });
  const own = await logitsOf("shadowkv");
  expect(moved).toBeGreaterThan(0);
  own.forEach((logits, i) => expect(nmse(logits, expected[i]!)).toBeLessThan(ROUNDED));
});

test("a late step sees exactly what was chosen before it", async () => {
  const choose = ChosenChunks.prototype.choose;
  const chunksIn = (chosen: ChosenChunks) =>
    chosen.landmarks.map(
      (_, head) =>
        new Set(Array.from({ length: chosen.slots }, (_slot, i) => chosen.chunkIn(head, i))),
    );
  // What is in the slots behind every choice, by layer: of the question, and of the answer.
  const question = new Map<ChosenChunks, Set<number>[][]>();
  const late = new Map<ChosenChunks, Set<number>[][]>();
  vi.spyOn(ChosenChunks.prototype, "choose").mockImplementation(function (
    this: ChosenChunks,
    ...args
  ) {
    const missing = choose.apply(this, args);
    const kind = args[2] === undefined ? question : late;
    kind.set(this, [...(kind.get(this) ?? []), chunksIn(this)]);
    return missing;
  });
  const own = await logitsOf("shadowkv-deferred");
  vi.restoreAllMocks();
  // The reference, with as many slots and made to choose the same at the same steps.
  const sequences = [...question.values()].map((read, layer) => {
    const answered = [...late.values()][layer]!;
    return [...read, read.at(-1)!, ...answered];
  });
  expect(new Set(sequences.map(({ length }) => length)).size).toBe(1);
  const layers: ChosenChunks[] = [];
  const calls = new Map<ChosenChunks, number>();
  vi.spyOn(ChosenChunks.prototype, "choose").mockImplementation(function (
    this: ChosenChunks,
    _votes,
    forced,
  ) {
    if (!layers.includes(this)) layers.push(this);
    const call = calls.get(this) ?? 0;
    calls.set(this, call + 1);
    const wanted = sequences[layers.indexOf(this)]![call]!;
    const votes = this.landmarks.flatMap((chunks, head) =>
      Array.from(chunks, (chunk) => (wanted[head]!.has(chunk) ? 1 : 0)),
    );
    return choose.call(this, Float32Array.from(votes), forced);
  });
  const { parameters, ...binding } = bind("shadowkv");
  const wide = { ...parameters, budget: 2 * parameters.budget };
  const session = await openShadow(backend, loaded, { ...binding, parameters: wide }, stored);
  const expected = await followed(session, questionIds, answer);
  session.destroy();
  own.forEach((logits, i) => expect(nmse(logits, expected[i]!)).toBeLessThan(ROUNDED));
});

test("late choices keep an answer near the reference, and wait for nothing within its tokens", async () => {
  expect(bind("shadowkv-deferred").fingerprint).toEqual(bind("shadowkv").fingerprint);
  const expected = await logitsOf("shadowkv");
  const own = await logitsOf("shadowkv-deferred");
  own.forEach((logits, i) => expect(nmse(logits, expected[i]!)).toBeLessThan(0.1));
  expect(await logitsOf("shadowkv-deferred")).toEqual(own);
  const waits = (words: readonly number[], engine: EngineName) =>
    countWaits(backend, () => logitsOf(engine, words));
  const reading = await waits([5], "shadowkv-deferred");
  expect(await waits(answer, "shadowkv-deferred")).toBe(reading);
  expect(await waits(answer, "shadowkv")).toBeGreaterThan(reading);
});

test("late choices bring in what tokens ask for", async () => {
  const session = await openShadow(backend, loaded, bind("shadowkv-deferred"), stored);
  const seen: string[] = [];
  await session.generate(questionIds, {
    maxTokens: 6,
    sampling: GREEDY,
    stopIds: new Set(),
    onToken: () => undefined,
    signal: undefined,
    onChoice: ({ layer, used }) => {
      if (layer === 0) seen.push(JSON.stringify(used));
    },
    now: () => 0,
  });
  session.destroy();
  expect(new Set(seen).size).toBeGreaterThan(1);
});

test("late choices take the bytes of the formula with twice the slots", async () => {
  const binding = bind("shadowkv-deferred");
  const held = () => {
    const { "kv-pool": pools, index } = backend.ledger();
    return pools + index;
  };
  const before = held();
  const session = await openShadow(backend, loaded, binding, stored);
  const { kvHeads, headDim } = loaded.model.config;
  const width = kvHeads * headDim;
  const plan = withSlots(documentPlan(), 2);
  const expected = plan.layers.reduce((sum, layer, i) => {
    const { generated } = poolRows(plan, i, session.sessionTokens);
    const sizes = layerSizes(plan, layer, session.ranks[i]!, generated);
    return sum + 2 * lowRankElements(width, sizes);
  }, 0);
  expect(held() - before).toBe(expected);
  session.destroy();
  expect(held()).toBe(before);
});

function documentPlan() {
  const { parameters, prompt } = bind("shadowkv");
  const prefix = prompt.prefixIds.length;
  return planDocument(loaded.model.config, parameters, prefix, prefix + ids.length);
}
