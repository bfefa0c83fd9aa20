// Arithmetic on f32x4 that every kernel shares. In the relaxed module `madd` is one fused instruction
// where the processor has one; in the plain module it is a product and a sum.

// @ts-ignore: AssemblyScript's decorator; TypeScript has none on functions
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

// @ts-ignore: AssemblyScript's decorator; TypeScript has none on functions
@inline
export function sum4(x: v128): f32 {
  const pair = f32x4.add(x, v128.shuffle<i32>(x, x, 2, 3, 0, 1));
  return f32x4.extract_lane(pair, 0) + f32x4.extract_lane(pair, 1);
}

// @ts-ignore: AssemblyScript's decorator; TypeScript has none on functions
@inline
export function max4(x: v128): f32 {
  const pair = f32x4.max(x, v128.shuffle<i32>(x, x, 2, 3, 0, 1));
  return max(f32x4.extract_lane(pair, 0), f32x4.extract_lane(pair, 1));
}

/** 1.5 · 2^23: behind it a sum has no bits for fractions left, and its last bits count whole numbers. */
const WHOLE: f32 = 12582912;

/** Nearest whole numbers (i32) of f32 up to 2^21 in size, ties to even; of others, something. */
// @ts-ignore: AssemblyScript's decorator; TypeScript has none on functions
@inline
export function nearest4(x: v128): v128 {
  const whole = f32x4.splat(WHOLE);
  return i32x4.sub(f32x4.add(x, whole), whole);
}

/** exp in f32 of numbers up to 87 in size, relative error below 2e-7; of others, something; NaN stays NaN. */
// @ts-ignore: AssemblyScript's decorator; TypeScript has none on functions
@inline
function exponential(x: v128): v128 {
  const whole = f32x4.splat(WHOLE);
  const shifted = madd(x, f32x4.splat(1.4426950408889634), whole);
  const n = f32x4.sub(shifted, whole);
  let r = madd(n, f32x4.splat(-0.693359375), x);
  r = madd(n, f32x4.splat(2.12194440e-4), r);
  let p = f32x4.splat(1.9875691500e-4);
  p = madd(p, r, f32x4.splat(1.3981999507e-3));
  p = madd(p, r, f32x4.splat(8.3334519073e-3));
  p = madd(p, r, f32x4.splat(4.1665795894e-2));
  p = madd(p, r, f32x4.splat(1.6666665459e-1));
  p = madd(p, r, f32x4.splat(5.0000001201e-1));
  p = madd(p, f32x4.mul(r, r), f32x4.add(r, f32x4.splat(1)));
  return i32x4.add(p, i32x4.shl(shifted, 23));
}

/** exp in f32, relative error below 2e-7; arguments are clamped to ±87. */
// @ts-ignore: AssemblyScript's decorator; TypeScript has none on functions
@inline
export function exp4(x: v128): v128 {
  return exponential(f32x4.pmax(f32x4.pmin(x, f32x4.splat(87)), f32x4.splat(-87)));
}

/** The same of numbers up to 0, for less: 0 below -87. */
// @ts-ignore: AssemblyScript's decorator; TypeScript has none on functions
@inline
export function expBelow(x: v128): v128 {
  return v128.andnot(exponential(x), f32x4.lt(x, f32x4.splat(-87)));
}

// @ts-ignore: AssemblyScript's decorator; TypeScript has none on functions
@inline
export function exp1(x: f32): f32 {
  return f32x4.extract_lane(exp4(f32x4.splat(x)), 0);
}

/** cap · tanh(x / cap). */
export function cap4(x: v128, cap: f32): v128 {
  // tanh u = 1 - 2 / (exp 2u + 1); beyond ±20 it is ±1 in f32.
  const u = f32x4.mul(x, f32x4.splat(2 / cap));
  const e = exp4(f32x4.max(f32x4.min(u, f32x4.splat(40)), f32x4.splat(-40)));
  const one = f32x4.splat(1);
  const t = f32x4.div(f32x4.sub(e, one), f32x4.add(e, one));
  return f32x4.mul(f32x4.splat(cap), t);
}

/**
 * Four f16, sign-extended to words → f32, exactly. Infinity and NaN, which checked weights do not hold, become numbers
 * of at least 65,536 in size.
 */
// @ts-ignore: AssemblyScript's decorator; TypeScript has none on functions
@inline
export function halves4(h: v128): v128 {
  const bits = v128.and(i32x4.shl(h, 13), i32x4.splat(0x8fffe000));
  return f32x4.mul(bits, i32x4.splat(0x77800000)); // times 2^112
}

// @ts-ignore: AssemblyScript's decorator; TypeScript has none on functions
@inline
export function loadHalves4(at: usize): v128 {
  return halves4(v128.load16x4_s(at));
}

// @ts-ignore: AssemblyScript's decorator; TypeScript has none on functions
@inline
export function loadHalf(at: usize): f32 {
  return f32x4.extract_lane(halves4(i32x4.splat(load<i16>(at))), 0);
}

