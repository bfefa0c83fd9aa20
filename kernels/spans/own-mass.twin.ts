import type { OwnMassShape } from "./own-mass.ts";

/** CPU twin of own-mass.wgsl with the launcher's arguments. */
export function ownMassTwin(
  bandRing: Float32Array,
  spans: Uint32Array,
  own: Float32Array,
  s: OwnMassShape,
): void {
  for (let n = s.firstSpan; n < s.firstSpan + s.spanCount; n++) {
    const start = spans[n * 4]!;
    const length = spans[n * 4 + 1]!;
    for (let j = start; j < start + length; j++) {
      for (let a = 0; a < s.kvHeads; a++) {
        let sum = 0;
        for (let i = j; i < start + length; i++) {
          sum += bandRing[((i % s.rowCapacity) * s.lMax + i - j) * s.kvHeads + a]!;
        }
        own[a * s.ringCapacity + (j % s.ringCapacity)] = sum;
      }
    }
  }
}
