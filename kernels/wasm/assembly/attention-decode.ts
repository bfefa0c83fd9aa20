// One query's attention over paged keys and values (attention/attention-decode.wgsl), its merge and its
// evidence. A key row is unpacked and rotated once for all query heads of its KV head.
import { cap4, exp1, exp4, madd, max4, sum4 } from "./simd";
import { HALF, poolRow, rowBytes, unpackRow } from "./kv";
import { rotate, rotateHalves } from "./rope";

const MASKED: f32 = -1e30;

/** Tokens of a page. */
const PAGE: i32 = 16;

export function attentionDecodeScratch(heads: i32, headDim: i32): usize {
  return (<usize>headDim << 2) * (PAGE + 1) + (<usize>heads << 6) + 64; // a page of rows and one more; scores per head
}

/** Units unitBegin … unitEnd: one split of one KV head each, the KV heads of a split one after another. */
export function attentionDecode(
  q: usize, qClamped: usize, kPool: usize, vPool: usize, pageTable: usize, table: usize, partials: usize,
  scores: usize, dtype: i32, heads: i32, kvHeads: i32, setCapacity: i32, entryBegin: i32, entryCount: i32, splits: i32,
  entriesPerSplit: i32, scale: f32, softCap: f32, headDim: i32, rotaryDims: i32, adjacent: bool,
  unitBegin: i32, unitEnd: i32, scratch: usize,
): void {
  const head = <usize>headDim << 2;
  const group = heads / kvHeads;
  const bytes = rowBytes(dtype, headDim);
  const raw = scratch;
  const rows = raw + head; // f32 [16][D]: the keys of a page, then its values
  const weights = rows + head * PAGE; // f32 [group][16]
  for (let unit = unitBegin; unit < unitEnd; unit++) {
    const split = unit / kvHeads;
    const a = unit % kvHeads;
    const first = split * entriesPerSplit;
    const end = min(first + entriesPerSplit, entryCount);
    const part = partials + <usize>(a * group * splits + split) * (head + 16);
    const partStride = <usize>splits * (head + 16);
    for (let g = 0; g < group; g++) {
      memory.fill(part + <usize>g * partStride, 0, head + 16);
      store<f32>(part + <usize>g * partStride + head, MASKED);
    }
    for (let e = first; e < end; e++) {
      const entry = pageTable + (<usize>(entryBegin + e) << 4);
      const packed = load<i32>(entry, 8);
      const count = (packed >> 8) & 255;
      if (count == 0) continue;
      const clamped = (packed >> 16) & 1;
      const row = poolRow(0, load<i32>(entry), kvHeads, a, packed & 255, bytes);
      const query = (clamped ? qClamped : q) + <usize>(a * group) * head;
      for (let t = 0; t < count; t++) {
        const from = kPool + row + <usize>t * bytes;
        const position = load<i32>(entry, 4) + (clamped ? 0 : t);
        const angles = table + <usize>position * (<usize>rotaryDims << 2);
        if (dtype == HALF && !adjacent) {
          rotateHalves(from, angles, rows + <usize>t * head, headDim, rotaryDims);
        } else {
          unpackRow(dtype, from, headDim, raw);
          rotate(raw, angles, rows + <usize>t * head, headDim, rotaryDims, adjacent);
        }
      }
      for (let g = 0; g < group; g++) {
        const at = weights + (<usize>g << 6);
        dotRows(query + <usize>g * head, rows, head, count, scale, at);
        const set = <usize>((a * group + g) * setCapacity + load<i32>(entry, 12)) << 2;
        weigh(at, count, softCap, scores + set, part + <usize>g * partStride, headDim);
      }
      for (let t = 0; t < count; t++) {
        unpackRow(dtype, vPool + row + <usize>t * bytes, headDim, rows + <usize>t * head);
      }
      for (let g = 0; g < group; g++) {
        addRows(part + <usize>g * partStride, rows, head, count, weights + (<usize>g << 6));
      }
    }
  }
}

