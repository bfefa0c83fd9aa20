// Vectors, scores, votes and the choice of spans (kernels/spans).
import { max4, madd, tile6, sum4, transpose8 } from "./simd";
import { packRow, poolRow, rowBytes, unpackRow } from "./kv";

// ---- sealing

const LEAST_VOTE: f32 = 1e-6;

// @ts-ignore: AssemblyScript's decorator; TypeScript has none on functions
@inline
function tokenWeight(votes: usize, own: usize, at: usize, rest: i32, total: bool, later: bool): f32 {
  const vote = load<f32>(votes + at);
  if (total) return vote;
  if (later) return max(vote - load<f32>(own + at), <f32>0);
  return load<f32>(own + at) / <f32>rest;
}

/** vectors[ordinal][kind][a] = mean key of the tokens with the most mass (seal-vectors.wgsl). Scratch: 2 rows, 8 tokens. */
export function sealVectors(
  spans: usize, votes: usize, own: usize, kPool: usize, vectors: usize, dtype: i32, firstSpan: i32, spanCount: i32,
  kvHeads: i32, headDim: i32, ringCapacity: i32, ringFirstPage: i32, representatives: i32, dynamic: bool, total: bool,
  scratch: usize,
): void {
  const bytes = rowBytes(dtype, headDim);
  const head = <usize>headDim << 2;
  const row = scratch + 32;
  const mean = row + head;
  for (let n = firstSpan; n < firstSpan + spanCount; n++) {
    const start = load<i32>(spans + (<usize>n << 4));
    const length = load<i32>(spans + (<usize>n << 4), 4);
    const ordinal = load<i32>(spans + (<usize>n << 4), 8);
    const last = start + length - 1;
    let count = min(representatives, length);
    if (length < 16) count = min(count, length >= 8 ? 2 : 1);
    for (let kind = 0; kind < 2; kind++) {
      for (let a = 0; a < kvHeads; a++) {
        let later = kind == 1 && dynamic && !total;
        if (later) {
          let most: f32 = 0;
          for (let token = start; token <= last; token++) {
            const at = <usize>(a * ringCapacity + token % ringCapacity) << 2;
            most = max(most, tokenWeight(votes, own, at, last - token + 1, total, true));
          }
          later = most > LEAST_VOTE;
        }
        memory.fill(mean, 0, head);
        let previous: f32 = 0;
        let previousToken = 0;
        for (let c = 0; c < count; c++) {
          let best: f32 = -1;
          let chosen = 0;
          for (let token = start; token <= last; token++) {
            const at = <usize>(a * ringCapacity + token % ringCapacity) << 2;
            const w = tokenWeight(votes, own, at, last - token + 1, total, later);
            const after = c == 0 || w < previous || (w == previous && token > previousToken);
            if (after && w > best) {
              best = w;
              chosen = token;
            }
          }
          previous = best;
          previousToken = chosen;
          const slot = chosen % ringCapacity;
          unpackRow(dtype, poolRow(kPool, ringFirstPage + (slot >> 4), kvHeads, a, slot & 15, bytes), headDim, row);
          for (let i = 0; i < headDim; i += 4) {
            v128.store(mean + (i << 2), f32x4.add(v128.load(mean + (i << 2)), v128.load(row + (i << 2))));
          }
        }
        const divisor = f32x4.splat(<f32>count);
        for (let i = 0; i < headDim; i += 4) v128.store(mean + (i << 2), f32x4.div(v128.load(mean + (i << 2)), divisor));
        packRow(dtype, mean, headDim, vectors + <usize>((ordinal * 2 + kind) * kvHeads + a) * bytes);
      }
    }
  }
}

// ---- scoring

