import type { KeyGramShape } from "./key-gram.ts";

/** CPU twin of key-mean.wgsl and key-gram.wgsl, in f64. */
export function keyGramTwin(
  k: Float32Array,
  mean: Float32Array,
  gram: Float32Array,
  { tokens, width }: KeyGramShape,
): void {
  for (let i = 0; i < width; i++) {
    let sum = 0;
    for (let t = 0; t < tokens; t++) sum += k[t * width + i]!;
    mean[i] = sum / tokens;
  }
  for (let i = 0; i < width; i++) {
    for (let j = 0; j < width; j++) {
      let sum = 0;
      for (let t = 0; t < tokens; t++) {
        sum += (k[t * width + i]! - mean[i]!) * (k[t * width + j]! - mean[j]!);
      }
      gram[i * width + j] = sum;
    }
  }
}