/** out[t] = scale · q · rows[t], t < count rounded up to 4; what stands behind `count` is any number. */
function dotRows(q: usize, rows: usize, head: usize, count: i32, scale: f32, out: usize): void {
  const factor = f32x4.splat(scale);
  const zero = f32x4.splat(0);
  for (let t = 0; t < count; t += 4, rows += head << 2, out += 16) {
    const r1 = rows + head;
    const r2 = r1 + head;
    const r3 = r2 + head;
    let s0 = zero, s1 = zero, s2 = zero, s3 = zero;
    for (let i: usize = 0; i < head; i += 16) {
      const x = v128.load(q + i);
      s0 = madd(x, v128.load(rows + i), s0);
      s1 = madd(x, v128.load(r1 + i), s1);
      s2 = madd(x, v128.load(r2 + i), s2);
      s3 = madd(x, v128.load(r3 + i), s3);
    }
    // Lane j becomes the sum over the lanes of s[j].
    const low = f32x4.add(v128.shuffle<i32>(s0, s1, 0, 4, 1, 5), v128.shuffle<i32>(s0, s1, 2, 6, 3, 7));
    const high = f32x4.add(v128.shuffle<i32>(s2, s3, 0, 4, 1, 5), v128.shuffle<i32>(s2, s3, 2, 6, 3, 7));
    const even = v128.shuffle<i64>(low, high, 0, 2);
    const odd = v128.shuffle<i64>(low, high, 1, 3);
    v128.store(out, f32x4.mul(factor, f32x4.add(even, odd)));
  }
}

/** sum[D] += Σ weights[t] rows[t], t < count. */
function addRows(sum: usize, rows: usize, head: usize, count: i32, weights: usize): void {
  let i: usize = 0;
  for (; i + 64 <= head; i += 64) {
    let s0 = v128.load(sum + i), s1 = v128.load(sum + i, 16), s2 = v128.load(sum + i, 32), s3 = v128.load(sum + i, 48);
    let at = rows + i;
    for (let t = 0; t < count; t++, at += head) {
      const w = v128.load32_splat(weights + (<usize>t << 2));
      s0 = madd(w, v128.load(at), s0);
      s1 = madd(w, v128.load(at, 16), s1);
      s2 = madd(w, v128.load(at, 32), s2);
      s3 = madd(w, v128.load(at, 48), s3);
    }
    v128.store(sum + i, s0);
    v128.store(sum + i, s1, 16);
    v128.store(sum + i, s2, 32);
    v128.store(sum + i, s3, 48);
  }
  for (; i < head; i += 16) {
    let s = v128.load(sum + i);
    let at = rows + i;
    for (let t = 0; t < count; t++, at += head) s = madd(v128.load32_splat(weights + (<usize>t << 2)), v128.load(at), s);
    v128.store(sum + i, s);
  }
}

export function dotHead(a: usize, b: usize, headDim: i32): f32 {
  let s0 = f32x4.splat(0);
  let s1 = s0;
  let i = 0;
  for (; i + 8 <= headDim; i += 8, a += 32, b += 32) {
    s0 = madd(v128.load(a), v128.load(b), s0);
    s1 = madd(v128.load(a, 16), v128.load(b, 16), s1);
  }
  if (i < headDim) s0 = madd(v128.load(a), v128.load(b), s0);
  return sum4(f32x4.add(s0, s1));
}

export function addRow(sum: usize, row: usize, headDim: i32, weight: f32): void {
  const w = f32x4.splat(weight);
  for (let i = 0; i < headDim; i += 4) {
    v128.store(sum + (i << 2), madd(w, v128.load(row + (i << 2)), v128.load(sum + (i << 2))));
  }
}

/** Scores of up to 16 keys → weights; writes the scores unless `scores` is 0; brings {sum [D], maximum, sum} of `part` up to date. */
export function weigh(weights: usize, count: i32, softCap: f32, scores: usize, part: usize, headDim: i32): void {
  const masked = f32x4.splat(MASKED);
  const lanes = i32x4(0, 1, 2, 3);
  const end = i32x4.splat(count);
  let most = masked;
  for (let i = 0; i < 16; i += 4) {
    let s = v128.load(weights + (i << 2));
    if (softCap > 0) s = cap4(s, softCap);
    s = v128.bitselect(s, masked, i32x4.lt_s(i32x4.add(lanes, i32x4.splat(i)), end));
    v128.store(weights + (i << 2), s);
    most = f32x4.max(most, s);
  }
  if (scores != 0) memory.copy(scores, weights, <usize>count << 2);
  const at = part + (<usize>headDim << 2);
  const before = load<f32>(at);
  const top = max(before, max4(most));
  let sum = f32x4.splat(0);
  for (let i = 0; i < 16; i += 4) {
    const s = v128.load(weights + (i << 2));
    const w = v128.andnot(exp4(f32x4.sub(s, f32x4.splat(top))), f32x4.eq(s, masked));
    v128.store(weights + (i << 2), w);
    sum = f32x4.add(sum, w);
  }
  const keep: f32 = before == MASKED ? 0 : exp1(before - top);
  if (keep != 1) {
    for (let i = 0; i < headDim; i += 4) {
      v128.store(part + (i << 2), f32x4.mul(f32x4.splat(keep), v128.load(part + (i << 2))));
    }
  }
  store<f32>(at, top);
  store<f32>(at, load<f32>(at, 4) * keep + sum4(sum), 4);
}

