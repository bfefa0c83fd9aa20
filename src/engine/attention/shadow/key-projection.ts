// The projection of new keys onto the basis of a document (ShadowKV+), from what is stored of a layer.

import { fromHalf, kvRowBytes } from "../../../../kernels/index.ts";
import type { StoredLayer } from "./layer-keys.ts";
import type { RowShape } from "./stored-chunks.ts";

/** The basis [K][rank][D] as rows of a matrix, dtype [rank][K*D]. */
export function projectionRows(
  { basis, rank }: Pick<StoredLayer, "basis" | "rank">,
  { kvHeads, headDim, dtype }: RowShape,
): Uint8Array {
  const row = kvRowBytes(dtype, headDim);
  const rows = new Uint8Array(basis.byteLength);
  for (let head = 0; head < kvHeads; head++) {
    for (let r = 0; r < rank; r++) {
      const from = (head * rank + r) * row;
      rows.set(basis.subarray(from, from + row), (r * kvHeads + head) * row);
    }
  }
  return rows;
}

/** −V_r·mean, f32 [rank] as bytes: added to V_r·k it takes the mean key off. */
export function projectionShift(
  stored: Pick<StoredLayer, "basis" | "rank" | "mean">,
  shape: RowShape,
): Uint8Array {
  const { rank, mean } = stored;
  const bytes = projectionRows(stored, shape).slice(); // own buffer: aligned
  const rows =
    shape.dtype === "f32"
      ? new Float32Array(bytes.buffer)
      : Float32Array.from(new Uint16Array(bytes.buffer), fromHalf);
  const shift = Float32Array.from({ length: rank }, (_, r) => {
    let sum = 0;
    for (const [i, x] of mean.entries()) sum -= rows[r * mean.length + i]! * x;
    return sum;
  });
  return new Uint8Array(shift.buffer);
}
