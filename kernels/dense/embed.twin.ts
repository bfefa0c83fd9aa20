import type { EmbedShape } from "./embed.ts";
import { type CpuWeightMatrix, weightRow } from "../shared/weight-matrix.ts";

/** CPU twin of embed.wgsl with the launcher's arguments. */
export function embedTwin(
  ids: Uint32Array,
  weights: CpuWeightMatrix,
  x: Float32Array,
  { tokens, scale }: EmbedShape,
): void {
  for (let t = 0; t < tokens; t++) {
    const row = weightRow(weights, ids[t]!);
    for (let i = 0; i < weights.cols; i++) x[t * weights.cols + i] = scale * row[i]!;
  }
}
