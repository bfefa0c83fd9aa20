// RMSNorm over the last dimension, with an optional sum into the output (Gemma's post-norms).
import { defineKernel } from "./define-kernel.ts";
import body from "./rms-norm.wgsl?raw";
import type { BindingSlice, Recorder } from "./runtime.ts";

export const rmsNormKernel = defineKernel({
  name: "rms-norm",
  body,
  params: { rows: "u32", width: "u32", epsilon: "f32", accumulate: "u32" },
  bindings: ["read", "read", "write"],
});

export interface RmsNormShape {
  readonly rows: number;
  readonly width: number;
  readonly epsilon: number;
  /** Add to `y` in place of storing. */
  readonly accumulate: boolean;
}

/** x: f32 [rows, width], weight: f32 [width], y: f32 [rows, width]; y may not alias x. */
export function rmsNorm(
  recorder: Recorder,
  x: BindingSlice,
  weight: BindingSlice,
  y: BindingSlice,
  shape: RmsNormShape,
): void {
  recorder.dispatch(
    rmsNormKernel,
    { ...shape, accumulate: shape.accumulate ? 1 : 0 },
    [x, weight, y],
    [Math.ceil(shape.rows / 64)],
  );
}
