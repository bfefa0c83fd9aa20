import type { BandShape } from "./band.ts";

/** CPU twin of band.wgsl with the launcher's arguments. */
export function bandTwin(
  q: Float32Array,
  k: Float32Array,
  lse: Float32Array,
  out: Float32Array,
  s: BandShape,
): void {
  const perGroup = s.heads / s.kvHeads;
  for (let row = 0; row < s.tokens; row++) {
    for (let lag = 0; lag < s.bandWidth; lag++) {
      const key = s.firstToken + row - lag;
      for (let a = 0; a < s.kvHeads; a++) {
        let sum = 0;
        const isVisible = key >= s.firstRingToken && (s.window === 0 || lag < s.window);
        for (let h = a * perGroup; isVisible && h < (a + 1) * perGroup; h++) {
          const keyRow = a * s.setCapacity + s.rowOfFirstRing + key - s.firstRingToken;
          let score = 0;
          for (let d = 0; d < s.headDim; d++) {
            const x = q[(row * s.heads + h) * s.headDim + d]!;
            score += x * k[keyRow * s.headDim + d]!;
          }
          score *= s.scale;
          if (s.softCap > 0) score = s.softCap * Math.tanh(score / s.softCap);
          sum += Math.exp(Math.min(0, score - lse[h * s.tokens + row]!));
        }
        out[(row * s.bandWidth + lag) * s.kvHeads + a] = sum;
      }
    }
  }
}
