import type { RopeRowsShape } from "./rope-rows.ts";
import { rotateHead } from "../shared/rope-table.ts";

/** CPU twin of rope-rows.wgsl with the launcher's arguments. */
export function ropeRowsTwin(
  x: Float32Array,
  table: Float32Array,
  y: Float32Array,
  { rope, tokens, heads, positionBase, positionStep }: RopeRowsShape,
): void {
  for (let t = 0; t < tokens; t++) {
    for (let head = 0; head < heads; head++) {
      const at = (t * heads + head) * rope.headDim;
      y.set(x.subarray(at, at + rope.headDim), at);
      const row = y.subarray(at, at + rope.headDim);
      rotateHead(row, table, positionBase + t * positionStep, rope);
    }
  }
}
