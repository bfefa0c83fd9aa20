// Suffix sums of the band for discovery on the CPU, and the copy of the band that waits until the
// spans of its rows are known (docs/ltri.md §3).
import { defineKernel } from "../define-kernel.ts";
import type { BindingSlice, Recorder } from "../backend.ts";
import keepBody from "./band-keep.wgsl?raw";
import rowsBody from "./band-rows.wgsl?raw";

export const bandRowsKernel = defineKernel({
  name: "band-rows",
  body: rowsBody,
  params: { tokens: "u32", kvHeads: "u32", bandWidth: "u32", lMax: "u32" },
  bindings: ["read", "write"],
});

export const bandKeepKernel = defineKernel({
  name: "band-keep",
  body: keepBody,
  params: {
    tokens: "u32",
    kvHeads: "u32",
    bandWidth: "u32",
    lMax: "u32",
    firstToken: "u32",
    rowCapacity: "u32",
  },
  bindings: ["read", "write"],
});

export interface BandRowsShape {
  readonly tokens: number;
  readonly kvHeads: number;
  readonly bandWidth: number;
  /** At most bandWidth. */
  readonly lMax: number;
  readonly firstToken: number;
  /** Rows of bandRing; row of token i = i mod rowCapacity. */
  readonly rowCapacity: number;
}

/**
 * band: f32 [T][bandWidth][K]; rows: f32 [T][lMax], overwritten; bandRing: f32 [rowCapacity][lMax][K].
 */
export function bandRows(
  recorder: Recorder,
  bandBuffer: BindingSlice,
  rows: BindingSlice,
  bandRing: BindingSlice,
  shape: BandRowsShape,
): void {
  const { tokens, kvHeads, bandWidth, lMax, rowCapacity } = shape;
  if (lMax > bandWidth) throw new Error("band-rows: lMax > bandWidth");
  if (tokens > rowCapacity) throw new Error("band-rows: chunk larger than the band ring");
  recorder.dispatch(
    bandRowsKernel,
    { tokens, kvHeads, bandWidth, lMax },
    [bandBuffer, rows],
    [Math.ceil(tokens / 32)],
  );
  recorder.dispatch(
    bandKeepKernel,
    { ...shape },
    [bandBuffer, bandRing],
    [Math.ceil((lMax * kvHeads) / 64), tokens],
  );
}
