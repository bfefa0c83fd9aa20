// Products with weights in floating point.
import { finish, PANEL_TOKENS, store1 } from "./matmul-store";
import { loadHalves4, madd, sum4, tile6, transpose8 } from "./simd";
import { BF16, decodeRow, F16, F32 } from "./weights";

export function floats(
  x: usize, w: usize, bias: usize, y: usize, format: i32, tokens: i32, rows: i32, depth: i32,
  rowBytes: usize, yStride: usize, accumulate: bool, scratch: usize,
): void {
  const xStride = <usize>depth << 2;
  if (tokens < PANEL_TOKENS) {
    for (let n = 0; n < rows; n++) {
      const row = w + <usize>n * rowBytes;
      let plain = row;
      if (format != F32 && format != F16 && format != BF16) {
        decodeRow(format, row, depth, scratch, 1, scratch + xStride);
        plain = scratch;
      }
      for (let t = 0; t < tokens; t++) {
        const at = x + <usize>t * xStride;
        const sum = format == F16 ? dotHalf(at, row, depth) : format == BF16 ? dotBrain(at, row, depth) : dot(at, plain, depth);
        store1(y + <usize>t * yStride + (n << 2), sum, bias ? bias + (n << 2) : 0, accumulate);
      }
    }
    return;
  }
  const panel = scratch + (xStride << 3);
  const tile = panel + (xStride << 3);
  for (let n = 0; n < rows; n += 8) {
    const columns = min(8, rows - n);
    if (format == F32 && columns == 8) {
      transpose8(w + <usize>n * rowBytes, rowBytes, depth, panel);
    } else {
      for (let c = 0; c < 8; c++) {
        const row = w + <usize>(n + min(c, columns - 1)) * rowBytes;
        decodeRow(format, row, depth, scratch + <usize>c * xStride, 1, tile);
      }
      transpose8(scratch, xStride, depth, panel);
    }
    for (let t = 0; t < tokens; t += 6) {
      const count = min(6, tokens - t);
      tile6(x + <usize>t * xStride, xStride, count, depth, panel, tile, 32);
      finish(tile, y + <usize>t * yStride + (n << 2), yStride, bias ? bias + (n << 2) : 0, count, columns, accumulate);
    }
  }
}

function dot(a: usize, b: usize, depth: i32): f32 {
  let s0 = f32x4.splat(0);
  let s1 = s0, s2 = s0, s3 = s0;
  let i = 0;
  for (; i + 16 <= depth; i += 16, a += 64, b += 64) {
    s0 = madd(v128.load(a), v128.load(b), s0);
    s1 = madd(v128.load(a, 16), v128.load(b, 16), s1);
    s2 = madd(v128.load(a, 32), v128.load(b, 32), s2);
    s3 = madd(v128.load(a, 48), v128.load(b, 48), s3);
  }
  for (; i < depth; i += 4, a += 16, b += 16) s0 = madd(v128.load(a), v128.load(b), s0);
  return sum4(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)));
}

function dotHalf(a: usize, b: usize, depth: i32): f32 {
  let s0 = f32x4.splat(0);
  let s1 = s0;
  let i = 0;
  for (; i + 8 <= depth; i += 8, a += 32, b += 16) {
    s0 = madd(v128.load(a), loadHalves4(b), s0);
    s1 = madd(v128.load(a, 16), loadHalves4(b + 8), s1);
  }
  for (; i < depth; i += 4, a += 16, b += 8) s0 = madd(v128.load(a), loadHalves4(b), s0);
  return sum4(f32x4.add(s0, s1));
}

function dotBrain(a: usize, b: usize, depth: i32): f32 {
  let s0 = f32x4.splat(0);
  let s1 = s0;
  let i = 0;
  for (; i + 8 <= depth; i += 8, a += 32, b += 16) {
    s0 = madd(v128.load(a), i32x4.shl(v128.load16x4_u(b), 16), s0);
    s1 = madd(v128.load(a, 16), i32x4.shl(v128.load16x4_u(b, 8), 16), s1);
  }
  for (; i < depth; i += 4, a += 16, b += 8) {
    s0 = madd(v128.load(a), i32x4.shl(v128.load16x4_u(b), 16), s0);
  }
  return sum4(f32x4.add(s0, s1));
}
