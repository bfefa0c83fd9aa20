// What stands between the recurrent state and the output projection: the output gate, then RMSNorm.
import type { BindingSlice, Recorder } from "../backend.ts";
import { defineKernel } from "../define-kernel.ts";
import { foldGrid, linearGrid } from "../shared/grid.ts";
import linearIndex from "../shared/linear-index.wgsl?raw";
import body from "./gated-norm.wgsl?raw";
import reduceBody from "./gated-norm-reduce.wgsl?raw";

const stored = {
  params: { rows: "u32", width: "u32", epsilon: "f32" },
  bindings: ["read", "read", "read", "write"],
} as const;

export const gatedNormKernels = {
  row: defineKernel({ name: "gated-norm", snippets: [linearIndex], body, ...stored }),
  reduce: defineKernel({ name: "gated-norm-reduce", body: reduceBody, ...stored }),
} as const;

/** row: thread per row, no barriers; reduce: workgroup per row. */
export type GatedNormVariant = keyof typeof gatedNormKernels;

export interface GatedNormShape {
  readonly rows: number;
  readonly width: number;
  readonly epsilon: number;
  /** Default: by the device. */
  readonly variant?: GatedNormVariant;
}

/** x, gate, y: f32 [rows, width], weight: f32 [width]; y may not alias the inputs. */
export function gatedNorm(
  recorder: Recorder,
  x: BindingSlice,
  gate: BindingSlice,
  weight: BindingSlice,
  y: BindingSlice,
  { rows, width, epsilon, variant = choose(recorder) }: GatedNormShape,
): void {
  recorder.dispatch(
    gatedNormKernels[variant],
    { rows, width, epsilon },
    [x, gate, weight, y],
    variant === "row" ? linearGrid(rows) : foldGrid(rows),
  );
}

function choose(recorder: Recorder): GatedNormVariant {
  return recorder.capabilities.barrierFree ? "row" : "reduce";
}
