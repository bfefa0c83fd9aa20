import type { CopyRowsShape } from "./copy-rows.ts";

/** CPU twin of copy-rows.wgsl with the launcher's arguments. */
export function copyRowsTwin(
  x: Float32Array,
  y: Float32Array,
  { rows, width, fromRow, toRow, scale, accumulate }: CopyRowsShape,
): void {
  for (let i = 0; i < rows * width; i++) {
    const to = toRow * width + i;
    const value = scale * x[fromRow * width + i]!;
    y[to] = accumulate ? y[to]! + value : value;
  }
}
