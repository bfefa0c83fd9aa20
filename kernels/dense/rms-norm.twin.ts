import type { RmsNormShape } from "./rms-norm.ts";

/** CPU twin of rms-norm.wgsl with the launcher's arguments. */
export function rmsNormTwin(
  x: Float32Array,
  weight: Float32Array,
  y: Float32Array,
  { rows, width, epsilon, accumulate }: RmsNormShape,
): void {
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let i = 0; i < width; i++) sum += x[row * width + i]! ** 2;
    const scale = 1 / Math.sqrt(sum / width + epsilon);
    for (let i = 0; i < width; i++) {
      const at = row * width + i;
      const value = x[at]! * scale * weight[i]!;
      y[at] = accumulate ? y[at]! + value : value;
    }
  }
}
