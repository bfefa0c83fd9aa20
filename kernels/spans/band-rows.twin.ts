import type { BandRowsShape } from "./band-rows.ts";

/** CPU twin of band-rows.wgsl and band-keep.wgsl with the launcher's arguments. */
export function bandRowsTwin(
  band: Float32Array,
  rows: Float32Array,
  bandRing: Float32Array,
  s: BandRowsShape,
): void {
  for (let row = 0; row < s.tokens; row++) {
    const slot = (s.firstToken + row) % s.rowCapacity;
    let sum = 0;
    for (let lag = 0; lag < s.lMax; lag++) {
      for (let a = 0; a < s.kvHeads; a++) {
        const value = band[(row * s.bandWidth + lag) * s.kvHeads + a]!;
        sum += value;
        bandRing[(slot * s.lMax + lag) * s.kvHeads + a] = value;
      }
      rows[row * s.lMax + lag] = sum;
    }
  }
}
