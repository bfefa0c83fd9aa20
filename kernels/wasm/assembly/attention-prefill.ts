// out[t, h] = Σ softmax(score) v, lse[h, t] (attention/attention-prefill.wgsl), online over blocks of 64
// keys. The keys of a block become panels once and serve all tokens and all query heads of their KV head.
import { cap4, exp1, expBelow, madd, max4, sum4, tile6, transpose8 } from "./simd";

const BLOCK: i32 = 64;
const MASKED: f32 = -1e30;
/** A unit of work is one KV head and so many tokens. */
const UNIT_TOKENS: i32 = 36;

export function attentionPrefillUnits(tokens: i32, kvHeads: i32): i32 {
  return kvHeads * ((tokens + UNIT_TOKENS - 1) / UNIT_TOKENS);
}

export function attentionPrefillScratch(tokens: i32, group: i32, headDim: i32): usize {
  // Panels of one block, scores of six rows, maximum and sum of every row.
  return (<usize>headDim << 2) * BLOCK + 6 * BLOCK * 4 + ((<usize>(tokens * group)) << 3) + 64;
}

/** Units unitBegin … unitEnd; those of one KV head follow each other. */
export function attentionPrefill(
  q: usize, qClamped: usize, keys: usize, values: usize, out: usize, lse: usize, tokens: i32, heads: i32,
  kvHeads: i32, headDim: i32, setCapacity: i32, setCount: i32, visibleBase: i32, clampedCount: i32, window: i32,
  scale: f32, softCap: f32, unitBegin: i32, unitEnd: i32, scratch: usize,
): void {
  const head = <usize>headDim << 2;
  const stride = <usize>heads * head;
  const group = heads / kvHeads;
  const panels = scratch;
  const scores = panels + head * BLOCK;
  const state = scores + 6 * BLOCK * 4;
  const unitsPerHead = (tokens + UNIT_TOKENS - 1) / UNIT_TOKENS;
  for (let unit = unitBegin, next = 0; unit < unitEnd; unit = next) {
    const a = unit / unitsPerHead;
    next = min(unitEnd, (a + 1) * unitsPerHead);
    const tokenBegin = (unit - a * unitsPerHead) * UNIT_TOKENS;
    const tokenEnd = min(tokens, (next - a * unitsPerHead) * UNIT_TOKENS);
    const high = min(setCount, visibleBase + tokenEnd);
    // Of the first token of all, so that blocks lie alike however the units are divided.
    const low = window > 0 ? max(0, visibleBase + 1 - window) : 0;
    const k = keys + <usize>(a * setCapacity) * head;
    const v = values + <usize>(a * setCapacity) * head;
    for (let row = tokenBegin * group; row < tokenEnd * group; row++) {
      store<f32>(state + (<usize>row << 3), MASKED);
      store<f32>(state + (<usize>row << 3), 0, 4);
      memory.fill(out + <usize>(row / group) * stride + <usize>(a * group + row % group) * head, 0, head);
    }
    for (let begin = low; begin < high; ) {
      const clamped = begin < clampedCount;
      const end = min(begin + BLOCK, clamped ? min(high, clampedCount) : high);
      if (window > 0 && visibleBase + tokenBegin - (end - 1) >= window) {
        begin = end;
        continue;
      }
      for (let s = begin; s < end; s += 8) panelOf(k, s, end, headDim, panels + <usize>(s - begin) * head);
      for (let t = tokenBegin; t < tokenEnd; t += 6) {
        const rows = min(6, tokenEnd - t);
        const newest = visibleBase + t + rows - 1;
        if (newest < begin) continue;
        if (window > 0 && visibleBase + t - (end - 1) >= window) continue;
        const seen = min(end, newest + 1) - begin;
        for (let g = 0; g < group; g++) {
          const at = <usize>t * stride + <usize>(a * group + g) * head;
          const query = (clamped ? qClamped : q) + at;
          for (let s = 0; s < seen; s += 8) {
            tile6(query, stride, rows, headDim, panels + <usize>s * head, scores + (<usize>s << 2), BLOCK * 4);
          }
          for (let r = 0; r < rows; r++) {
            const keep = weigh(
              scores + <usize>r * (BLOCK * 4), seen, begin, visibleBase + t + r, window, scale, softCap,
              state + (<usize>((t + r) * group + g) << 3),
            );
            if (keep != 1) rescale(out + at + <usize>r * stride, headDim, keep);
          }
          addValues(scores, v + <usize>begin * head, out + at, stride, rows, seen, headDim);
        }
      }
      begin = end;
    }
    for (let row = tokenBegin * group; row < tokenEnd * group; row++) {
      const t = row / group;
      const h = a * group + row % group;
      const sum = load<f32>(state + (<usize>row << 3), 4);
      const top = load<f32>(state + (<usize>row << 3));
      if (sum > 0) rescale(out + <usize>t * stride + <usize>h * head, headDim, 1 / sum);
      store<f32>(lse + (<usize>(h * tokens + t) << 2), sum > 0 ? top + Mathf.log(sum) : MASKED);
    }
  }
}

