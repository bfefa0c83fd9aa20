import type { MeanQueryShape } from "./mean-query.ts";

/** CPU twin of mean-query.wgsl with the launcher's arguments. */
export function meanQueryTwin(
  q: Float32Array,
  mean: Float32Array,
  { heads, kvHeads, headDim, rowBegin, rowEnd }: MeanQueryShape,
): void {
  const group = heads / kvHeads;
  for (let kv = 0; kv < kvHeads; kv++) {
    for (let i = 0; i < headDim; i++) {
      let sum = 0;
      for (let t = rowBegin; t < rowEnd; t++) {
        for (let j = 0; j < group; j++) sum += q[(t * heads + kv * group + j) * headDim + i]!;
      }
      mean[kv * headDim + i] = sum / ((rowEnd - rowBegin) * group);
    }
  }
}
