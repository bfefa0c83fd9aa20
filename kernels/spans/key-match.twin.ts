import type { KeyMatchShape } from "./key-match.ts";

/** CPU twin of key-match.wgsl; keys as f32 values whatever the dtype. */
export function keyMatchTwin(
  queries: Float32Array,
  keys: Float32Array,
  starts: Uint32Array,
  raw: Float32Array,
  { spans, rows, heads, headDim }: KeyMatchShape,
): void {
  for (let row = 0; row < rows; row++) {
    for (let span = 0; span < spans; span++) {
      let best = -Infinity;
      for (let token = starts[span]!; token < starts[span + 1]!; token++) {
        const key = (token * heads + (row % heads)) * headDim;
        let sum = 0;
        for (let d = 0; d < headDim; d++) {
          const query = (Math.floor(d / 4) * rows + row) * 4 + (d % 4);
          sum += queries[query]! * keys[key + d]!;
        }
        best = Math.max(best, sum);
      }
      raw[row * spans + span] = best;
    }
  }
}