/** Keys s … s + 8 as a panel [D][8]; behind `end` the last one repeats. */
export function panelOf(k: usize, s: i32, end: i32, headDim: i32, panel: usize): void {
  const head = <usize>headDim << 2;
  if (s + 8 <= end) {
    transpose8(k + <usize>s * head, head, headDim, panel);
    return;
  }
  for (let c = 0; c < 8; c++) {
    const row = k + <usize>min(s + c, end - 1) * head;
    for (let d = 0; d < headDim; d++) store<f32>(panel + (<usize>d << 5) + (<usize>c << 2), load<f32>(row + (<usize>d << 2)));
  }
}

/** Scores of one row → weights, 0 where hidden; updates {maximum, sum}; returns the factor of what was summed before. */
function weigh(
  row: usize, count: i32, begin: i32, last: i32, window: i32, scale: f32, softCap: f32, state: usize,
): f32 {
  const visibleEnd = min(count, last + 1 - begin);
  const visibleBegin = window > 0 ? max(0, last + 1 - window - begin) : 0;
  const padded = (count + 7) & ~7;
  if (visibleBegin >= visibleEnd) {
    memory.fill(row, 0, <usize>padded << 2);
    return 1;
  }
  if (softCap > 0) {
    for (let i = 0; i < padded; i += 4) {
      const at = row + (<usize>i << 2);
      v128.store(at, cap4(f32x4.mul(v128.load(at), f32x4.splat(scale)), softCap));
    }
    scale = 1;
  }
  if (visibleBegin > 0 || visibleEnd < padded) hide(row, padded, visibleBegin, visibleEnd);
  let most = v128.load(row);
  let others = v128.load(row, 16);
  for (let i = 8; i < padded; i += 8) {
    const at = row + (<usize>i << 2);
    most = f32x4.pmax(most, v128.load(at));
    others = f32x4.pmax(others, v128.load(at, 16));
  }
  const before = load<f32>(state);
  const top = max(before, max4(f32x4.pmax(most, others)) * scale);
  const factor = f32x4.splat(scale);
  const shift = f32x4.splat(-top);
  let sum = f32x4.splat(0);
  for (let i = 0; i < padded; i += 8) {
    const at = row + (<usize>i << 2);
    const low = expBelow(madd(v128.load(at), factor, shift));
    const high = expBelow(madd(v128.load(at, 16), factor, shift));
    v128.store(at, low);
    v128.store(at, high, 16);
    sum = f32x4.add(sum, f32x4.add(low, high));
  }
  const keep: f32 = before == MASKED ? 0 : exp1(before - top);
  store<f32>(state, top);
  store<f32>(state, load<f32>(state, 4) * keep + sum4(sum), 4);
  return keep;
}

function hide(row: usize, padded: i32, visibleBegin: i32, visibleEnd: i32): void {
  for (let i = 0; i < visibleBegin; i++) store<f32>(row + (<usize>i << 2), MASKED);
  for (let i = visibleEnd; i < padded; i++) store<f32>(row + (<usize>i << 2), MASKED);
}

function rescale(out: usize, headDim: i32, factor: f32): void {
  const f = f32x4.splat(factor);
  for (let i = 0; i < headDim; i += 4) v128.store(out + (i << 2), f32x4.mul(f, v128.load(out + (i << 2))));
}

/** out[r] += Σ weights[r][s] v[s] for six rows and all D; rows behind `rows` repeat the last one unstored. */
function addValues(
  weights: usize, v: usize, out: usize, stride: usize, rows: i32, count: i32, headDim: i32,
): void {
  const head = <usize>headDim << 2;
  const o1 = rows > 1 ? out + stride : out;
  const o2 = rows > 2 ? o1 + stride : o1;
  const o3 = rows > 3 ? o2 + stride : o2;
  const o4 = rows > 4 ? o3 + stride : o3;
  const o5 = rows > 5 ? o4 + stride : o4;
  const even = count & ~1;
  let d: usize = 0;
  for (; d + 32 <= head; d += 32) {
    values8(weights, v + d, head, even, out + d, o1 + d, o2 + d, o3 + d, o4 + d, o5 + d, rows);
  }
  if (even < count) values4(weights, v, out, stride, rows, even, count, 0, d, head);
  if (d < head) values4(weights, v, out, stride, rows, 0, count, d, head, head);
}

