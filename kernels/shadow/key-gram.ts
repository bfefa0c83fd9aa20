// The mean key of a layer and the Gram matrix of its keys around it: what a rank-r factorisation of the
// keys is made from (arXiv 2410.21465 §3; eigenvectors of KᵀK in place of an SVD of K).
import type { BindingSlice, Recorder } from "../backend.ts";
import { defineKernel } from "../define-kernel.ts";
import { assertQuads, linearGrid } from "../shared/grid.ts";
import linearIndex from "../shared/linear-index.wgsl?raw";
import gramBody from "./key-gram.wgsl?raw";
import meanBody from "./key-mean.wgsl?raw";

export const keyMeanKernel = defineKernel({
  name: "key-mean",
  body: meanBody,
  params: { tokens: "u32", width: "u32" },
  bindings: ["read", "write"],
});

export const keyGramKernel = defineKernel({
  name: "key-gram",
  snippets: [linearIndex],
  body: gramBody,
  params: { tokens: "u32", width: "u32" },
  bindings: ["read", "read", "write"],
});

export interface KeyGramShape {
  /** At least one. */
  readonly tokens: number;
  /** W = K·D, all KV heads side by side; a multiple of 4. */
  readonly width: number;
}

/** k: f32 [T, W] before RoPE; mean: f32 [W]; gram: f32 [W, W]. */
export function keyGram(
  recorder: Recorder,
  k: BindingSlice,
  mean: BindingSlice,
  gram: BindingSlice,
  shape: KeyGramShape,
): void {
  assertQuads("key-gram", { width: shape.width });
  if (shape.tokens < 1) throw new Error("key-gram: no tokens");
  const quads = shape.width / 4;
  recorder.dispatch(keyMeanKernel, { ...shape }, [k, mean], [Math.ceil(quads / 64)]);
  recorder.dispatch(keyGramKernel, { ...shape }, [k, mean, gram], linearGrid(shape.width * quads));
}