/** raw[a][firstSpan + s] = the larger product of q[a] with the two vectors of row firstRow + s. Scratch: one row. */
export function spanScore(
  q: usize, vectors: usize, raw: usize, dtype: i32, spans: i32, firstSpan: i32, firstRow: i32, spanCapacity: i32,
  kvHeads: i32, headDim: i32, scratch: usize,
): void {
  const bytes = rowBytes(dtype, headDim);
  for (let s = 0; s < spans; s++) {
    for (let a = 0; a < kvHeads; a++) {
      const query = q + (<usize>(a * headDim) << 2);
      const at = vectors + <usize>((firstRow + s) * 2 * kvHeads + a) * bytes;
      const fixed = product(query, at, dtype, headDim, scratch);
      const later = product(query, at + <usize>kvHeads * bytes, dtype, headDim, scratch);
      store<f32>(raw + (<usize>(a * spanCapacity + firstSpan + s) << 2), max(fixed, later));
    }
  }
}

function product(query: usize, row: usize, dtype: i32, headDim: i32, scratch: usize): f32 {
  unpackRow(dtype, row, headDim, scratch);
  let sum = f32x4.splat(0);
  for (let i = 0; i < headDim; i += 4) sum = madd(v128.load(query + (i << 2)), v128.load(scratch + (i << 2)), sum);
  return sum4(sum);
}

export function keyMatchScratch(rows: i32, headDim: i32): usize {
  // All query rows, eight keys, their panel, a tile.
  return <usize>(rows + 16) * (<usize>headDim << 2) + 6 * 32 + 64;
}

/** raw[row][s] = the largest product of query row with a key of span s in head row mod heads. */
export function keyMatch(
  queries: usize, keys: usize, starts: usize, raw: usize, dtype: i32, spans: i32, rows: i32, heads: i32, headDim: i32,
  scratch: usize,
): void {
  const head = <usize>headDim << 2;
  const bytes = rowBytes(dtype, headDim);
  const eight = scratch + <usize>rows * head;
  const panel = eight + 8 * head;
  const tile = panel + 8 * head;
  for (let d = 0; d < headDim; d += 4) {
    for (let r = 0; r < rows; r++) {
      v128.store(scratch + <usize>r * head + (<usize>d << 2), v128.load(queries + (<usize>((d >> 2) * rows + r) << 4)));
    }
  }
  for (let s = 0; s < spans; s++) {
    const first = load<i32>(starts + (<usize>s << 2));
    const end = load<i32>(starts + (<usize>s << 2), 4);
    for (let h = 0; h < min(heads, rows); h++) {
      for (let r = h; r < rows; r += heads) store<f32>(raw + (<usize>(r * spans + s) << 2), -f32.MAX_VALUE);
      for (let token = first; token < end; token += 8) {
        for (let c = 0; c < 8; c++) {
          const at = keys + <usize>(min(token + c, end - 1) * heads + h) * bytes;
          unpackRow(dtype, at, headDim, eight + <usize>c * head);
        }
        transpose8(eight, head, headDim, panel);
        for (let r = h; r < rows; r += 6 * heads) {
          const live = min(6, (rows - r + heads - 1) / heads);
          tile6(scratch + <usize>r * head, <usize>heads * head, live, headDim, panel, tile, 32);
          for (let i = 0; i < live; i++) {
            const most = max4(f32x4.max(v128.load(tile + (<usize>i << 5)), v128.load(tile + (<usize>i << 5), 16)));
            const at = raw + (<usize>((r + i * heads) * spans + s) << 2);
            store<f32>(at, max(load<f32>(at), most));
          }
        }
      }
    }
  }
}

// ---- voting. The scratch of the WGSL kernels is used only for {mean, 1/std or 0, weight} per head and the sum.

const STAT_LANES: i32 = 64;

// @ts-ignore: AssemblyScript's decorator; TypeScript has none on functions
@inline
function headAt(scratch: usize, kvHeads: i32, a: i32): usize {
  return scratch + (<usize>((kvHeads * STAT_LANES + a) << 2) << 2);
}

