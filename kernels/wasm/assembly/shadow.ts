// Kernels of ShadowKV (kernels/shadow/): Gram matrix of keys, landmarks, their scores, slots.
import { packRow, poolRow, rowBytes, unpackRow } from "./kv";
import { rotate } from "./rope";
import { cap4, exp1, madd, sum4 } from "./simd";

// Index in KV_DTYPES of shared/kv-pool.ts.
const INT8: i32 = 2;

export function keyMean(k: usize, mean: usize, tokens: i32, width: i32): void {
  const bytes = <usize>width << 2;
  for (let i: usize = 0; i < bytes; i += 4) {
    let sum: f64 = 0;
    for (let t: usize = 0; t < <usize>tokens; t++) sum += load<f32>(k + t * bytes + i);
    store<f32>(mean + i, <f32>(sum / <f64>tokens));
  }
}

/** Upper triangle by quads, four rows in one pass, then its mirror. Scratch: f32 [4][W]. */
export function keyGram(k: usize, mean: usize, gram: usize, tokens: i32, width: i32, scratch: usize): void {
  const bytes = <usize>width << 2;
  memory.fill(gram, 0, bytes * <usize>width);
  for (let t = 0; t < tokens; t += 4) {
    for (let n = 0; n < 4; n++) {
      const row = scratch + <usize>n * bytes;
      if (t + n >= tokens) {
        memory.fill(row, 0, bytes);
        continue;
      }
      for (let i: usize = 0; i < bytes; i += 16) {
        v128.store(row + i, f32x4.sub(v128.load(k + <usize>(t + n) * bytes + i), v128.load(mean + i)));
      }
    }
    for (let i: usize = 0; i < bytes; i += 4) {
      const a = v128.load32_splat(scratch + i);
      const b = v128.load32_splat(scratch + bytes + i);
      const c = v128.load32_splat(scratch + 2 * bytes + i);
      const d = v128.load32_splat(scratch + 3 * bytes + i);
      const out = gram + (i >> 2) * bytes;
      for (let j = i & ~15; j < bytes; j += 16) {
        let sum = f32x4.mul(a, v128.load(scratch + j));
        sum = madd(b, v128.load(scratch + bytes + j), sum);
        sum = madd(c, v128.load(scratch + 2 * bytes + j), sum);
        sum = madd(d, v128.load(scratch + 3 * bytes + j), sum);
        v128.store(out + j, f32x4.add(v128.load(out + j), sum));
      }
    }
  }
  for (let i = 0; i < width; i++) {
    for (let j = 0; j < i; j++) {
      store<f32>(gram + <usize>i * bytes + (<usize>j << 2), load<f32>(gram + <usize>j * bytes + (<usize>i << 2)));
    }
  }
}

export function chunkLandmarks(
  kRot: usize, landmarks: usize, likeness: usize, kvHeads: i32, headDim: i32, setCapacity: i32, chunks: i32,
): void {
  const head = <usize>headDim << 2;
  for (let n = 0; n < kvHeads * chunks; n++) {
    const rows = kRot + <usize>((n / chunks) * setCapacity + (n % chunks) * 8) * head;
    const mean = landmarks + <usize>n * head;
    let own = f32x4.splat(0);
    for (let i: usize = 0; i < head; i += 16) {
      let sum = v128.load(rows + i);
      for (let t: usize = 1; t < 8; t++) sum = f32x4.add(sum, v128.load(rows + t * head + i));
      sum = f32x4.mul(sum, f32x4.splat(0.125));
      v128.store(mean + i, sum);
      own = madd(sum, sum, own);
    }
    let least: f32 = 1;
    for (let t: usize = 0; t < 8; t++) {
      let product = f32x4.splat(0);
      let length = f32x4.splat(0);
      for (let i: usize = 0; i < head; i += 16) {
        const key = v128.load(rows + t * head + i);
        product = madd(key, v128.load(mean + i), product);
        length = madd(key, key, length);
      }
      const norm = Mathf.sqrt(sum4(own)) * Mathf.sqrt(sum4(length));
      least = min(least, norm > 0 ? sum4(product) / norm : <f32>0);
    }
    store<f32>(likeness + (<usize>n << 2), least);
  }
}

