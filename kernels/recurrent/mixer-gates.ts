// Decay, input gate and key of a Rodimus mixer for every token, from their projections.
// Source: arXiv 2410.06577; softplus and its logarithm keep their digits at both ends.
import type { BindingSlice, Recorder } from "../backend.ts";
import { defineKernel } from "../define-kernel.ts";
import { linearGrid } from "../shared/grid.ts";
import linearIndex from "../shared/linear-index.wgsl?raw";
import body from "./mixer-gates.wgsl?raw";

export const mixerGatesKernel = defineKernel({
  name: "mixer-gates",
  snippets: [linearIndex],
  body,
  params: { tokens: "u32", rows: "u32", keyEpsilon: "f32", scale: "f32" },
  bindings: ["read", "read", "write"],
});

export interface MixerGatesShape {
  readonly tokens: number;
  /** n */
  readonly rows: number;
  /** Least norm of a key before it is normalised. */
  readonly keyEpsilon: number;
}

/** qk: f32 [T, 2, n] (q, k); sp: f32 [T, 2, n] (decay rate, exponent); gates: f32 [T, 4, n] (q/√n, k, log α, α). */
export function mixerGates(
  recorder: Recorder,
  qk: BindingSlice,
  sp: BindingSlice,
  gates: BindingSlice,
  { tokens, rows, keyEpsilon }: MixerGatesShape,
): void {
  recorder.dispatch(
    mixerGatesKernel,
    { tokens, rows, keyEpsilon, scale: 1 / Math.sqrt(rows) },
    [qk, sp, gates],
    linearGrid(tokens * rows),
  );
}