// @ts-ignore: AssemblyScript's decorator; TypeScript has none on functions
@inline
function sumAt(scratch: usize, kvHeads: i32): usize {
  return scratch + (<usize>(kvHeads * (STAT_LANES + 1) * 4) << 2);
}

function boosted(raw: usize, at: i32, s: i32, spans: i32, boost: f32): f32 {
  const own = load<f32>(raw + (<usize>at << 2));
  if (boost == 0 || spans < 2) return own;
  const before = load<f32>(raw + (<usize>(s == 0 ? at + 1 : at - 1) << 2));
  const after = load<f32>(raw + (<usize>(s + 1 == spans ? at - 1 : at + 1) << 2));
  return own + boost * max(before, after);
}

/** Mean, squared deviation and maximum of the scores of every head, left at the head's place. */
export function voteStats(raw: usize, scratch: usize, spans: i32, spanCapacity: i32, kvHeads: i32, boost: f32): void {
  for (let a = 0; a < kvHeads; a++) {
    let mean: f64 = 0;
    let m2: f64 = 0;
    let most: f32 = -3e38;
    for (let s = 0; s < spans; s++) {
      const score = boosted(raw, a * spanCapacity + s, s, spans, boost);
      const delta = <f64>score - mean;
      mean += delta / <f64>(s + 1);
      m2 += delta * (<f64>score - mean);
      most = max(most, score);
    }
    const at = headAt(scratch, kvHeads, a);
    const deviation = Math.sqrt(m2 / <f64>max(spans, 1));
    const inverse = deviation >= 1e-6 ? 1 / deviation : 0;
    store<f32>(at, <f32>mean);
    store<f32>(at, <f32>inverse, 4);
    store<f32>(at, <f32>((<f64>most - mean) * inverse), 8);
  }
}

export function voteHeads(headWeights: usize, scratch: usize, kvHeads: i32, z0: f32, calibrated: bool): void {
  for (let a = 0; a < kvHeads; a++) {
    const at = headAt(scratch, kvHeads, a);
    store<f32>(at, calibrated ? load<f32>(headWeights + (<usize>a << 2)) : max(load<f32>(at, 8) - z0, <f32>0), 8);
  }
}

export function voteSpans(
  raw: usize, scratch: usize, votes: usize, ties: usize, spans: i32, spanCapacity: i32, kvHeads: i32, boost: f32, z0: f32,
): void {
  let total: f64 = 0;
  for (let s = 0; s < spans; s++) {
    let vote: f32 = 0;
    let tie: f32 = 0;
    for (let a = 0; a < kvHeads; a++) {
      const at = headAt(scratch, kvHeads, a);
      const z = (boosted(raw, a * spanCapacity + s, s, spans, boost) - load<f32>(at)) * load<f32>(at, 4);
      vote += load<f32>(at, 8) * max(z - z0, <f32>0);
      tie += z;
    }
    store<f32>(votes + (<usize>s << 2), vote);
    store<f32>(ties + (<usize>s << 2), tie);
    total += <f64>vote;
  }
  store<f32>(sumAt(scratch, kvHeads), <f32>total);
}

export function voteFinish(scratch: usize, votes: usize, recall: usize, spans: i32, kvHeads: i32, gamma: f32, persist: bool): void {
  const total = load<f32>(sumAt(scratch, kvHeads));
  for (let s = 0; s < spans; s++) {
    const at = <usize>s << 2;
    let vote = load<f32>(votes + at);
    if (total > 0) vote /= total;
    store<f32>(votes + at, vote);
    if (persist) store<f32>(recall + at, gamma * load<f32>(recall + at) + vote);
  }
}

// ---- selection

// @ts-ignore: AssemblyScript's decorator; TypeScript has none on functions
@inline
function voteKey(value: f32): u32 {
  return <u32>min(max(value * 1048576, <f32>0), <f32>2147483520);
}

