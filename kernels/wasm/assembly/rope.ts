// Rotary embedding of heads (shared/rope.wgsl): pairs (2i, 2i+1) when adjacent, else (i, i + R/2).
// The table holds f32 [positions][R/2][2] of (cos, sin).
import { loadHalves4 } from "./simd";

/** Four pairs (a, b) by the angles at `angles`. */
// @ts-ignore: AssemblyScript's decorator; TypeScript has none on functions
@inline
function turn(a: v128, b: v128, angles: usize, first: usize, second: usize): void {
  const t0 = v128.load(angles);
  const t1 = v128.load(angles, 16);
  const c = v128.shuffle<i32>(t0, t1, 0, 2, 4, 6);
  const s = v128.shuffle<i32>(t0, t1, 1, 3, 5, 7);
  v128.store(first, f32x4.sub(f32x4.mul(a, c), f32x4.mul(b, s)));
  v128.store(second, f32x4.add(f32x4.mul(b, c), f32x4.mul(a, s)));
}

/** out[D] = rotate(x[D]) with the table row `angles`; out may be x only where pairs are adjacent. */
export function rotate(x: usize, angles: usize, out: usize, headDim: i32, rotaryDims: i32, adjacent: bool): void {
  const rotated = <usize>rotaryDims << 2;
  if (adjacent) {
    for (let i: usize = 0; i < rotated; i += 16) {
      const own = v128.load(x + i);
      const t = v128.load(angles + i);
      const swapped = v128.xor(v128.shuffle<i32>(own, own, 1, 0, 3, 2), i32x4(0x80000000, 0, 0x80000000, 0));
      const c = v128.shuffle<i32>(t, t, 0, 0, 2, 2);
      const s = v128.shuffle<i32>(t, t, 1, 1, 3, 3);
      v128.store(out + i, f32x4.add(f32x4.mul(own, c), f32x4.mul(swapped, s)));
    }
  } else {
    const half = rotated >> 1;
    for (let i: usize = 0; i < half; i += 16) {
      const a = v128.load(x + i);
      const b = v128.load(x + i + half);
      turn(a, b, angles + 2 * i, out + i, out + i + half);
    }
  }
  for (let i = rotated; i < <usize>headDim << 2; i += 16) v128.store(out + i, v128.load(x + i));
}

/** `rotate` of a row in f16 whose pairs are (i, i + R/2). */
export function rotateHalves(x: usize, angles: usize, out: usize, headDim: i32, rotaryDims: i32): void {
  const half = <usize>rotaryDims << 1; // bytes of R/2 in f32
  const split = half >> 1; // and in f16
  for (let i: usize = 0; i < half; i += 16, x += 8) {
    const a = loadHalves4(x);
    const b = loadHalves4(x + split);
    turn(a, b, angles + 2 * i, out + i, out + i + half);
  }
  x += split;
  for (let i = half << 1; i < <usize>headDim << 2; i += 16, x += 8) v128.store(out + i, loadHalves4(x));
}

/** y[t, head] = rotate(x[t, head], positionBase + t · positionStep). */
export function ropeRows(
  x: usize, table: usize, y: usize, tokens: i32, heads: i32, headDim: i32, rotaryDims: i32,
  adjacent: bool, positionBase: i32, positionStep: i32,
): void {
  const head = <usize>headDim << 2;
  for (let t = 0; t < tokens; t++) {
    const angles = table + <usize>(positionBase + t * positionStep) * (<usize>rotaryDims << 2);
    for (let h = 0; h < heads; h++, x += head, y += head) rotate(x, angles, y, headDim, rotaryDims, adjacent);
  }
}
