// Rows of packed weights (kernels/weights) as integers: w = scale · q + low, one scale and low per 32
// weights, q an i16. Formats with a second scale per 16 weights have it multiplied into q, which stays
// below 4,096 in size, so that 32 products with 14-bit activations fit an i32. Exact: nothing is rounded
// but what the format itself rounds. F32, F16, BF16 and Q2_K (two lows per 32) are read as f32.
import { halves4, loadHalf, loadHalves4 } from "./simd";

// Index in WEIGHT_FORMATS of kernels/weights/formats.ts; a test compares every one of them.
export const F32: i32 = 0;
export const F16: i32 = 1;
export const BF16: i32 = 2;
export const Q8_0: i32 = 3;
export const Q4_0: i32 = 4;
export const Q4_1: i32 = 5;
export const Q5_0: i32 = 6;
export const Q5_1: i32 = 7;
export const Q2_K: i32 = 8;
export const Q3_K: i32 = 9;
export const Q4_K: i32 = 10;
export const Q5_K: i32 = 11;
export const Q6_K: i32 = 12;
export const IQ4_NL: i32 = 13;
export const IQ4_XS: i32 = 14;

export function isInteger(format: i32): bool {
  return format > BF16 && format != Q2_K;
}

/** Formats whose `low` is not always 0. */
export function hasLow(format: i32): bool {
  return format == Q4_1 || format == Q5_1 || format == Q4_K || format == Q5_K;
}

// @ts-ignore: AssemblyScript's decorator; TypeScript has none on functions
@inline
function iq4(): v128 {
  return i8x16(-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113);
}

/** 32 signed bytes → i16. */
// @ts-ignore: AssemblyScript's decorator; TypeScript has none on functions
@inline
function widen(q: usize, a: v128, b: v128): void {
  v128.store(q, i16x8.extend_low_i8x16_s(a));
  v128.store(q, i16x8.extend_high_i8x16_s(a), 16);
  v128.store(q, i16x8.extend_low_i8x16_s(b), 32);
  v128.store(q, i16x8.extend_high_i8x16_s(b), 48);
}

/** 32 signed bytes times one scale per 16. */
// @ts-ignore: AssemblyScript's decorator; TypeScript has none on functions
@inline
function widenScaled(q: usize, a: v128, b: v128, first: i32, second: i32): void {
  const s = i16x8.splat(<i16>first);
  const t = i16x8.splat(<i16>second);
  v128.store(q, i16x8.mul(i16x8.extend_low_i8x16_s(a), s));
  v128.store(q, i16x8.mul(i16x8.extend_high_i8x16_s(a), s), 16);
  v128.store(q, i16x8.mul(i16x8.extend_low_i8x16_s(b), t), 32);
  v128.store(q, i16x8.mul(i16x8.extend_high_i8x16_s(b), t), 48);
}

// @ts-ignore: AssemblyScript's decorator; TypeScript has none on functions
@inline
function low4(x: v128): v128 {
  return v128.and(x, i8x16.splat(15));
}

// @ts-ignore: AssemblyScript's decorator; TypeScript has none on functions
@inline
function high4(x: v128): v128 {
  return i8x16.shr_u(x, 4);
}

/** Bit j of `bits` → 16 in byte j, for 16 bytes. */
// @ts-ignore: AssemblyScript's decorator; TypeScript has none on functions
@inline
function fifth(bits: i32): v128 {
  const spread = v128.swizzle(i32x4.splat(bits), i8x16(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1));
  const mask = i8x16(1, 2, 4, 8, 16, 32, 64, -128, 1, 2, 4, 8, 16, 32, 64, -128);
  return v128.and(i8x16.eq(v128.and(spread, mask), mask), i8x16.splat(16));
}

/** Two bits of each byte, `shift` 0, 2, 4 or 6. */
// @ts-ignore: AssemblyScript's decorator; TypeScript has none on functions
@inline
function pair(x: v128, shift: i32): v128 {
  return v128.and(i8x16.shr_u(x, shift), i8x16.splat(3));
}

/** Scale and low of block `g` (0…7) of Q4_K and Q5_K; the 12 bytes stand at `at`. */
// @ts-ignore: AssemblyScript's decorator; TypeScript has none on functions
@inline
function scaleK(at: usize, g: i32): i32 {
  if (g < 4) return <i32>load<u8>(at + g) & 63;
  return (<i32>load<u8>(at + g + 4) & 15) | ((<i32>load<u8>(at + g - 4) >> 6) << 4);
}

// @ts-ignore: AssemblyScript's decorator; TypeScript has none on functions
@inline
function lowK(at: usize, g: i32): i32 {
  if (g < 4) return <i32>load<u8>(at + g + 4) & 63;
  return (<i32>load<u8>(at + g + 4) >> 4) | ((<i32>load<u8>(at + g) >> 6) << 4);
}

// @ts-ignore: AssemblyScript's decorator; TypeScript has none on functions
@inline
function put(sl: usize, scale: f32, low: f32): void {
  store<f32>(sl, scale);
  store<f32>(sl, low, 4);
}

