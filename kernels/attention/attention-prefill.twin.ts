import type { AttentionPrefillShape } from "./attention-prefill.ts";

export interface AttentionPrefillArrays {
  readonly q: Float32Array;
  readonly qClamped: Float32Array;
  readonly kRot: Float32Array;
  readonly vSet: Float32Array;
  readonly out: Float32Array;
  readonly lse: Float32Array;
}

/** CPU twin of the attention-prefill kernels with the launcher's arguments. */
export function attentionPrefillTwin(
  { q, qClamped, kRot, vSet, out, lse }: AttentionPrefillArrays,
  shape: AttentionPrefillShape,
): void {
  const { tokens, heads, kvHeads, headDim: D, setCapacity, setCount } = shape;
  for (let t = 0; t < tokens; t++) {
    for (let h = 0; h < heads; h++) {
      const kv = Math.floor(h / (heads / kvHeads)) * setCapacity;
      const last = shape.visibleBase + t;
      const rows: number[] = [];
      const scores: number[] = [];
      for (let s = 0; s < setCount; s++) {
        if (s > last || (shape.window > 0 && last - s >= shape.window)) continue;
        const source = s < shape.clampedCount ? qClamped : q;
        let score = 0;
        for (let i = 0; i < D; i++)
          score += source[(t * heads + h) * D + i]! * kRot[(kv + s) * D + i]!;
        score *= shape.scale;
        if (shape.softCap > 0) score = shape.softCap * Math.tanh(score / shape.softCap);
        rows.push(s);
        scores.push(score);
      }
      const top = Math.max(...scores);
      const weights = scores.map((score) => Math.exp(score - top));
      const sum = weights.reduce((a, b) => a + b, 0);
      lse[h * tokens + t] = rows.length > 0 ? top + Math.log(sum) : -1e30;
      const target = out.subarray((t * heads + h) * D, (t * heads + h + 1) * D).fill(0);
      rows.forEach((s, index) => {
        const weight = weights[index]! / sum;
        for (let i = 0; i < D; i++) target[i]! += weight * vSet[(kv + s) * D + i]!;
      });
    }
  }
}
