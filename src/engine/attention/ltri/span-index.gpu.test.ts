// Persistent recall on the GPU, forced for measurements. All vectors are zero, so nothing but the recall
// decides.
import { readFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import type { Backend } from "../../../../kernels/index.ts";
import { testBackend } from "../../../../kernels/testing/gpu.ts";
import { openSpanKv } from "./sizes.ts";
import { type LoadedModel, loadModel } from "../../transformer/loaded-model.ts";
import { sourceFromBytes } from "../../model/byte-source.ts";
import { ltriParameters } from "../parameters.ts";
import { SpanIndex } from "./span-index.ts";

const BUDGET = 39;
/** [start, end) of the spans of layer 0, of layer 1, and of all others. */
const DIVISIONS: readonly (readonly (readonly [number, number])[])[] = [
  [
    [90, 100],
    [100, 135],
    [135, 150],
  ],
  [
    [90, 99],
    [99, 100],
    [108, 109],
    [130, 160],
  ],
  [[90, 91]],
];

let backend: Backend;
let loaded: LoadedModel;

beforeAll(async () => {
  backend = await testBackend();
  const bytes = readFileSync("public/models/nano.gguf");
  loaded = await loadModel(backend, "nano", [sourceFromBytes("nano.gguf", bytes)], () => undefined);
});

async function chosenStarts(prepare: (index: SpanIndex) => void): Promise<number[][]> {
  const { config } = loaded.model;
  const parameters = ltriParameters(config.contextLength);
  const kv = openSpanKv(backend, config, parameters, 200);
  const index = new SpanIndex(backend, config, parameters, BUDGET);
  for (let layer = 0; layer < config.layers; layer++) {
    const division = DIVISIONS[layer] ?? DIVISIONS.at(-1)!;
    index.append(
      layer,
      division.map(([start, end]) => ({ start, length: end - start })),
    );
  }
  index.resetRecall();
  prepare(index);
  const chosen: number[][] = [];
  for (const layer of [0, 1]) {
    const retrieval = { budgetTokens: BUDGET, persistFrac: 1, persist: true };
    const recorder = backend.record();
    await index.retrieve(recorder, kv, layer, retrieval);
    const selected = index.readSelected(recorder, layer);
    recorder.submit();
    chosen.push((await selected).map((ordinal) => index.table(layer).start(ordinal)));
  }
  index.destroy();
  kv.destroy();
  return chosen;
}

const NOTHING_RECALLED = [[90], [90, 99, 108]];

test("without a recall the first spans fill the budget", async () => {
  expect(await chosenStarts(() => undefined)).toEqual(NOTHING_RECALLED);
});

test("forced tokens bring their spans in each layer before all others", async () => {
  expect(await chosenStarts((index) => index.forceRecall([131]))).toEqual([[100], [90, 130]]);
});

test("where not all forced spans fit, those of earlier tokens of the list come first", async () => {
  const first = await chosenStarts((index) => index.forceRecall([131, 109]));
  expect(first).toEqual(await chosenStarts((index) => index.forceRecall([131])));
});

test("a new turn forgets what was forced", async () => {
  const chosen = await chosenStarts((index) => {
    index.forceRecall([131]);
    index.resetRecall();
  });
  expect(chosen).toEqual(NOTHING_RECALLED);
});
