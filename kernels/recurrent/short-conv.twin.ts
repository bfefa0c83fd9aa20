import type { ShortConvShape } from "./short-conv.ts";

/** CPU twin of short-conv.wgsl and conv-tail.wgsl with the launcher's arguments. */
export function shortConvTwin(
  x: Float32Array,
  tail: Float32Array,
  weight: Float32Array,
  bias: Float32Array,
  c: Float32Array,
  { tokens, width }: ShortConvShape,
): void {
  const row = (t: number, j: number): number =>
    t < 0 ? tail[(t + 3) * width + j]! : x[t * width + j]!;
  for (let t = 0; t < tokens; t++) {
    for (let j = 0; j < width; j++) {
      let sum = bias[j]!;
      for (let i = 0; i < 4; i++) sum += weight[j * 4 + i]! * row(t - 3 + i, j);
      c[t * width + j] = sum / (1 + Math.exp(-sum));
    }
  }
  for (let j = 0; j < width; j++) {
    const last = [row(tokens - 3, j), row(tokens - 2, j), row(tokens - 1, j)];
    last.forEach((value, i) => (tail[i * width + j] = value));
  }
}
