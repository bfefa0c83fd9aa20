// Copies or adds rows, scaled: last hidden row, residual sums.
import body from "./copy-rows.wgsl?raw";
import { defineKernel } from "./define-kernel.ts";
import type { BindingSlice, Recorder } from "./runtime.ts";
import { assertQuads, linearGrid } from "./shared/grid.ts";
import linearIndex from "./shared/linear-index.wgsl?raw";

export const copyRowsKernel = defineKernel({
  name: "copy-rows",
  snippets: [linearIndex],
  body,
  params: {
    rows: "u32",
    width: "u32",
    fromRow: "u32",
    toRow: "u32",
    scale: "f32",
    accumulate: "u32",
  },
  bindings: ["read", "write"],
});

export interface CopyRowsShape {
  readonly rows: number;
  readonly width: number;
  readonly fromRow: number;
  readonly toRow: number;
  readonly scale: number;
  /** Add to `y` in place of storing. */
  readonly accumulate: boolean;
}

/** x: f32 [≥ fromRow + rows, width], y: f32 [≥ toRow + rows, width], another buffer than x. */
export function copyRows(
  recorder: Recorder,
  x: BindingSlice,
  y: BindingSlice,
  shape: CopyRowsShape,
): void {
  assertQuads("copy-rows", { width: shape.width });
  recorder.dispatch(
    copyRowsKernel,
    { ...shape, accumulate: shape.accumulate ? 1 : 0 },
    [x, y],
    linearGrid((shape.rows * shape.width) / 4),
  );
}
