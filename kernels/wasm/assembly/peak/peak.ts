// What this processor could do at most, for `bench cpu`: products of bytes from the first cache, and reading memory.
// A module of its own; the kernels do not use it.

/** Bytes of the panel that `products` reads. */
const PANEL: usize = 4096;

/** 8-bit products and their sums, `rounds` times over the panel: 2 · 16 operations per 16 bytes. */
export function products(panel: usize, rounds: i32): i32 {
  const zero = i16x8.splat(0);
  let a = zero, b = zero, c = zero, d = zero, e = zero, f = zero, g = zero, h = zero;
  const w = i8x16.splat(3);
  for (let n = 0; n < rounds; n++) {
    for (let at = panel; at < panel + PANEL; at += 128) {
      a = i16x8.add(a, dot(v128.load(at), w));
      b = i16x8.add(b, dot(v128.load(at, 16), w));
      c = i16x8.add(c, dot(v128.load(at, 32), w));
      d = i16x8.add(d, dot(v128.load(at, 48), w));
      e = i16x8.add(e, dot(v128.load(at, 64), w));
      f = i16x8.add(f, dot(v128.load(at, 80), w));
      g = i16x8.add(g, dot(v128.load(at, 96), w));
      h = i16x8.add(h, dot(v128.load(at, 112), w));
    }
  }
  const sum = i16x8.add(i16x8.add(i16x8.add(a, b), i16x8.add(c, d)), i16x8.add(i16x8.add(e, f), i16x8.add(g, h)));
  return i16x8.extract_lane_s(sum, 0);
}

// @ts-ignore: AssemblyScript's decorator; TypeScript has none on functions
@inline
function dot(x: v128, w: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return i16x8.relaxed_dot_i8x16_i7x16_s(x, w);
  return i16x8.mul(x, w);
}

/** Reads `bytes` from `at`. */
export function reading(at: usize, bytes: usize): i32 {
  const zero = i32x4.splat(0);
  let a = zero, b = zero, c = zero, d = zero;
  for (const end = at + bytes; at < end; at += 64) {
    a = v128.xor(a, v128.load(at));
    b = v128.xor(b, v128.load(at, 16));
    c = v128.xor(c, v128.load(at, 32));
    d = v128.xor(d, v128.load(at, 48));
  }
  return i32x4.extract_lane(v128.xor(v128.xor(a, b), v128.xor(c, d)), 0);
}