/** One row of `blocks` × 32 weights: q: i16 [blocks][32], sl: f32 [blocks][2] of (scale, low). */
export function expandRow(format: i32, row: usize, blocks: i32, q: usize, sl: usize): void {
  for (let b = 0; b < blocks; b++, q += 64, sl += 8) {
    const odd: usize = b & 1;
    switch (format) {
      case Q8_0: {
        const at = row + <usize>(b >> 1) * 68;
        put(sl, loadHalf(at + odd * 2), 0);
        widen(q, v128.load(at + 4 + odd * 32), v128.load(at + 20 + odd * 32));
        break;
      }
      case Q4_0: {
        const at = row + <usize>(b >> 1) * 36;
        put(sl, loadHalf(at + odd * 2), 0);
        const x = v128.load(at + 4 + odd * 16);
        const eight = i8x16.splat(8);
        widen(q, i8x16.sub(low4(x), eight), i8x16.sub(high4(x), eight));
        break;
      }
      case IQ4_NL: {
        const at = row + <usize>(b >> 1) * 36;
        put(sl, loadHalf(at + odd * 2), 0);
        const x = v128.load(at + 4 + odd * 16);
        widen(q, v128.swizzle(iq4(), low4(x)), v128.swizzle(iq4(), high4(x)));
        break;
      }
      case Q4_1: {
        const at = row + <usize>b * 20;
        put(sl, loadHalf(at), loadHalf(at + 2));
        const x = v128.load(at + 4);
        widen(q, low4(x), high4(x));
        break;
      }
      case Q5_0: {
        const at = row + <usize>(b >> 1) * 44;
        const body = at + 4 + odd * 20;
        put(sl, loadHalf(at + odd * 2), 0);
        const bits = load<i32>(body);
        const x = v128.load(body + 4);
        const sixteen = i8x16.splat(16);
        widen(
          q,
          i8x16.sub(v128.or(low4(x), fifth(bits)), sixteen),
          i8x16.sub(v128.or(high4(x), fifth(bits >> 16)), sixteen),
        );
        break;
      }
      case Q5_1: {
        const at = row + <usize>b * 24;
        put(sl, loadHalf(at), loadHalf(at + 2));
        const bits = load<i32>(at + 4);
        const x = v128.load(at + 8);
        widen(q, v128.or(low4(x), fifth(bits)), v128.or(high4(x), fifth(bits >> 16)));
        break;
      }
      case IQ4_XS: {
        const at = row + <usize>(b >> 3) * 136;
        const g = b & 7;
        const low = (<i32>load<u8>(at + 4 + (g >> 1)) >> ((g & 1) << 2)) & 15;
        const high = (<i32>load<u16>(at + 2) >> (g << 1)) & 3;
        put(sl, loadHalf(at) * <f32>((low | (high << 4)) - 32), 0);
        const x = v128.load(at + 8 + (g << 4));
        widen(q, v128.swizzle(iq4(), low4(x)), v128.swizzle(iq4(), high4(x)));
        break;
      }
      case Q4_K: {
        const at = row + <usize>(b >> 3) * 144;
        const g = b & 7;
        put(sl, loadHalf(at) * <f32>scaleK(at + 4, g), -loadHalf(at + 2) * <f32>lowK(at + 4, g));
        const body = at + 16 + (<usize>(g >> 1) << 5);
        const x = v128.load(body);
        const y = v128.load(body + 16);
        if (g & 1) widen(q, high4(x), high4(y));
        else widen(q, low4(x), low4(y));
        break;
      }
      case Q5_K: {
        const at = row + <usize>(b >> 3) * 176;
        const g = b & 7;
        put(sl, loadHalf(at) * <f32>scaleK(at + 4, g), -loadHalf(at + 2) * <f32>lowK(at + 4, g));
        const body = at + 48 + (<usize>(g >> 1) << 5);
        let x = v128.load(body);
        let y = v128.load(body + 16);
        x = g & 1 ? high4(x) : low4(x);
        y = g & 1 ? high4(y) : low4(y);
        const one = i8x16.splat(1);
        const hx = i8x16.shl(v128.and(i8x16.shr_u(v128.load(at + 16), g), one), 4);
        const hy = i8x16.shl(v128.and(i8x16.shr_u(v128.load(at + 32), g), one), 4);
        widen(q, v128.or(x, hx), v128.or(y, hy));
        break;
      }
      case Q6_K: {
        const block = b >> 3;
        const at = row + <usize>(block >> 1) * 420;
        const body = at + 4 + <usize>(block & 1) * 208;
        const g = b & 7;
        put(sl, loadHalf(at + <usize>(block & 1) * 2), 0);
        const lows = body + (<usize>(g >> 2) << 6) + (<usize>(g & 1) << 5);
        const uppers = body + 128 + (<usize>(g >> 2) << 5);
        let x = v128.load(lows);
        let y = v128.load(lows + 16);
        x = g & 2 ? high4(x) : low4(x);
        y = g & 2 ? high4(y) : low4(y);
        const shift = (g & 3) << 1;
        x = v128.or(x, i8x16.shl(pair(v128.load(uppers), shift), 4));
        y = v128.or(y, i8x16.shl(pair(v128.load(uppers + 16), shift), 4));
        const centre = i8x16.splat(32);
        const scales = body + 192 + (g << 1);
        widenScaled(q, i8x16.sub(x, centre), i8x16.sub(y, centre), load<i8>(scales), load<i8>(scales + 1));
        break;
      }
      case Q3_K: {
        const block = b >> 3;
        const at = row + <usize>(block >> 1) * 220;
        const body = at + 4 + <usize>(block & 1) * 108;
        const g = b & 7;
        put(sl, loadHalf(at + <usize>(block & 1) * 2), 0);
        const lows = body + 32 + (<usize>(g >> 2) << 5);
        const shift = (g & 3) << 1;
        const one = i8x16.splat(1);
        const four = i8x16.splat(4);
        let x = pair(v128.load(lows), shift);
        let y = pair(v128.load(lows + 16), shift);
        x = v128.or(x, i8x16.shl(v128.and(i8x16.shr_u(v128.load(body), g), one), 2));
        y = v128.or(y, i8x16.shl(v128.and(i8x16.shr_u(v128.load(body + 16), g), one), 2));
        widenScaled(q, i8x16.sub(x, four), i8x16.sub(y, four), scale3(body + 96, 2 * g), scale3(body + 96, 2 * g + 1));
        break;
      }
      default:
        unreachable();
    }
  }
}

