// Token embedding: rows of a (quantised, possibly split) matrix, scaled.
import body from "./embed.wgsl?raw";
import type { BindingSlice, Recorder } from "../backend.ts";
import { assertQuads, linearGrid } from "../shared/grid.ts";
import linearIndex from "../shared/linear-index.wgsl?raw";
import { defineForFormats } from "../shared/per-format.ts";
import { rowWordsOf, type WeightMatrix } from "../shared/weight-matrix.ts";

export const embedKernels = defineForFormats({
  name: "embed",
  snippets: [linearIndex],
  body,
  params: {
    tokens: "u32",
    width: "u32",
    rowBegin: "u32",
    rowCount: "u32",
    weightRowWords: "u32",
    scale: "f32",
  },
  bindings: ["read", "read", "write"],
});

export interface EmbedShape {
  readonly tokens: number;
  readonly scale: number;
}

/** ids: u32 [T], weights: [V, E], x: f32 [T, E]. */
export function embed(
  recorder: Recorder,
  ids: BindingSlice,
  weights: WeightMatrix,
  x: BindingSlice,
  shape: EmbedShape,
): void {
  const width = weights.cols;
  assertQuads("embed", { width });
  for (const { data, rowBegin, rowCount } of weights.blocks) {
    recorder.dispatch(
      embedKernels[weights.format],
      { ...shape, width, rowBegin, rowCount, weightRowWords: rowWordsOf(weights) },
      [ids, data, x],
      linearGrid((shape.tokens * width) / 4),
    );
  }
}
