import type { GatedActivationShape } from "./gated-activation.ts";

/** CPU twin of gated-activation.wgsl with the launcher's arguments. */
export function gatedActivationTwin(
  gate: Float32Array,
  up: Float32Array,
  h: Float32Array,
  { tokens, width, activation }: GatedActivationShape,
): void {
  for (let i = 0; i < tokens * width; i++) {
    const x = gate[i]!;
    const act =
      activation === "silu"
        ? x / (1 + Math.exp(-x))
        : 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
    h[i] = act * up[i]!;
  }
}
