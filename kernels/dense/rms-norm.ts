// RMSNorm over the last dimension (per head of queries and keys: rows = T*H, width = D), with an
// optional sum into the output (Gemma's post-norms).
import { defineKernel } from "../define-kernel.ts";
import body from "./rms-norm.wgsl?raw";
import reduceBody from "./rms-norm-reduce.wgsl?raw";
import type { BindingSlice, Recorder } from "../backend.ts";
import { foldGrid, linearGrid } from "../shared/grid.ts";
import linearIndex from "../shared/linear-index.wgsl?raw";

const stored = {
  params: { rows: "u32", width: "u32", epsilon: "f32", accumulate: "u32" },
  bindings: ["read", "read", "write"],
} as const;

export const rmsNormKernels = {
  row: defineKernel({ name: "rms-norm", snippets: [linearIndex], body, ...stored }),
  reduce: defineKernel({ name: "rms-norm-reduce", body: reduceBody, ...stored }),
} as const;

/** row: thread per row, no barriers; reduce: workgroup per row. */
export type RmsNormVariant = "row" | "reduce";

export interface RmsNormShape {
  readonly rows: number;
  readonly width: number;
  readonly epsilon: number;
  /** Add to `y` in place of storing. */
  readonly accumulate: boolean;
  /** Default: by the device. */
  readonly variant?: RmsNormVariant;
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

function choose(recorder: Recorder): RmsNormVariant {
  return recorder.capabilities.barrierFree ? "row" : "reduce";
}
