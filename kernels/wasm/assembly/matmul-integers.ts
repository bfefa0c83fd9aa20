// Products with weights in integer formats: activations are rounded once to 14 bits per block of 32, products are
// summed in i32, so the error stays below 1e-8 of the power.
import { finish, PANEL_TOKENS, store1 } from "./matmul-store";
import { halves4, loadHalf, madd, max4, nearest4, sum4, transpose8 } from "./simd";
import { expandRow, hasLow, isInteger, Q4_0, Q4_1, Q8_0 } from "./weights";

const LEVELS: f32 = 16383;

/**
 * Bytes of activations as `quantise` leaves them, 0 where the format takes them as they are. `floatPanels`: so do all where
 * rows of weights become panels.
 */
export function quantisedBytes(format: i32, tokens: i32, depth: i32, floatPanels: bool): usize {
  if (!isInteger(format) || (floatPanels && tokens >= PANEL_TOKENS)) return 0;
  const padded = <usize>((tokens + 3) & ~3);
  return padded * <usize>(depth >> 5) * (64 + 8); // i16, two f32 per block
}

/** Tokens begin … end of x as `matmul` reads them; all of them before any row is computed. */
export function quantise(
  x: usize, format: i32, tokens: i32, depth: i32, quantised: usize, begin: i32, end: i32,
): void {
  const blocks = depth >> 5;
  const qStride = <usize>blocks << 6;
  const tuStride = <usize>blocks << 3;
  const tu = quantised + <usize>((tokens + 3) & ~3) * qStride;
  const isSeparate = tokens < PANEL_TOKENS && (format == Q4_1 || format == Q4_0);
  for (let t = begin; t < end; t++) {
    const q = quantised + <usize>t * qStride;
    quantiseRow(x + (<usize>(t * depth) << 2), blocks, q, tu + <usize>t * tuStride);
    if (isSeparate) separate(q, 2 * blocks);
  }
}

/** x: f32 [blocks][32] → q: i16, tu: f32 [blocks][2] of (scale, scale · sum of q). */
function quantiseRow(x: usize, blocks: i32, q: usize, tu: usize): void {
  for (let b = 0; b < blocks; b++, x += 128, q += 64, tu += 8) {
    // As whole numbers, sizes of f32 lie in the same order, NaN above all.
    let most = i32x4.splat(0);
    for (let i: usize = 0; i < 128; i += 16) most = i32x4.max_s(most, f32x4.abs(v128.load(x + i)));
    const top = max4(most);
    const scale = top / LEVELS;
    const inverse = f32x4.splat(top > 0 ? LEVELS / top : 0);
    let sums = i32x4.splat(0);
    for (let i: usize = 0; i < 4; i++) {
      const at = x + (i << 5);
      const low = nearest4(f32x4.mul(v128.load(at), inverse));
      const high = nearest4(f32x4.mul(v128.load(at, 16), inverse));
      v128.store(q + (i << 4), i16x8.narrow_i32x4_s(low, high));
      sums = i32x4.add(sums, i32x4.add(low, high));
    }
    const sum = i32x4.extract_lane(sums, 0) + i32x4.extract_lane(sums, 1) + i32x4.extract_lane(sums, 2) + i32x4.extract_lane(sums, 3);
    store<f32>(tu, scale);
    store<f32>(tu, scale * <f32>sum, 4);
  }
}

