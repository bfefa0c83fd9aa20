// How fast this device would read with the default model, measured with one of its matrices before a byte of
// it is fetched. A fast device is believed for ever; a slow one is tried again at the next visit, because
// something else may have kept it busy.

import { type Backend, matmul, rowWordsOf, type WeightMatrix } from "../../../kernels/index.ts";

/** Multiplications of SmolLM2-135M per token, embeddings and logits left out. */
const MODEL_WEIGHTS = 106_168_320;
/**
 * Of the rate of bare products that reading with spans keeps: on the processor 97 of 215 tokens/s by its own
 * time (2 × Zen 4, one thread, 1,100 tokens). Not measured on a graphics card.
 */
const READING_SHARE = 0.45;
const TOKENS = 64;
const ROWS = 1536;
const COLS = 576;
const ENOUGH_MS = 60;
const MOST_PRODUCTS = 512;
/** The fastest counts: something else may be at work for a moment. */
const TIMES = 3;

/** Tokens a second. Takes 0.2 to 0.4 s; longer where less than 10 are read. */
export async function measureReadingRate(backend: Backend, now: () => number): Promise<number> {
  const matrix = { format: "Q4_1", rows: ROWS, cols: COLS } as const;
  const data = backend.createBuffer("trial weights", "staging", ROWS * rowWordsOf(matrix) * 4);
  const x = backend.createBufferFrom("trial x", "staging", trialRows());
  const y = backend.createBuffer("trial y", "staging", TOKENS * ROWS * 4);
  const blocks = [{ data, rowBegin: 0, rowCount: ROWS }];
  const weights: WeightMatrix = { ...matrix, blocks };
  const shape = { tokens: TOKENS, yStride: ROWS, yBegin: 0, accumulate: false };
  const secondsOf = async (products: number): Promise<number> => {
    const started = now();
    const recorder = backend.record();
    for (let i = 0; i < products; i++) {
      matmul(recorder, x, weights, undefined, y, shape);
    }
    const done = recorder.readback(y, 0, 4);
    recorder.submit();
    await done;
    return Math.max(0.01, now() - started) / 1000;
  };
  try {
    await secondsOf(1); // compiles
    let products = 1;
    let seconds = await secondsOf(products);
    while (seconds * 1000 < ENOUGH_MS && products < MOST_PRODUCTS) {
      products *= 4;
      seconds = await secondsOf(products);
    }
    for (let i = 1; i < TIMES; i++) seconds = Math.min(seconds, await secondsOf(products));
    const perSecond = (products * TOKENS * ROWS * COLS) / seconds;
    return (perSecond / MODEL_WEIGHTS) * READING_SHARE;
  } finally {
    for (const buffer of [data, x, y]) backend.destroyBuffer(buffer);
  }
}

/** f32 [TOKENS, COLS]; zeros could take a shorter way. */
function trialRows(): Float32Array {
  return Float32Array.from({ length: TOKENS * COLS }, (_, i) => ((i * 37) % 101) / 50 - 1);
}
