import type { MatmulShape } from "./matmul.ts";
import { type CpuWeightMatrix, weightRow } from "../shared/weight-matrix.ts";

/** CPU twin of the matmul variants with the launcher's arguments. */
export function matmulTwin(
  x: Float32Array,
  weights: CpuWeightMatrix,
  bias: Float32Array | undefined,
  y: Float32Array,
  { tokens, xRow = 0, yStride, yBegin, accumulate }: MatmulShape,
): void {
  const { rows, cols } = weights;
  for (let n = 0; n < rows; n++) {
    const row = weightRow(weights, n);
    for (let t = 0; t < tokens; t++) {
      const base = (xRow + t) * cols;
      let sum = bias?.[n] ?? 0;
      for (let i = 0; i < cols; i++) sum += x[base + i]! * row[i]!;
      const at = t * yStride + yBegin + n;
      y[at] = accumulate ? y[at]! + sum : sum;
    }
  }
}