export function integers(
  q: usize, w: usize, bias: usize, y: usize, format: i32, tokens: i32, rows: i32, depth: i32,
  rowBytes: usize, yStride: usize, accumulate: bool, own: usize,
): void {
  const blocks = depth >> 5;
  const qStride = <usize>blocks << 6;
  const tuStride = <usize>blocks << 3;
  const tu = q + <usize>((tokens + 3) & ~3) * qStride;
  if (tokens < PANEL_TOKENS) {
    let n = 0;
    for (; format == Q4_1 && n + 2 <= rows; n += 2) {
      const row = w + <usize>n * rowBytes;
      for (let t = 0; t < tokens; t++) {
        const sums = dotTwoQ41(row, row + rowBytes, blocks, q + <usize>t * qStride, tu + <usize>t * tuStride);
        const at = y + <usize>t * yStride + (n << 2);
        const b = bias ? bias + (n << 2) : 0;
        store1(at, f32x4.extract_lane(sums, 0), b, accumulate);
        store1(at + 4, f32x4.extract_lane(sums, 1), b ? b + 4 : 0, accumulate);
      }
    }
    for (; n < rows; n++) {
      const row = w + <usize>n * rowBytes;
      const fused = format == Q4_1 || format == Q4_0 || format == Q8_0;
      if (!fused) expandRow(format, row, blocks, own, own + qStride);
      for (let t = 0; t < tokens; t++) {
        const a = q + <usize>t * qStride;
        const s = tu + <usize>t * tuStride;
        let sum: f32;
        if (format == Q4_1) sum = f32x4.extract_lane(dotTwoQ41(row, row, blocks, a, s), 0);
        else if (format == Q4_0) sum = dotQ40(row, blocks, a, s);
        else if (format == Q8_0) sum = dotQ80(row, blocks, a, s);
        else sum = dotExpanded(own, own + qStride, blocks, a, s);
        store1(y + <usize>t * yStride + (n << 2), sum, bias ? bias + (n << 2) : 0, accumulate);
      }
    }
    return;
  }
  // Eight rows, their panel [depth / 2][8][2], scales and lows [blocks][8] each, a tile.
  const rowSl = own + (qStride << 3);
  const panel = rowSl + (tuStride << 3);
  const scales = panel + (qStride << 3);
  const lows = scales + (<usize>blocks << 5);
  const tile = lows + (<usize>blocks << 5);
  const low = hasLow(format);
  for (let n = 0; n < rows; n += 8) {
    const columns = min(8, rows - n);
    for (let c = 0; c < 8; c++) {
      const row = w + <usize>(n + min(c, columns - 1)) * rowBytes;
      expandRow(format, row, blocks, own + <usize>c * qStride, rowSl + <usize>c * tuStride);
    }
    transpose8(own, qStride, depth >> 1, panel);
    for (let b = 0; b < blocks; b++) {
      for (let c = 0; c < 8; c++) {
        const from = rowSl + <usize>c * tuStride + (<usize>b << 3);
        const to = (<usize>b << 5) + (<usize>c << 2);
        store<f32>(scales + to, load<f32>(from));
        store<f32>(lows + to, load<f32>(from, 4));
      }
    }
    for (let t = 0; t < tokens; t += 4) {
      const a = q + <usize>t * qStride;
      const s = tu + <usize>t * tuStride;
      if (low) tileLow(a, qStride, s, tuStride, blocks, panel, scales, lows, tile);
      else tilePlain(a, qStride, s, tuStride, blocks, panel, scales, tile);
      finish(tile, y + <usize>t * yStride + (n << 2), yStride, bias ? bias + (n << 2) : 0, min(4, tokens - t), columns, accumulate);
    }
  }
}

// @ts-ignore: AssemblyScript's decorator; TypeScript has none on functions
@inline
function di(a: v128, b: v128, c: v128): v128 {
  return i32x4.add(c, i32x4.dot_i16x8_s(a, b));
}

// @ts-ignore: AssemblyScript's decorator; TypeScript has none on functions
@inline
function scaled(f: v128, c: v128, s: v128): v128 {
  return madd(f32x4.convert_i32x4_s(c), s, f);
}

// @ts-ignore: AssemblyScript's decorator; TypeScript has none on functions
@inline
function storeTile(tile: usize, f00: v128, f01: v128, f10: v128, f11: v128, f20: v128, f21: v128, f30: v128, f31: v128): void {
  v128.store(tile, f00);
  v128.store(tile, f01, 16);
  v128.store(tile, f10, 32);
  v128.store(tile, f11, 48);
  v128.store(tile, f20, 64);
  v128.store(tile, f21, 80);
  v128.store(tile, f30, 96);
  v128.store(tile, f31, 112);
}