/** f32 → f16 bits in the low halves of four words, ties to even. */
export function toHalves4(x: v128): v128 {
  const sign = v128.and(i32x4.shr_u(x, 16), i32x4.splat(0x8000));
  const magnitude = v128.and(x, i32x4.splat(0x7fffffff));
  const odd = v128.and(i32x4.shr_u(magnitude, 13), i32x4.splat(1));
  const rounded = i32x4.add(i32x4.add(magnitude, i32x4.splat(0xfff)), odd);
  const normal = i32x4.shr_u(i32x4.sub(rounded, i32x4.splat(0x38000000)), 13);
  // Adding 1/2 leaves a multiple of 2^-24 in the low bits, rounded by the addition itself.
  const small = i32x4.sub(f32x4.add(magnitude, f32x4.splat(0.5)), i32x4.splat(0x3f000000));
  let half = v128.bitselect(small, normal, i32x4.lt_s(magnitude, i32x4.splat(0x38800000)));
  half = v128.bitselect(i32x4.splat(0x7c00), half, i32x4.ge_s(rounded, i32x4.splat(0x47800000)));
  half = v128.bitselect(i32x4.splat(0x7e00), half, i32x4.gt_s(magnitude, i32x4.splat(0x7f800000)));
  return v128.or(half, sign);
}

/**
 * Eight rows of `words` 32-bit words, `stride` bytes apart → [words][8]: the layout in which a tile reads
 * eight columns at once. `words` is a multiple of 4.
 */
export function transpose8(rows: usize, stride: usize, words: i32, panel: usize): void {
  for (let half = 0; half < 2; half++) {
    let a = rows + stride * (4 * half);
    let b = a + stride;
    let c = b + stride;
    let d = c + stride;
    let out = panel + 16 * half;
    for (let i = 0; i < words; i += 4) {
      const r0 = v128.load(a);
      const r1 = v128.load(b);
      const r2 = v128.load(c);
      const r3 = v128.load(d);
      const t0 = v128.shuffle<i32>(r0, r1, 0, 4, 1, 5);
      const t1 = v128.shuffle<i32>(r2, r3, 0, 4, 1, 5);
      const t2 = v128.shuffle<i32>(r0, r1, 2, 6, 3, 7);
      const t3 = v128.shuffle<i32>(r2, r3, 2, 6, 3, 7);
      v128.store(out, v128.shuffle<i64>(t0, t1, 0, 2));
      v128.store(out, v128.shuffle<i64>(t0, t1, 1, 3), 32);
      v128.store(out, v128.shuffle<i64>(t2, t3, 0, 2), 64);
      v128.store(out, v128.shuffle<i64>(t2, t3, 1, 3), 96);
      a += 16;
      b += 16;
      c += 16;
      d += 16;
      out += 128;
    }
  }
}


/**
 * out[r][0…8] = x[r] · panel for six rows `stride` bytes apart; rows behind `rows` repeat the last one.
 * out: f32 [6][outStride/4]; panel: f32 [depth][8].
 */
export function tile6(
  x: usize, stride: usize, rows: i32, depth: i32, panel: usize, out: usize, outStride: usize,
): void {
  const x1 = rows > 1 ? x + stride : x;
  const x2 = rows > 2 ? x1 + stride : x1;
  const x3 = rows > 3 ? x2 + stride : x2;
  const x4 = rows > 4 ? x3 + stride : x3;
  const x5 = rows > 5 ? x4 + stride : x4;
  const zero = f32x4.splat(0);
  let a0 = zero, a1 = zero, b0 = zero, b1 = zero, c0 = zero, c1 = zero;
  let d0 = zero, d1 = zero, e0 = zero, e1 = zero, f0 = zero, f1 = zero;
  const end = <usize>depth << 2;
  for (let at: usize = 0; at < end; at += 4, panel += 32) {
    const low = v128.load(panel);
    const high = v128.load(panel, 16);
    let s = v128.load32_splat(x + at);
    a0 = madd(s, low, a0);
    a1 = madd(s, high, a1);
    s = v128.load32_splat(x1 + at);
    b0 = madd(s, low, b0);
    b1 = madd(s, high, b1);
    s = v128.load32_splat(x2 + at);
    c0 = madd(s, low, c0);
    c1 = madd(s, high, c1);
    s = v128.load32_splat(x3 + at);
    d0 = madd(s, low, d0);
    d1 = madd(s, high, d1);
    s = v128.load32_splat(x4 + at);
    e0 = madd(s, low, e0);
    e1 = madd(s, high, e1);
    s = v128.load32_splat(x5 + at);
    f0 = madd(s, low, f0);
    f1 = madd(s, high, f1);
  }
  v128.store(out, a0);
  v128.store(out, a1, 16);
  out += outStride;
  v128.store(out, b0);
  v128.store(out, b1, 16);
  out += outStride;
  v128.store(out, c0);
  v128.store(out, c1, 16);
  out += outStride;
  v128.store(out, d0);
  v128.store(out, d1, 16);
  out += outStride;
  v128.store(out, e0);
  v128.store(out, e1, 16);
  out += outStride;
  v128.store(out, f0);
  v128.store(out, f1, 16);
}
