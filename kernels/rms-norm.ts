// RMSNorm over the last dimension, with an optional sum into the output (Gemma's post-norms), and
// in place (per-head norms of queries and keys: rows = T*H, width = D).
import { defineKernel } from "./define-kernel.ts";
import body from "./rms-norm.wgsl?raw";
import inPlaceBody from "./rms-norm-in-place.wgsl?raw";
import reduceBody from "./rms-norm-reduce.wgsl?raw";
import reduceInPlaceBody from "./rms-norm-reduce-in-place.wgsl?raw";
import type { BindingSlice, Recorder } from "./runtime.ts";
import { foldGrid, linearGrid } from "./shared/grid.ts";
import linearIndex from "./shared/linear-index.wgsl?raw";

const stored = {
  params: { rows: "u32", width: "u32", epsilon: "f32", accumulate: "u32" },
  bindings: ["read", "read", "write"],
} as const;
const inPlace = {
  params: { rows: "u32", width: "u32", epsilon: "f32" },
  bindings: ["read", "write"],
} as const;

export const rmsNormKernels = {
  row: defineKernel({ name: "rms-norm", snippets: [linearIndex], body, ...stored }),
  reduce: defineKernel({ name: "rms-norm-reduce", body: reduceBody, ...stored }),
} as const;

export const rmsNormInPlaceKernels = {
  row: defineKernel({
    name: "rms-norm-in-place",
    snippets: [linearIndex],
    body: inPlaceBody,
    ...inPlace,
  }),
  reduce: defineKernel({
    name: "rms-norm-reduce-in-place",
    body: reduceInPlaceBody,
    ...inPlace,
  }),
} as const;

/** row: thread per row, no barriers; reduce: workgroup per row. */
export type RmsNormVariant = "row" | "reduce";

export interface RmsNormInPlaceShape {
  readonly rows: number;
  readonly width: number;
  readonly epsilon: number;
  /** Default: by the device. */
  readonly variant?: RmsNormVariant;
}

export interface RmsNormShape extends RmsNormInPlaceShape {
  /** Add to `y` in place of storing. */
  readonly accumulate: boolean;
}

/** x: f32 [rows, width], weight: f32 [width], y: f32 [rows, width]; y may not alias x. */
export function rmsNorm(
  recorder: Recorder,
  x: BindingSlice,
  weight: BindingSlice,
  y: BindingSlice,
  { rows, width, epsilon, accumulate, variant = choose(recorder) }: RmsNormShape,
): void {
  recorder.dispatch(
    rmsNormKernels[variant],
    { rows, width, epsilon, accumulate: accumulate ? 1 : 0 },
    [x, weight, y],
    variant === "row" ? linearGrid(rows) : foldGrid(rows),
  );
}

/** x: f32 [rows, width], weight: f32 [width]. */
export function rmsNormInPlace(
  recorder: Recorder,
  x: BindingSlice,
  weight: BindingSlice,
  { rows, width, epsilon, variant = choose(recorder) }: RmsNormInPlaceShape,
): void {
  recorder.dispatch(
    rmsNormInPlaceKernels[variant],
    { rows, width, epsilon },
    [weight, x],
    variant === "row" ? linearGrid(rows) : foldGrid(rows),
  );
}

function choose(recorder: Recorder): RmsNormVariant {
  return recorder.capabilities.barrierFree ? "row" : "reduce";
}
