// The recurrent state of a Rodimus mixer through one or many tokens, and what is read from it.
// There is no chunkwise form: it could save at most 2 % of reading (docs/rodimus.md).
import type { BindingSlice, Recorder } from "../backend.ts";
import { defineKernel } from "../define-kernel.ts";
import body from "./state-scan.wgsl?raw";

export const stateScanKernel = defineKernel({
  name: "state-scan",
  body,
  params: { tokens: "u32", rows: "u32", width: "u32" },
  bindings: ["read", "read", "read", "read", "write", "write"],
});

/** State rows that a thread holds at once; `rows` is a multiple of it. */
export const STATE_ROW_STEP = 16;

export interface StateScanShape {
  readonly tokens: number;
  /** n, a multiple of 16. */
  readonly rows: number;
  /** m */
  readonly width: number;
}

/**
 * gates: f32 [T, 4, n] of mixer-gates; u, c, o: f32 [T, m]; skip: f32 [m]; state: f32 [n, m], replaced by
 * the state after the last token. o = q S + c * skip with S after the token.
 */
export function stateScan(
  recorder: Recorder,
  gates: BindingSlice,
  u: BindingSlice,
  c: BindingSlice,
  skip: BindingSlice,
  state: BindingSlice,
  o: BindingSlice,
  { tokens, rows, width }: StateScanShape,
): void {
  if (rows % STATE_ROW_STEP !== 0) {
    throw new Error(`state-scan: ${rows} rows are not a multiple of ${STATE_ROW_STEP}`);
  }
  const buffers = [gates, u, c, skip, state, o];
  recorder.dispatch(stateScanKernel, { tokens, rows, width }, buffers, [Math.ceil(width / 64)]);
}