/** Keys begin … end, bytes from … to of each, four numbers at a time. */
function values4(
  weights: usize, v: usize, out: usize, stride: usize, rows: i32, begin: i32, end: i32, from: usize, to: usize, head: usize,
): void {
  for (let r = 0; r < rows; r++) {
    const p = weights + <usize>r * (BLOCK * 4);
    const o = out + <usize>r * stride;
    for (let d = from; d < to; d += 16) {
      let sum = v128.load(o + d);
      for (let s = begin; s < end; s++) {
        sum = madd(v128.load32_splat(p + (<usize>s << 2)), v128.load(v + d + <usize>s * head), sum);
      }
      v128.store(o + d, sum);
    }
  }
}

/** Of an even number of keys. */
function values8(
  p: usize, v: usize, head: usize, count: i32, o0: usize, o1: usize, o2: usize, o3: usize, o4: usize, o5: usize, rows: i32,
): void {
  let a0 = v128.load(o0), a1 = v128.load(o0, 16), b0 = v128.load(o1), b1 = v128.load(o1, 16);
  let c0 = v128.load(o2), c1 = v128.load(o2, 16), d0 = v128.load(o3), d1 = v128.load(o3, 16);
  let e0 = v128.load(o4), e1 = v128.load(o4, 16), f0 = v128.load(o5), f1 = v128.load(o5, 16);
  let low = a0, high = a0, s = a0;
  // Two keys a turn: every turn of a loop also looks at the stack's limit.
  for (const end = p + (<usize>count << 2); p < end; p += 8) {
    low = v128.load(v);
    high = v128.load(v, 16);
    s = v128.load32_splat(p);
    a0 = madd(s, low, a0);
    a1 = madd(s, high, a1);
    s = v128.load32_splat(p, BLOCK * 4);
    b0 = madd(s, low, b0);
    b1 = madd(s, high, b1);
    s = v128.load32_splat(p, BLOCK * 8);
    c0 = madd(s, low, c0);
    c1 = madd(s, high, c1);
    s = v128.load32_splat(p, BLOCK * 12);
    d0 = madd(s, low, d0);
    d1 = madd(s, high, d1);
    s = v128.load32_splat(p, BLOCK * 16);
    e0 = madd(s, low, e0);
    e1 = madd(s, high, e1);
    s = v128.load32_splat(p, BLOCK * 20);
    f0 = madd(s, low, f0);
    f1 = madd(s, high, f1);
    v += head;
    low = v128.load(v);
    high = v128.load(v, 16);
    s = v128.load32_splat(p, 4);
    a0 = madd(s, low, a0);
    a1 = madd(s, high, a1);
    s = v128.load32_splat(p, BLOCK * 4 + 4);
    b0 = madd(s, low, b0);
    b1 = madd(s, high, b1);
    s = v128.load32_splat(p, BLOCK * 8 + 4);
    c0 = madd(s, low, c0);
    c1 = madd(s, high, c1);
    s = v128.load32_splat(p, BLOCK * 12 + 4);
    d0 = madd(s, low, d0);
    d1 = madd(s, high, d1);
    s = v128.load32_splat(p, BLOCK * 16 + 4);
    e0 = madd(s, low, e0);
    e1 = madd(s, high, e1);
    s = v128.load32_splat(p, BLOCK * 20 + 4);
    f0 = madd(s, low, f0);
    f1 = madd(s, high, f1);
    v += head;
  }
  v128.store(o0, a0);
  v128.store(o0, a1, 16);
  if (rows > 1) {
    v128.store(o1, b0);
    v128.store(o1, b1, 16);
  }
  if (rows > 2) {
    v128.store(o2, c0);
    v128.store(o2, c1, 16);
  }
  if (rows > 3) {
    v128.store(o3, d0);
    v128.store(o3, d1, 16);
  }
  if (rows > 4) {
    v128.store(o4, e0);
    v128.store(o4, e1, 16);
  }
  if (rows > 5) {
    v128.store(o5, f0);
    v128.store(o5, f1, 16);
  }
}