/** Four rows of activations × eight columns of a panel: f32 [4][8]. */
function tilePlain(
  a: usize, aStride: usize, tu: usize, tuStride: usize, blocks: i32, panel: usize, scales: usize, tile: usize,
): void {
  const zero = f32x4.splat(0);
  let f00 = zero, f01 = zero, f10 = zero, f11 = zero, f20 = zero, f21 = zero, f30 = zero, f31 = zero;
  const a1 = a + aStride, a2 = a1 + aStride, a3 = a2 + aStride;
  const t1 = tu + tuStride, t2 = t1 + tuStride, t3 = t2 + tuStride;
  let at: usize = 0;
  for (let b: usize = 0; b < <usize>blocks; b++) {
    let c00 = zero, c01 = zero, c10 = zero, c11 = zero, c20 = zero, c21 = zero, c30 = zero, c31 = zero;
    for (const end = at + 64; at < end; at += 4, panel += 32) {
      const low = v128.load(panel);
      const high = v128.load(panel, 16);
      let s = v128.load32_splat(a + at);
      c00 = di(s, low, c00);
      c01 = di(s, high, c01);
      s = v128.load32_splat(a1 + at);
      c10 = di(s, low, c10);
      c11 = di(s, high, c11);
      s = v128.load32_splat(a2 + at);
      c20 = di(s, low, c20);
      c21 = di(s, high, c21);
      s = v128.load32_splat(a3 + at);
      c30 = di(s, low, c30);
      c31 = di(s, high, c31);
    }
    const s0 = v128.load(scales + (b << 5));
    const s1 = v128.load(scales + (b << 5), 16);
    let t = v128.load32_splat(tu + (b << 3));
    f00 = scaled(f00, c00, f32x4.mul(s0, t));
    f01 = scaled(f01, c01, f32x4.mul(s1, t));
    t = v128.load32_splat(t1 + (b << 3));
    f10 = scaled(f10, c10, f32x4.mul(s0, t));
    f11 = scaled(f11, c11, f32x4.mul(s1, t));
    t = v128.load32_splat(t2 + (b << 3));
    f20 = scaled(f20, c20, f32x4.mul(s0, t));
    f21 = scaled(f21, c21, f32x4.mul(s1, t));
    t = v128.load32_splat(t3 + (b << 3));
    f30 = scaled(f30, c30, f32x4.mul(s0, t));
    f31 = scaled(f31, c31, f32x4.mul(s1, t));
  }
  storeTile(tile, f00, f01, f10, f11, f20, f21, f30, f31);
}

/** The part of the sum that the lows of the weights make, added to a tile. */
function tileLow(
  a: usize, aStride: usize, tu: usize, tuStride: usize, blocks: i32, panel: usize, scales: usize, lows: usize, tile: usize,
): void {
  tilePlain(a, aStride, tu, tuStride, blocks, panel, scales, tile);
  let f00 = v128.load(tile), f01 = v128.load(tile, 16), f10 = v128.load(tile, 32), f11 = v128.load(tile, 48);
  let f20 = v128.load(tile, 64), f21 = v128.load(tile, 80), f30 = v128.load(tile, 96), f31 = v128.load(tile, 112);
  const t1 = tu + tuStride, t2 = t1 + tuStride, t3 = t2 + tuStride;
  for (let b: usize = 0; b < <usize>blocks; b++) {
    const l0 = v128.load(lows + (b << 5));
    const l1 = v128.load(lows + (b << 5), 16);
    let u = v128.load32_splat(tu + (b << 3), 4);
    f00 = madd(l0, u, f00);
    f01 = madd(l1, u, f01);
    u = v128.load32_splat(t1 + (b << 3), 4);
    f10 = madd(l0, u, f10);
    f11 = madd(l1, u, f11);
    u = v128.load32_splat(t2 + (b << 3), 4);
    f20 = madd(l0, u, f20);
    f21 = madd(l1, u, f21);
    u = v128.load32_splat(t3 + (b << 3), 4);
    f30 = madd(l0, u, f30);
    f31 = madd(l1, u, f31);
  }
  storeTile(tile, f00, f01, f10, f11, f20, f21, f30, f31);
}

// ---- one row of W and one of x

/** 16 signed bytes with 16 activations. */
// @ts-ignore: AssemblyScript's decorator; TypeScript has none on functions
@inline
function dotBytes(bytes: v128, a: usize, sum: v128): v128 {
  const low = di(i16x8.extend_low_i8x16_s(bytes), v128.load(a), sum);
  return di(i16x8.extend_high_i8x16_s(bytes), v128.load(a, 16), low);
}

/** Of every 16 activations the even ones, then the odd ones: the order in which nibbles leave 16-bit lanes. */
function separate(q: usize, groups: i32): void {
  for (let g = 0; g < groups; g++, q += 32) {
    const a = v128.load(q);
    const b = v128.load(q, 16);
    v128.store(q, v128.shuffle<i16>(a, b, 0, 2, 4, 6, 8, 10, 12, 14));
    v128.store(q, v128.shuffle<i16>(a, b, 1, 3, 5, 7, 9, 11, 13, 15), 16);
  }
}

/** 32 nibbles, byte j holding weights j and j + 16, with separated activations. */
// @ts-ignore: AssemblyScript's decorator; TypeScript has none on functions
@inline
function dotNibbles(x: v128, a: usize): v128 {
  const mask = i16x8.splat(15);
  const c0 = i32x4.dot_i16x8_s(v128.and(x, mask), v128.load(a));
  const c1 = i32x4.dot_i16x8_s(v128.and(i16x8.shr_u(x, 8), mask), v128.load(a, 16));
  const c2 = i32x4.dot_i16x8_s(v128.and(i16x8.shr_u(x, 4), mask), v128.load(a, 32));
  const c3 = i32x4.dot_i16x8_s(i16x8.shr_u(x, 12), v128.load(a, 48));
  return i32x4.add(i32x4.add(c0, c1), i32x4.add(c2, c3));
}

