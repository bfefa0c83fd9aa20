// Puts the keys or the values of new tokens into the ring of a window attention.
import type { BindingSlice, Recorder } from "../backend.ts";
import { defineKernel } from "../define-kernel.ts";
import { assertQuads, linearGrid } from "../shared/grid.ts";
import { kvSnippets } from "../shared/kv-pool.ts";
import linearIndex from "../shared/linear-index.wgsl?raw";
import body from "./window-append.wgsl?raw";

/** Number types of a ring. */
export const RING_DTYPES = ["f16", "f32"] as const;
export type RingDtype = (typeof RING_DTYPES)[number];

/** @__NO_SIDE_EFFECTS__ */
const define = (dtype: RingDtype) =>
  defineKernel({
    name: `window-append ${dtype}`,
    snippets: [linearIndex, kvSnippets[dtype]],
    body,
    params: {
      tokens: "u32",
      first: "u32",
      heads: "u32",
      headQuads: "u32",
      slotBase: "u32",
      slots: "u32",
    },
    bindings: ["read", "write"],
  });

export const windowAppendKernels = { f16: define("f16"), f32: define("f32") } as const;

export interface WindowAppendShape {
  readonly tokens: number;
  /** 1 for shared keys. */
  readonly heads: number;
  readonly headDim: number;
  /** Position of token 0; position p lies in slot p mod slots. */
  readonly position: number;
  readonly slots: number;
  readonly dtype: RingDtype;
}

/** x: f32 [T, heads, D], keys rotated; ring: dtype [slots][heads][D]. Of more tokens than slots the last ones stay. */
export function windowAppend(
  recorder: Recorder,
  x: BindingSlice,
  ring: BindingSlice,
  { tokens, heads, headDim, position, slots, dtype }: WindowAppendShape,
): void {
  assertQuads("window-append", { headDim });
  const headQuads = headDim / 4;
  const first = Math.max(0, tokens - slots);
  recorder.dispatch(
    windowAppendKernels[dtype],
    { tokens, first, heads, headQuads, slotBase: position % slots, slots },
    [x, ring],
    linearGrid((tokens - first) * heads * headQuads),
  );
}
