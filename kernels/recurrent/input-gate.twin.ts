import type { InputGateShape } from "./input-gate.ts";

/** CPU twin of input-gate.wgsl with the launcher's arguments. */
export function inputGateTwin(
  z: Float32Array,
  x: Float32Array,
  u: Float32Array,
  { tokens, width }: InputGateShape,
): void {
  for (let i = 0; i < tokens * width; i++) u[i] = x[i]! / (1 + Math.exp(-z[i]!));
}
