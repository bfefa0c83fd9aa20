// ShadowKV+: keys of question and answer in the basis of the document's keys.
import { beforeAll, expect, test } from "vitest";
import type { Backend } from "../../../../kernels/index.ts";
import { testBackend } from "../../../../kernels/testing/backends.ts";
import { nmse } from "../../../../kernels/testing/gpu.ts";
import { loadNano, sampleBook } from "../../testing/embedded-model.ts";
import type { LoadedModel } from "../../transformer/loaded-model.ts";
import { bindDocuments } from "../binding.ts";
import type { EngineName } from "../engine-names.ts";
import type { LtriParameters } from "../parameters.ts";
import { KeyLoss } from "./key-loss.ts";
import { poolRows, rowsBehind } from "./layer-memory.ts";
import { planDocument } from "./layer-plan.ts";
import {
  followed,
  loadFixture,
  openShadow,
  randomIds,
  readAll,
  shadowText,
} from "./testing/shadow-documents.ts";

let backend: Backend;
let loaded: LoadedModel;
let ids: Uint32Array;
let question: number[];
/** What stands behind the document in the book. */
let behind: number[];

beforeAll(async () => {
  backend = await testBackend();
  loaded = await loadNano(backend);
  ({ ids, questionIds: question } = shadowText(loaded));
  behind = Array.from(loaded.tokenizer.encode(sampleBook().slice(20_000, 26_000))).slice(
    ids.length,
  );
}, 120_000); // waits for the compiler of the kernels

const bind = (engine: EngineName, overrides: Partial<LtriParameters> = {}) =>
  bindDocuments(loaded, engine, { denseFactor: 0, ...overrides });

test("is asked of the same stored bytes, in every mode, and answers the same twice", async () => {
  const answer = behind.slice(0, 8);
  const rank = { rank: 64 }; // the keys of this model lose much of themselves below
  const stored = await readAll(backend, loaded, bind("shadowkv", rank), ids);
  expect(bind("shadowkv-plus", rank).fingerprint).toEqual(bind("shadowkv", rank).fingerprint);
  for (const engine of ["shadowkv", "shadowkv-deferred", "shadowkv-int8"] as const) {
    const exact = await openShadow(backend, loaded, bind(engine, rank), stored);
    const expected = await followed(exact, question, answer);
    exact.destroy();
    const before = backend.ledger();
    const binding = bind(engine, { ...rank, generatedKeys: "lowRank" });
    const session = await openShadow(backend, loaded, binding, stored);
    const own = await followed(session, question, answer);
    expect(await followed(session, question, answer)).toEqual(own);
    session.destroy();
    expect(backend.ledger()).toEqual(before);
    own.forEach((logits, i) => {
      const error = nmse(logits, expected[i]!);
      expect(error).toBeGreaterThan(0);
      expect(error).toBeLessThan(0.03);
    });
  }
});

// With all directions of the keys nothing is lost: the answer is that of exact keys, wherever the document ends.
test.each([200, 201, 207])("full rank behind a document of %i tokens", async (tokens) => {
  const fixture = await loadFixture(backend, "llama-b-F16.gguf");
  const overrides = { denseFactor: 0, rank: 10_000, kvDtype: "f32" } as const;
  const exact = bindDocuments(fixture, "shadowkv", overrides);
  const text = Uint32Array.from(randomIds(fixture, tokens, 7));
  const asked = randomIds(fixture, 21, 8);
  const said = randomIds(fixture, 20, 9);
  const stored = await readAll(backend, fixture, exact, text);
  const reference = await openShadow(backend, fixture, exact, stored);
  const expected = await followed(reference, asked, said);
  reference.destroy();
  const plus = bindDocuments(fixture, "shadowkv-plus", overrides);
  const session = await openShadow(backend, fixture, plus, stored);
  const own = await followed(session, asked, said);
  session.destroy();
  own.forEach((logits, i) => expect(nmse(logits, expected[i]!)).toBeLessThan(1e-9));
});

test("takes rank and head widths in place of two head widths per generated token", async () => {
  const stored = await readAll(backend, loaded, bind("shadowkv"), ids);
  const held = () => {
    const { "kv-pool": pools, index } = backend.ledger();
    return pools + index;
  };
  const start = held();
  const exact = await openShadow(backend, loaded, bind("shadowkv"), stored);
  const withExact = held() - start;
  const { ranks, sessionTokens: room } = exact;
  exact.destroy();
  const session = await openShadow(backend, loaded, bind("shadowkv-plus"), stored);
  const own = held() - start;
  session.destroy();
  const { kvHeads, headDim } = loaded.model.config;
  const width = kvHeads * headDim;
  const { parameters, prompt } = bind("shadowkv");
  const prefix = prompt.prefixIds.length;
  const plan = planDocument(loaded.model.config, parameters, prefix, prefix + ids.length);
  let most = 0;
  const change = plan.layers.reduce((sum, _, layer) => {
    const before = poolRows(plan, layer, room);
    const after = poolRows(plan, layer, room, "lowRank");
    most = Math.max(most, after.rows);
    const pools = after.rows + after.keyRows - 2 * before.rows;
    const coefficients = ranks[layer]! * rowsBehind(plan.tokens, room);
    return sum + pools * width + coefficients + ranks[layer]! * width;
  }, 0);
  expect(own - withExact).toBe(2 * (change + most * width));
  expect(own).toBeLessThan(withExact);
});

// The basis of a document also fits what follows it (spec test 11, here over 120 tokens of the same book).
test("loses of the keys that follow at most half as much again as of the document's", async () => {
  const { kvHeads, headDim } = loaded.model.config;
  const binding = bind("shadowkv-plus", { keyEnergy: 0.95 });
  const stored = await readAll(backend, loaded, binding, ids);
  const session = await openShadow(backend, loaded, binding, stored);
  const loss = new KeyLoss({ kvHeads, headDim, dtype: "f16" });
  await session.follow(behind.slice(0, 16), behind.slice(16, 120), () => undefined, loss);
  session.destroy();
  const layers = loss.layers();
  expect(layers.length).toBe(loaded.model.config.layers);
  for (const { document, generated } of layers) {
    expect(document).toBeGreaterThan(0);
    expect(generated / document).toBeLessThan(1.5);
  }
});
