import type { GatedNormShape } from "./gated-norm.ts";

/** CPU twin of gated-norm.wgsl with the launcher's arguments. */
export function gatedNormTwin(
  x: Float32Array,
  gate: Float32Array,
  weight: Float32Array,
  y: Float32Array,
  { rows, width, epsilon }: GatedNormShape,
): void {
  for (let row = 0; row < rows; row++) {
    const at = row * width;
    const values = Array.from({ length: width }, (_, i) => {
      const g = gate[at + i]!;
      return (x[at + i]! * g) / (1 + Math.exp(-g));
    });
    const mean = values.reduce((sum, value) => sum + value * value, 0) / width;
    const scale = 1 / Math.sqrt(mean + epsilon);
    values.forEach((value, i) => (y[at + i] = value * scale * weight[i]!));
  }
}
