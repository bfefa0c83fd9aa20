// Causal attention over a window in which all query heads share one key head; every head has its own
// values. Keys of earlier tokens lie in a ring, those of the tokens at hand beside it in the same number
// type, so that one token and a piece of a text are the same computation and it makes no difference where
// a text is cut. The ring is filled afterwards (window-append.ts).
import { attentionMergeKernel } from "../attention/attention-decode.ts";
import type { BindingSlice, Recorder } from "../backend.ts";
import { defineKernel } from "../define-kernel.ts";
import { assertQuads, foldGrid, linearGrid } from "../shared/grid.ts";
import { kvSnippets } from "../shared/kv-pool.ts";
import direct from "./window-attention.wgsl?raw";
import group from "./window-attention-group.wgsl?raw";
import keys from "./window-keys.wgsl?raw";
import type { RingDtype } from "./window-append.ts";

/** direct: thread per (query, head, split), no barriers; group: workgroup of 64 for the same. */
export type WindowAttentionVariant = "direct" | "group";

/** @__NO_SIDE_EFFECTS__ */
function define(variant: WindowAttentionVariant, body: string, dtype: RingDtype) {
  return defineKernel({
    name: `window-attention-${variant} ${dtype}`,
    snippets: [kvSnippets[dtype], keys],
    body,
    params: {
      tokens: "u32",
      heads: "u32",
      headQuads: "u32",
      lookBack: "u32",
      slots: "u32",
      slotBase: "u32",
      ringLength: "u32",
      splits: "u32",
      scale: "f32",
    },
    bindings: ["read", "read", "read", "read", "read", "write"],
  });
}

export const windowAttentionKernels = {
  direct: { f16: define("direct", direct, "f16"), f32: define("direct", direct, "f32") },
  group: { f16: define("group", group, "f16"), f32: define("group", group, "f32") },
} as const;

export interface WindowAttentionBuffers {
  /** f32 [T, H, D], rotated. */
  readonly q: BindingSlice;
  /** dtype [T, D], rotated: the tokens at hand as the ring will hold them (window-append with slots = T). */
  readonly k: BindingSlice;
  /** dtype [T, H, D] */
  readonly v: BindingSlice;
  /** dtype [slots][D], position p in slot p mod slots. */
  readonly ringK: BindingSlice;
  /** dtype [slots][H][D] */
  readonly ringV: BindingSlice;
  /** Scratch, f32 [windowPartialsLength]. */
  readonly partials: BindingSlice;
  /** f32 [T, H, D] */
  readonly out: BindingSlice;
  /** f32 [T, H]: log of the sum of the weights. */
  readonly lse: BindingSlice;
}

export interface WindowAttentionShape {
  readonly tokens: number;
  readonly heads: number;
  readonly headDim: number;
  /** Position of the first query: so many tokens came before it. */
  readonly position: number;
  /** A query sees itself and so many keys before it; below `slots`. */
  readonly lookBack: number;
  readonly slots: number;
  readonly scale: number;
  readonly dtype: RingDtype;
  /** Default: one for many queries, more for a few. */
  readonly splits?: number;
  /** Default: by the device. */
  readonly variant?: WindowAttentionVariant;
}

const MOST_SPLITS = 32;

export function windowSplits(tokens: number, lookBack: number): number {
  const wanted = Math.ceil(64 / tokens);
  return Math.max(1, Math.min(MOST_SPLITS, wanted, Math.ceil((lookBack + 1) / 32)));
}

/** f32 elements of the partials buffer for up to `mostTokens` queries. */
export function windowPartialsLength(mostTokens: number, heads: number, headDim: number): number {
  // splits * tokens grows with the tokens, but for the rounding: 64 / tokens rounds up to at most 63 + tokens.
  return (63 + mostTokens) * heads * (headDim + 4);
}

/** Two dispatches: partial sums and their merge. */
export function windowAttention(
  recorder: Recorder,
  { q, k, v, ringK, ringV, partials, out, lse }: WindowAttentionBuffers,
  shape: WindowAttentionShape,
): void {
  const { tokens, heads, headDim, position, lookBack, slots, scale, dtype } = shape;
  const splits = shape.splits ?? windowSplits(tokens, lookBack);
  const variant = shape.variant ?? choose(recorder, headDim);
  assertQuads("window-attention", { headDim });
  if (lookBack >= slots) throw new Error(`window-attention: ${lookBack} back in ${slots} slots`);
  const items = tokens * heads * splits;
  recorder.dispatch(
    windowAttentionKernels[variant][dtype],
    {
      tokens,
      heads,
      headQuads: headDim / 4,
      lookBack,
      slots,
      slotBase: position % slots,
      ringLength: Math.min(position, lookBack),
      splits,
      scale,
    },
    [q, k, v, ringK, ringV, partials],
    variant === "direct" ? foldGrid(Math.ceil(items / 16)) : foldGrid(items),
  );
  recorder.dispatch(
    attentionMergeKernel,
    { heads: tokens * heads, splits },
    [partials, out, lse],
    linearGrid((tokens * heads * headDim) / 4),
    { HEAD_DIM: headDim },
  );
}

function choose(recorder: Recorder, headDim: number): WindowAttentionVariant {
  return recorder.capabilities.barrierFree || headDim > 256 ? "direct" : "group";
}
