// Which way products with weights in integers go on this device while it reads: in whole numbers, which have twice the
// lanes, or in floating point, where a processor multiplies and adds in one instruction but has none for whole numbers.
import { matmul } from "../dense/matmul.ts";
import { rowWordsOf } from "../shared/weight-matrix.ts";
import type { WasmBackend } from "./wasm-backend.ts";

const TOKENS = 48;
const ROWS = 64;
const COLS = 512;
/** A host compiles a function well only after it has run for a while. */
const WARM_MS = 4;
const TRIAL_MS = 6;
/** Whole numbers are left only for what is clearly faster: a trial is short and a device may be busy. */
const CLEARLY = 1.15;

/** Sets `hasFloatPanels` by a trial of 20 ms, 40 where floating point wins and must win again. `now`: ms. */
export function chooseProducts(backend: WasmBackend, now: () => number): void {
  const matrix = { format: "Q4_1", rows: ROWS, cols: COLS } as const;
  const data = backend.createBuffer("trial weights", "staging", ROWS * rowWordsOf(matrix) * 4);
  const x = backend.createBuffer("trial x", "staging", TOKENS * COLS * 4);
  const y = backend.createBuffer("trial y", "staging", TOKENS * ROWS * 4);
  const blocks = [{ data, rowBegin: 0, rowCount: ROWS }];
  const shape = { tokens: TOKENS, yStride: ROWS, yBegin: 0, accumulate: false };
  /** Products a millisecond, for so many of them. */
  const rateFor = (ms: number): number => {
    const began = now();
    for (let products = 1; ; products++) {
      const recorder = backend.record();
      matmul(recorder, x, { ...matrix, blocks }, undefined, y, shape);
      recorder.submit();
      const spent = now() - began;
      if (spent >= ms) return products / spent;
    }
  };
  const rate = (hasFloatPanels: boolean): number => {
    backend.hasFloatPanels = hasFloatPanels;
    rateFor(WARM_MS);
    return rateFor(TRIAL_MS);
  };
  const isWon = () => rate(true) > CLEARLY * rate(false);
  const isWonTwice = isWon() && isWon();
  backend.hasFloatPanels = isWonTwice;
  for (const buffer of [data, x, y]) backend.destroyBuffer(buffer);
}