// @ts-ignore: AssemblyScript's decorator; TypeScript has none on functions
@inline
function freshKey(vote: f32, tie: f32): u32 {
  const key = voteKey(vote);
  if (key > 0) return 0x80000000 | key;
  return <u32>(<i32>Mathf.floor(min(max(tie * 1024, <f32>-1e9), <f32>1e9)) + 0x40000000);
}

/**
 * Spans under a token budget (span-select.wgsl): by recall, then by votes, each until the first span that would
 * cross it. Scratch: u32 [256] and, per span, its key and its state. The order is found by histograms of key digits.
 */
export function spanSelect(
  spans: usize, recall: usize, votes: usize, ties: usize, selected: usize, count: i32, budget: u32, recallBudget: u32,
  scratch: usize,
): void {
  const histogram = scratch;
  const keys = scratch + 1024;
  const states = keys + (<usize>count << 2);
  for (let s = 0; s < count; s++) {
    store<u8>(states + s, load<u32>(spans + (<usize>s << 4), 4) > 0 ? 1 : 0);
  }
  for (let s = 0; s < count; s++) store<u32>(keys + (<usize>s << 2), voteKey(load<f32>(recall + (<usize>s << 2))));
  const used = choose(spans, keys, states, count, recallBudget, 2, true, histogram);
  let recalled: u32 = 0;
  for (let s = 0; s < count; s++) {
    if (load<u8>(states + s) == 2) recalled++;
    store<u32>(keys + (<usize>s << 2), freshKey(load<f32>(votes + (<usize>s << 2)), load<f32>(ties + (<usize>s << 2))));
  }
  const fresh = choose(spans, keys, states, count, budget - used, 3, false, histogram);
  let taken: u32 = 0;
  for (let s = 0; s < count; s++) {
    if (load<u8>(states + s) < 2) continue;
    store<u32>(selected + 16 + (<usize>taken << 2), s);
    taken++;
  }
  store<u32>(selected, taken);
  store<u32>(selected, used + fresh, 4);
  store<u32>(selected, recalled, 8);
  store<u32>(selected, 0, 12);
}

/** Marks, among spans in state 1, the best by key (ties: lower ordinal) whose lengths fit; returns their tokens. */
function choose(
  spans: usize, keys: usize, states: usize, count: i32, budget: u32, mark: u8, positiveOnly: bool, histogram: usize,
): u32 {
  let prefix: u32 = 0;
  let remaining = budget;
  let everything = false;
  for (let level = 0; level < 4 && !everything; level++) {
    const shift = 24 - level * 8;
    memory.fill(histogram, 0, 1024);
    for (let s = 0; s < count; s++) {
      const key = load<u32>(keys + (<usize>s << 2));
      if (load<u8>(states + s) != 1 || (positiveOnly && key == 0)) continue;
      if (level > 0 && key >> (shift + 8) != prefix) continue;
      const at = histogram + (<usize>((key >> shift) & 255) << 2);
      store<u32>(at, load<u32>(at) + load<u32>(spans + (<usize>s << 4), 4));
    }
    let above: u32 = 0;
    let digit = 256;
    for (; digit > 0; digit--) {
      const weight = load<u32>(histogram + (<usize>(digit - 1) << 2));
      if (above + weight > remaining) break;
      above += weight;
    }
    if (digit == 0) everything = true;
    else prefix = (prefix << 8) | <u32>(digit - 1);
    remaining -= above;
  }
  let open = true;
  let used: u32 = 0;
  for (let s = 0; s < count; s++) {
    const key = load<u32>(keys + (<usize>s << 2));
    if (load<u8>(states + s) != 1 || (positiveOnly && key == 0)) continue;
    const length = load<u32>(spans + (<usize>s << 4), 4);
    if (!everything && key <= prefix) {
      if (key < prefix || !open) continue;
      if (length > remaining) {
        open = false;
        continue;
      }
      remaining -= length;
    }
    store<u8>(states + s, mark);
    used += length;
  }
  return used;
}
