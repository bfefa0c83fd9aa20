// Embedding, norms, gates, soft cap.
import { cap4, exp4, madd, sum4 } from "./simd";
import { decodeRow } from "./weights";

/** x[t] = scale · W[ids[t]] for ids inside rows rowBegin … rowBegin + rowCount. Scratch: depth · 2 + depth / 4 bytes. */
export function embed(
  ids: usize, w: usize, x: usize, format: i32, tokens: i32, width: i32, rowBegin: u32, rowCount: u32, rowBytes: usize,
  scale: f32, scratch: usize,
): void {
  for (let t = 0; t < tokens; t++) {
    const row = load<u32>(ids + (<usize>t << 2)) - rowBegin;
    if (row >= rowCount) continue;
    decodeRow(format, w + <usize>row * rowBytes, width, x + (<usize>(t * width) << 2), scale, scratch);
  }
}

/** y[r] (=|+=) x[r] · weight / sqrt(mean(x[r]²) + epsilon), rows rowBegin … rowEnd; any width. */
export function rmsNorm(
  x: usize, weight: usize, y: usize, rowBegin: i32, rowEnd: i32, width: i32, epsilon: f32, accumulate: bool,
): void {
  const quads = width & ~3;
  const row = <usize>width << 2;
  for (let r = rowBegin; r < rowEnd; r++) {
    const from = x + <usize>r * row;
    const to = y + <usize>r * row;
    let s0 = f32x4.splat(0);
    let i = 0;
    for (; i < quads; i += 4) {
      const own = v128.load(from + (<usize>i << 2));
      s0 = madd(own, own, s0);
    }
    let sum = sum4(s0);
    for (; i < width; i++) {
      const own = load<f32>(from + (<usize>i << 2));
      sum += own * own;
    }
    const scale: f32 = <f32>1 / Mathf.sqrt(sum / <f32>width + epsilon);
    const s = f32x4.splat(scale);
    for (i = 0; i < quads; i += 4) {
      const at = <usize>i << 2;
      let value = f32x4.mul(f32x4.mul(v128.load(from + at), s), v128.load(weight + at));
      if (accumulate) value = f32x4.add(v128.load(to + at), value);
      v128.store(to + at, value);
    }
    for (; i < width; i++) {
      const at = <usize>i << 2;
      let value = load<f32>(from + at) * scale * load<f32>(weight + at);
      if (accumulate) value += load<f32>(to + at);
      store<f32>(to + at, value);
    }
  }
}

/** h = act(gate) · up, quads quadBegin … quadEnd. */
export function gatedActivation(gate: usize, up: usize, h: usize, quadBegin: i32, quadEnd: i32, gelu: bool): void {
  const one = f32x4.splat(1);
  const limit = f32x4.splat(80);
  for (let at = <usize>quadBegin << 4; at < <usize>quadEnd << 4; at += 16) {
    const x = v128.load(gate + at);
    let u = x;
    if (gelu) {
      // 0.5 (1 + tanh(v)) = 1 / (1 + exp(-2v))
      const cube = f32x4.mul(f32x4.mul(x, x), x);
      u = f32x4.mul(f32x4.splat(1.5957691216), madd(f32x4.splat(0.044715), cube, x));
    }
    const e = exp4(f32x4.max(f32x4.min(f32x4.neg(u), limit), f32x4.neg(limit)));
    v128.store(h + at, f32x4.mul(f32x4.div(x, f32x4.add(one, e)), v128.load(up + at)));
  }
}

/** x = cap · tanh(x / cap) in place. */
export function softCap(x: usize, count: i32, cap: f32): void {
  let i = 0;
  for (; i + 4 <= count; i += 4, x += 16) v128.store(x, cap4(v128.load(x), cap));
  for (; i < count; i++, x += 4) store<f32>(x, f32x4.extract_lane(cap4(v128.load32_splat(x), cap), 0));
}
