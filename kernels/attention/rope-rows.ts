// Rotary embedding of contiguous rows (queries).
import { defineKernel } from "../define-kernel.ts";
import body from "./rope-rows.wgsl?raw";
import type { BindingSlice, Recorder } from "../backend.ts";
import { linearGrid } from "../shared/grid.ts";
import linearIndex from "../shared/linear-index.wgsl?raw";
import rope from "../shared/rope.wgsl?raw";
import { ropeConstants, type RopeSpec } from "../shared/rope-table.ts";

export const ropeRowsKernel = defineKernel({
  name: "rope-rows",
  snippets: [linearIndex, rope],
  body,
  params: { tokens: "u32", heads: "u32", positionBase: "u32", positionStep: "u32" },
  bindings: ["read", "read", "write"],
});

export interface RopeRowsShape {
  readonly rope: RopeSpec;
  readonly tokens: number;
  readonly heads: number;
  readonly positionBase: number;
  /** 1 normally, 0 when every row is rotated at positionBase (clamped). */
  readonly positionStep: number;
}

/** x, y: f32 [T, H*D], y may not alias x; table: see ropeTable. */
export function ropeRows(
  recorder: Recorder,
  x: BindingSlice,
  table: BindingSlice,
  y: BindingSlice,
  { rope: spec, ...params }: RopeRowsShape,
): void {
  recorder.dispatch(
    ropeRowsKernel,
    params,
    [x, table, y],
    linearGrid((params.tokens * params.heads * spec.headDim) / 4),
    ropeConstants(spec),
  );
}