/** Two rows at once, in lanes 0 and 1: they share the loads of the activations and the work on the scales. */
function dotTwoQ41(row: usize, other: usize, blocks: i32, a: usize, tu: usize): v128 {
  const mask = i16x8.splat(15);
  let f = f32x4.splat(0);
  let g = f;
  let lows = f;
  for (let b = 0; b < blocks; b++, row += 20, other += 20, a += 64, tu += 8) {
    const a0 = v128.load(a);
    const a1 = v128.load(a, 16);
    const a2 = v128.load(a, 32);
    const a3 = v128.load(a, 48);
    // Of either row: scale of the weights times that of the activations, then the sum that the low makes.
    const halves = i32x4.extend_low_i16x8_s(v128.load32_lane(other, v128.load32_zero(row), 1));
    const dm = f32x4.mul(halves4(halves), v128.load64_splat(tu));
    lows = f32x4.add(lows, dm);
    let x = v128.load(row, 4);
    let c0 = i32x4.dot_i16x8_s(v128.and(x, mask), a0);
    let c1 = i32x4.dot_i16x8_s(v128.and(i16x8.shr_u(x, 8), mask), a1);
    c0 = di(v128.and(i16x8.shr_u(x, 4), mask), a2, c0);
    c1 = di(i16x8.shr_u(x, 12), a3, c1);
    f = madd(f32x4.convert_i32x4_s(i32x4.add(c0, c1)), v128.shuffle<i32>(dm, dm, 0, 0, 0, 0), f);
    x = v128.load(other, 4);
    c0 = i32x4.dot_i16x8_s(v128.and(x, mask), a0);
    c1 = i32x4.dot_i16x8_s(v128.and(i16x8.shr_u(x, 8), mask), a1);
    c0 = di(v128.and(i16x8.shr_u(x, 4), mask), a2, c0);
    c1 = di(i16x8.shr_u(x, 12), a3, c1);
    g = madd(f32x4.convert_i32x4_s(i32x4.add(c0, c1)), v128.shuffle<i32>(dm, dm, 2, 2, 2, 2), g);
  }
  return f32x4(sum4(f) + f32x4.extract_lane(lows, 1), sum4(g) + f32x4.extract_lane(lows, 3), 0, 0);
}

function dotQ40(row: usize, blocks: i32, a: usize, tu: usize): f32 {
  let f = f32x4.splat(0);
  // The −8 of every weight is taken off through the sums of the activations.
  let eights: f32 = 0;
  for (let b = 0; b < blocks; b++, a += 64, tu += 8) {
    const at = row + <usize>(b >> 1) * 36;
    const c = dotNibbles(v128.load(at + 4 + (<usize>(b & 1) << 4)), a);
    const d = loadHalf(at + (<usize>(b & 1) << 1));
    f = madd(f32x4.convert_i32x4_s(c), f32x4.splat(d * load<f32>(tu)), f);
    eights += d * load<f32>(tu, 4);
  }
  return sum4(f) - 8 * eights;
}

function dotQ80(row: usize, blocks: i32, a: usize, tu: usize): f32 {
  let f = f32x4.splat(0);
  for (let b = 0; b < blocks; b++, a += 64, tu += 8) {
    const at = row + <usize>(b >> 1) * 68;
    const body = at + 4 + (<usize>(b & 1) << 5);
    const d = loadHalf(at + (<usize>(b & 1) << 1));
    let c = dotBytes(v128.load(body), a, i32x4.splat(0));
    c = dotBytes(v128.load(body, 16), a + 32, c);
    f = madd(f32x4.convert_i32x4_s(c), f32x4.splat(d * load<f32>(tu)), f);
  }
  return sum4(f);
}

function dotExpanded(q: usize, sl: usize, blocks: i32, a: usize, tu: usize): f32 {
  let f = f32x4.splat(0);
  let lows: f32 = 0;
  for (let b = 0; b < blocks; b++, a += 64, q += 64, tu += 8, sl += 8) {
    let c = i32x4.dot_i16x8_s(v128.load(q), v128.load(a));
    c = di(v128.load(q, 16), v128.load(a, 16), c);
    c = di(v128.load(q, 32), v128.load(a, 32), c);
    c = di(v128.load(q, 48), v128.load(a, 48), c);
    f = madd(f32x4.convert_i32x4_s(c), f32x4.splat(load<f32>(sl) * load<f32>(tu)), f);
    lows += load<f32>(sl, 4) * load<f32>(tu, 4);
  }
  return sum4(f) + lows;
}
