// Coefficients of new keys behind those of a document (ShadowKV+).
import type { BindingSlice, Recorder } from "../backend.ts";
import { defineKernel } from "../define-kernel.ts";
import { assertQuads, linearGrid } from "../shared/grid.ts";
import { kvSnippets } from "../shared/kv-pool.ts";
import linearIndex from "../shared/linear-index.wgsl?raw";
import body from "./append-rows.wgsl?raw";
import { defineForShadow, type ShadowDtype } from "./shadow-dtype.ts";

export const appendRowsKernels = defineForShadow((dtype) =>
  defineKernel({
    name: `append-rows ${dtype}`,
    snippets: [linearIndex, kvSnippets[dtype]],
    body,
    params: { tokens: "u32", width: "u32", firstRow: "u32" },
    bindings: ["read", "write"],
  }),
);

export interface AppendRowsShape {
  readonly tokens: number;
  readonly width: number;
  /** Row that token 0 goes to. */
  readonly firstRow: number;
  readonly dtype: ShadowDtype;
}

/** x: f32 [T, W]; rows: dtype [≥ firstRow + T][W]. */
export function appendRows(
  recorder: Recorder,
  x: BindingSlice,
  rows: BindingSlice,
  { dtype, ...params }: AppendRowsShape,
): void {
  assertQuads("append-rows", { width: params.width });
  const threads = (params.tokens * params.width) / 4;
  recorder.dispatch(appendRowsKernels[dtype], params, [x, rows], linearGrid(threads));
}