/** Scratch: f32 [D]. `rows` = tokens · heads. */
export function landmarkScores(
  q: usize, landmarks: usize, raw: usize, dtype: i32, rows: i32, heads: i32, kvHeads: i32, headDim: i32, count: i32,
  scale: f32, softCap: f32, scratch: usize,
): void {
  const bytes = rowBytes(dtype, headDim);
  const head = <usize>headDim << 2;
  const group = heads / kvHeads;
  for (let a = 0; a < kvHeads; a++) {
    for (let j = 0; j < count; j++) {
      unpackRow(dtype, landmarks + <usize>(a * count + j) * bytes, headDim, scratch);
      for (let t = 0; t < rows; t += heads) {
        for (let g = 0; g < group; g++) {
          const row = t + a * group + g;
          let sum = f32x4.splat(0);
          for (let i: usize = 0; i < head; i += 16) {
            sum = madd(v128.load(q + <usize>row * head + i), v128.load(scratch + i), sum);
          }
          let score = scale * sum4(sum);
          if (softCap > 0) score = f32x4.extract_lane(cap4(f32x4.splat(score), softCap), 0);
          store<f32>(raw + (<usize>(row * count + j) << 2), score);
        }
      }
    }
  }
}

export function landmarkStats(raw: usize, stats: usize, rows: i32, count: i32): void {
  for (let row = 0; row < rows; row++) {
    const at = raw + (<usize>(row * count) << 2);
    let most: f32 = -3.4e38;
    for (let j = 0; j < count; j++) most = max(most, load<f32>(at + (<usize>j << 2)));
    let sum: f32 = 0;
    for (let j = 0; j < count; j++) sum += exp1(load<f32>(at + (<usize>j << 2)) - most);
    store<f32>(stats + (<usize>row << 3), most);
    store<f32>(stats + (<usize>row << 3), 1 / sum, 4);
  }
}

export function landmarkVotes(
  raw: usize, stats: usize, votes: usize, tokens: i32, heads: i32, kvHeads: i32, count: i32,
): void {
  const group = heads / kvHeads;
  for (let a = 0; a < kvHeads; a++) {
    for (let j = 0; j < count; j++) {
      let best: f32 = 0;
      for (let h = a * group; h < (a + 1) * group; h++) {
        let sum: f32 = 0;
        for (let t = 0; t < tokens; t++) {
          const row = t * heads + h;
          const own = stats + (<usize>row << 3);
          sum += exp1(load<f32>(raw + (<usize>(row * count + j) << 2)) - load<f32>(own)) * load<f32>(own, 4);
        }
        best = max(best, sum);
      }
      store<f32>(votes + (<usize>(a * count + j) << 2), best);
    }
  }
}

/** Rows of T tokens, packed, from `firstRow` on. */
export function appendRows(x: usize, rows: usize, dtype: i32, tokens: i32, width: i32, firstRow: i32): void {
  const bytes = rowBytes(dtype, width);
  for (let t = 0; t < tokens; t++) {
    packRow(dtype, x + (<usize>(t * width) << 2), width, rows + <usize>(firstRow + t) * bytes);
  }
}

/** Items {head, chunk, slot, 0}. Scratch: f32 [8·rank + 10·D]. */
export function rebuildKeys(
  items: usize, a: usize, b: usize, mean: usize, table: usize, kPool: usize, dtype: i32, firstItem: i32,
  itemCount: i32, kvHeads: i32, rank: i32, headDim: i32, rotaryDims: i32, adjacent: bool, scratch: usize,
): void {
  const bytes = rowBytes(dtype, headDim);
  const head = <usize>headDim << 2;
  const weights = scratch;
  const basis = weights + (<usize>rank << 5);
  const keys = basis + head; // f32 [8][D]
  const rotated = keys + 8 * head;
  for (let n = firstItem; n < firstItem + itemCount; n++) {
    const item = items + (<usize>n << 4);
    const own = load<i32>(item);
    const token = load<i32>(item, 4) * 8;
    const slot = load<i32>(item, 8);
    for (let t = 0; t < 8; t++) {
      memory.copy(keys + <usize>t * head, mean + <usize>own * head, head);
      unpackRow(dtype, a + <usize>(token + t) * rowBytes(dtype, rank), rank, weights + (<usize>(t * rank) << 2));
    }
    for (let r = 0; r < rank; r++) {
      unpackRow(dtype, b + <usize>(own * rank + r) * bytes, headDim, basis);
      for (let t = 0; t < 8; t++) {
        const key = keys + <usize>t * head;
        const weight = v128.load32_splat(weights + (<usize>(t * rank + r) << 2));
        for (let i: usize = 0; i < head; i += 16) {
          v128.store(key + i, madd(weight, v128.load(basis + i), v128.load(key + i)));
        }
      }
    }
    for (let t = 0; t < 8; t++) {
      const angles = table + <usize>(token + t) * (<usize>rotaryDims << 2);
      rotate(keys + <usize>t * head, angles, rotated, headDim, rotaryDims, adjacent);
      packRow(dtype, rotated, headDim, poolRow(kPool, slot >> 1, kvHeads, own, ((slot & 1) << 3) + t, bytes));
    }
  }
}

