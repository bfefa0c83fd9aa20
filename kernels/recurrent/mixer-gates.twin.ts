import type { MixerGatesShape } from "./mixer-gates.ts";

/** CPU twin of mixer-gates.wgsl with the launcher's arguments. */
export function mixerGatesTwin(
  qk: Float32Array,
  sp: Float32Array,
  gates: Float32Array,
  { tokens, rows: n, keyEpsilon }: MixerGatesShape,
): void {
  for (let t = 0; t < tokens; t++) {
    const at = t * 2 * n;
    let square = 0;
    for (let i = 0; i < n; i++) square += qk[at + n + i]! ** 2;
    const norm = Math.max(Math.sqrt(square), keyEpsilon);
    for (let i = 0; i < n; i++) {
      const s = sp[at + i]!;
      const g = Math.max(s, 0) + Math.log1p(Math.exp(-Math.abs(s)));
      const tau = 1 / (1 + Math.exp(-sp[at + n + i]!));
      const logG = s < -15 ? s : Math.log(g);
      const out = at * 2 + i;
      gates[out] = qk[at + i]! / Math.sqrt(n);
      gates[out + n] = (qk[at + n + i]! / norm) * Math.exp(tau * logG);
      gates[out + 2 * n] = -g * tau;
      gates[out + 3 * n] = Math.exp(-g * tau);
    }
  }
}