export function attentionMerge(partials: usize, out: usize, lse: usize, heads: i32, splits: i32, headDim: i32): void {
  const head = <usize>headDim << 2;
  const part = head + 16;
  for (let h = 0; h < heads; h++, partials += part * splits, out += head, lse += 4) {
    let top = MASKED;
    for (let s = 0; s < splits; s++) top = max(top, load<f32>(partials + part * s + head));
    let sum: f32 = 0;
    memory.fill(out, 0, head);
    for (let s = 0; s < splits; s++) {
      const at = partials + part * s;
      const l = load<f32>(at + head, 4);
      if (l == 0) continue;
      const weight = exp1(load<f32>(at + head) - top);
      sum += weight * l;
      addRow(out, at, headDim, weight);
    }
    if (sum > 0) {
      const inverse = f32x4.splat(1 / sum);
      for (let i = 0; i < headDim; i += 4) v128.store(out + (i << 2), f32x4.mul(inverse, v128.load(out + (i << 2))));
    }
    store<f32>(lse, sum > 0 ? top + Mathf.log(sum) : MASKED);
  }
}

/** mass[e] += Σ over heads and tokens of the entry of exp(2 (score − lse)). */
export function attentionMass(
  scores: usize, lse: usize, pageTable: usize, mass: usize, heads: i32, setCapacity: i32, entryBegin: i32, entryCount: i32,
): void {
  for (let e = entryBegin; e < entryBegin + entryCount; e++) {
    const entry = pageTable + (<usize>e << 4);
    const count = (load<i32>(entry, 8) >> 8) & 255;
    let four = f32x4.splat(0);
    let sum: f32 = 0;
    for (let h = 0; h < heads; h++) {
      const base = scores + (<usize>(h * setCapacity + load<i32>(entry, 12)) << 2);
      const own = load<f32>(lse + (<usize>h << 2));
      let t = 0;
      for (; t + 4 <= count; t += 4) {
        const score = f32x4.sub(v128.load(base + (<usize>t << 2)), f32x4.splat(own));
        four = f32x4.add(four, exp4(f32x4.mul(f32x4.splat(2), f32x4.min(score, f32x4.splat(0)))));
      }
      for (; t < count; t++) sum += exp1(2 * min(load<f32>(base + (<usize>t << 2)) - own, <f32>0));
    }
    store<f32>(mass + (<usize>e << 2), load<f32>(mass + (<usize>e << 2)) + sum4(four) + sum);
  }
}

/** mean[kv] = mean over rows rowBegin … rowEnd and the query heads of KV head kv. */
export function meanQuery(q: usize, mean: usize, heads: i32, kvHeads: i32, headDim: i32, rowBegin: i32, rowEnd: i32): void {
  const head = <usize>headDim << 2;
  const group = heads / kvHeads;
  const inverse: f32 = <f32>1 / <f32>((rowEnd - rowBegin) * group);
  for (let a = 0; a < kvHeads; a++, mean += head) {
    memory.fill(mean, 0, head);
    for (let t = rowBegin; t < rowEnd; t++) {
      for (let g = 0; g < group; g++) addRow(mean, q + <usize>(t * heads + a * group + g) * head, headDim, 1);
    }
    for (let i = 0; i < headDim; i += 4) v128.store(mean + (i << 2), f32x4.mul(f32x4.splat(inverse), v128.load(mean + (i << 2))));
  }
}