export function placeValues(
  items: usize, staged: usize, vPool: usize, dtype: i32, firstItem: i32, itemCount: i32, kvHeads: i32, headDim: i32,
): void {
  const bytes = rowBytes(dtype, headDim);
  for (let n = firstItem; n < firstItem + itemCount; n++) {
    const item = items + (<usize>n << 4);
    const slot = load<i32>(item, 8);
    const to = poolRow(vPool, slot >> 1, kvHeads, load<i32>(item), (slot & 1) << 3, bytes);
    memory.copy(to, staged + <usize>n * 8 * bytes, 8 * bytes);
  }
}

/** The best landmarks of every head by digits of their bits (top-chunks.wgsl). Scratch: u32 [256]. */
export function topChunks(
  votes: usize, ids: usize, items: usize, kvHeads: i32, count: i32, slots: i32, firstSlot: i32, scratch: usize,
): void {
  for (let a = 0; a < kvHeads; a++) {
    const own = votes + (<usize>(a * count) << 2);
    let threshold: u32 = 0;
    let open = slots;
    for (let shift: u32 = 24; ; shift -= 8) {
      memory.fill(scratch, 0, 1024);
      for (let j = 0; j < count; j++) {
        const key = reinterpret<u32>(max(load<f32>(own + (<usize>j << 2)), <f32>0));
        if (shift < 24 && key >> (shift + 8) != threshold) continue;
        const at = scratch + (<usize>((key >> shift) & 255) << 2);
        store<i32>(at, load<i32>(at) + 1);
      }
      let above = 0;
      let digit: u32 = 255;
      for (; digit > 0; digit--) {
        const inDigit = load<i32>(scratch + (<usize>digit << 2));
        if (above + inDigit >= open) break;
        above += inDigit;
      }
      threshold = (threshold << 8) | digit;
      open -= above;
      if (shift == 0) break;
    }
    let place = 0;
    for (let j = 0; j < count; j++) {
      const key = reinterpret<u32>(max(load<f32>(own + (<usize>j << 2)), <f32>0));
      if (key < threshold || (key == threshold && open-- <= 0)) continue;
      const item = items + (<usize>(a * slots + place) << 4);
      store<i32>(item, a);
      store<u32>(item, load<u32>(ids + (<usize>(a * count + j) << 2)), 4);
      store<i32>(item, firstSlot + place, 8);
      store<i32>(item, 0, 12);
      place++;
    }
  }
}

/** int8 rows of chosen chunks to their slots. Scratch: f32 [D]. */
export function unpackValues(
  items: usize, values: usize, vPool: usize, dtype: i32, firstItem: i32, itemCount: i32, kvHeads: i32, headDim: i32,
  chunks: i32, scratch: usize,
): void {
  const bytes = rowBytes(dtype, headDim);
  const packed = rowBytes(INT8, headDim);
  for (let n = firstItem; n < firstItem + itemCount; n++) {
    const item = items + (<usize>n << 4);
    const own = load<i32>(item);
    const slot = load<i32>(item, 8);
    let from = values + <usize>((own * chunks + load<i32>(item, 4)) * 8) * packed;
    let to = poolRow(vPool, slot >> 1, kvHeads, own, (slot & 1) << 3, bytes);
    for (let t = 0; t < 8; t++, from += packed, to += bytes) {
      unpackRow(INT8, from, headDim, scratch);
      packRow(dtype, scratch, headDim, to);
    }
  }
}