/** Scale `s` (0…15) of Q3_K, less 32; the 12 bytes stand at `at`. */
// @ts-ignore: AssemblyScript's decorator; TypeScript has none on functions
@inline
function scale3(at: usize, s: i32): i32 {
  const low = (<i32>load<u8>(at + (s & 7)) >> (s < 8 ? 0 : 4)) & 15;
  const high = (<i32>load<u8>(at + 8 + (s & 3)) >> ((s >> 2) << 1)) & 3;
  return (low | (high << 4)) - 32;
}

/** One row of `depth` weights as f32 [depth], times `factor`; scratch: depth · 2 + depth / 4 bytes. */
export function decodeRow(format: i32, row: usize, depth: i32, out: usize, factor: f32, scratch: usize): void {
  const f = f32x4.splat(factor);
  if (format == F32) {
    for (let i = 0; i < depth; i += 4) v128.store(out + (i << 2), f32x4.mul(f, v128.load(row + (i << 2))));
  } else if (format == F16) {
    for (let i = 0; i < depth; i += 4) v128.store(out + (i << 2), f32x4.mul(f, loadHalves4(row + (i << 1))));
  } else if (format == BF16) {
    for (let i = 0; i < depth; i += 4) {
      v128.store(out + (i << 2), f32x4.mul(f, i32x4.shl(v128.load16x4_u(row + (i << 1)), 16)));
    }
  } else if (format == Q2_K) {
    decodeRow2(row, depth, out, f);
  } else {
    const blocks = depth >> 5;
    const sl = scratch + (<usize>depth << 1);
    expandRow(format, row, blocks, scratch, sl);
    for (let b = 0; b < blocks; b++) {
      const scale = v128.load32_splat(sl + (b << 3));
      const low = v128.load32_splat(sl + (b << 3), 4);
      for (let i = 0; i < 32; i += 4) {
        const at = (b << 5) + i;
        const value = f32x4.convert_i32x4_s(v128.load16x4_s(scratch + (at << 1)));
        v128.store(out + (at << 2), f32x4.mul(f, f32x4.add(f32x4.mul(scale, value), low)));
      }
    }
  }
}

/** Q2_K: d · s · q − dmin · m, one s and m per 16 weights. */
function decodeRow2(row: usize, depth: i32, out: usize, factor: v128): void {
  for (let i = 0; i < depth; i += 16) {
    const at = row + <usize>(i >> 8) * 84;
    const inside = i & 255;
    const packed = <i32>load<u8>(at + (inside >> 4));
    const scale = f32x4.splat(loadHalf(at + 80) * <f32>(packed & 15));
    const low = f32x4.splat(loadHalf(at + 82) * <f32>(packed >> 4));
    const q = pair(v128.load(at + 16 + ((inside >> 7) << 5) + (inside & 16)), ((inside >> 5) & 3) << 1);
    const a = i16x8.extend_low_i8x16_u(q);
    const b = i16x8.extend_high_i8x16_u(q);
    const to = out + (i << 2);
    store2(to, i32x4.extend_low_i16x8_u(a), scale, low, factor);
    store2(to + 16, i32x4.extend_high_i16x8_u(a), scale, low, factor);
    store2(to + 32, i32x4.extend_low_i16x8_u(b), scale, low, factor);
    store2(to + 48, i32x4.extend_high_i16x8_u(b), scale, low, factor);
  }
}

// @ts-ignore: AssemblyScript's decorator; TypeScript has none on functions
@inline
function store2(to: usize, q: v128, scale: v128, low: v128, factor: v128): void {
  const value = f32x4.sub(f32x4.mul(scale, f32x4.convert_i32x4_s(q)), low);
  v128.store(to, f32x4.mul(factor, value));
}
