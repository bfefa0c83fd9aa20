// y[t, yBegin + n] (=|+=) dot(x[t], W[n]) (+ bias[n]), rows rowBegin … rowEnd of W. From four tokens on, eight
// rows of W become a panel [depth][8] that all tokens read; below, rows are read as they lie.
import { floats } from "./matmul-floats";
import { integers } from "./matmul-integers";

/** Bytes of scratch of one thread for rows of `depth`. */
export function matmulScratch(depth: i32): usize {
  const blocks = <usize>((depth + 31) >> 5);
  // Eight rows, their panel, scales and lows, a tile, one row's scratch.
  return 3 * blocks * 32 * 32 + blocks * 32 * 4 * 2 + 256 + 64;
}

/** `quantised`: what `quantise` has made of x; 0 where its format is to be computed with in floating point. */
export function matmul(
  x: usize, w: usize, bias: usize, y: usize, format: i32, tokens: i32, rowBegin: i32, rowEnd: i32,
  depth: i32, rowBytes: usize, yStride: usize, accumulate: bool, quantised: usize, scratch: usize,
): void {
  w += <usize>rowBegin * rowBytes;
  y += <usize>rowBegin << 2;
  if (bias) bias += <usize>rowBegin << 2;
  const rows = rowEnd - rowBegin;
  if (quantised != 0) {
    integers(quantised, w, bias, y, format, tokens, rows, depth, rowBytes, yStride, accumulate, scratch);
  } else {
    floats(x, w, bias, y, format, tokens, rows, depth, rowBytes, yStride, accumulate, scratch);
  }
}
