// The embedded model answers by copying: some of its heads must show it, and only on the right tokens.
import { readFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { testBackend } from "../../../../kernels/testing/gpu.ts";
import { type LoadedModel, loadModel } from "../../transformer/loaded-model.ts";
import { sourceFromBytes } from "../../model/byte-source.ts";
import { TokenCounter } from "../../transformer/token-counter.ts";
import { calibrateByCopying, copyingHeads } from "./calibrate-heads.ts";

let loaded: LoadedModel;

beforeAll(async () => {
  const bytes = readFileSync("public/models/nano.gguf");
  const source = sourceFromBytes("nano.gguf", bytes);
  loaded = await loadModel(await testBackend(), "nano", [source], () => undefined);
});

test("some head copies the planted value, most do not, and the weights are reproducible", async () => {
  const backend = await testBackend();
  const counter = new TokenCounter();
  const before = backend.ledger();
  const told: number[][] = [];
  const onProgress = (...tokens: number[]) => told.push(tokens);
  const first = await calibrateByCopying(backend, loaded, 2, { counter, onProgress });
  const total = told[0]![1]!;
  expect(told.length).toBeGreaterThan(6);
  expect(told.every(([done], i) => i === 0 || done! >= told[i - 1]![0]!)).toBe(true);
  expect(told.at(-1)).toEqual([total, total]);
  expect(first.weights).toHaveLength(loaded.model.config.layers);
  expect(Math.max(...first.weights.flat())).toBeGreaterThan(0.6);
  expect(Math.min(...first.weights.flat())).toBeLessThan(0.2);
  expect(await calibrateByCopying(backend, loaded, 2, { counter })).toEqual(first);
  const { staging: _, ...held } = backend.ledger();
  const { staging: __, ...baseline } = before;
  expect(held).toEqual(baseline);
});

test("heads do not count on a sentence that the question does not lead to", async () => {
  const backend = await testBackend();
  const { tokenizer, prompt } = loaded;
  const text =
    "The bridge was quiet. The secret code of the red kettle is 48213. The gate stood open.";
  const { ids: body } = tokenizer.encodeWithOffsets(text);
  const question = prompt.questionIds("What is the secret code of the red kettle?", []);
  const ids = Uint32Array.from([...prompt.prefixIds, ...body, ...question]);
  // Tokens of the first sentence instead of the value.
  const targets = [1, 2, 3, 4].map((i) => prompt.prefixIds.length + i);
  const steps = await copyingHeads(
    backend,
    loaded,
    { ids, targets },
    new TokenCounter(),
    () => undefined,
  );
  expect(steps).toHaveLength(4);
  // The first step's query knows only the question: nothing leads it to the wrong sentence.
  const hits = steps[0]!.flatMap((heads) => Array.from(heads));
  expect(hits).toHaveLength(loaded.model.config.layers * loaded.model.config.heads);
  expect(hits.reduce((sum, hit) => sum + hit, 0)).toBeLessThan(hits.length / 10);
});

test("a cancelled calibration ends in the middle of a text, says so and leaves nothing", async () => {
  const backend = await testBackend();
  const counter = new TokenCounter();
  const abort = new AbortController();
  const { staging: _, ...before } = backend.ledger();
  let last = 0;
  const onProgress = (tokens: number, total: number) => {
    last = tokens / total;
    if (last > 0.1) abort.abort();
  };
  const { signal } = abort;
  await expect(
    calibrateByCopying(backend, loaded, 2, { counter, signal, onProgress }),
  ).rejects.toMatchObject({ code: "cancelled" });
  expect(last).toBeLessThan(0.5);
  const { staging: __, ...after } = backend.ledger();
  expect(after).toEqual(before);
});
