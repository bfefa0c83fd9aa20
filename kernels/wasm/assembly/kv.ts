// Rows of the KV pools in their three element types (shared/kv-pool.ts), and what moves whole rows: appending,
// gathering the working set, sealing, storing, loading.
import { loadHalves4, max4, toHalves4 } from "./simd";
import { rotate } from "./rope";

// Index in KV_DTYPES of shared/kv-pool.ts.
export const HALF: i32 = 0;
const FLOAT: i32 = 1;

/** Bytes of one token and KV head. */
// @ts-ignore: AssemblyScript's decorator; TypeScript has none on functions
@inline
export function rowBytes(dtype: i32, headDim: i32): usize {
  if (dtype == HALF) return <usize>headDim << 1;
  if (dtype == FLOAT) return <usize>headDim << 2;
  return <usize>headDim + 4;
}

/** One row as f32 [D]. */
export function unpackRow(dtype: i32, row: usize, headDim: i32, out: usize): void {
  if (dtype == FLOAT) {
    memory.copy(out, row, <usize>headDim << 2);
  } else if (dtype == HALF) {
    for (let i = 0; i < headDim; i += 4) v128.store(out + (i << 2), loadHalves4(row + (i << 1)));
  } else {
    const scale = v128.load32_splat(row + headDim);
    for (let i = 0; i < headDim; i += 4) {
      const bytes = i32x4.extend_low_i16x8_s(i16x8.extend_low_i8x16_s(v128.load32_zero(row + i)));
      v128.store(out + (i << 2), f32x4.mul(scale, f32x4.convert_i32x4_s(bytes)));
    }
  }
}

/** f32 [D] as one row. */
export function packRow(dtype: i32, x: usize, headDim: i32, row: usize): void {
  if (dtype == FLOAT) {
    memory.copy(row, x, <usize>headDim << 2);
  } else if (dtype == HALF) {
    for (let i = 0; i < headDim; i += 4) {
      const half = toHalves4(v128.load(x + (i << 2)));
      v128.store64_lane(row + (i << 1), i16x8.narrow_i32x4_u(half, half), 0);
    }
  } else {
    let most = f32x4.splat(0);
    for (let i = 0; i < headDim; i += 4) most = f32x4.max(most, f32x4.abs(v128.load(x + (i << 2))));
    const top = max4(most);
    const inverse = f32x4.splat(top == 0 ? 0 : 127 / top);
    for (let i = 0; i < headDim; i += 4) {
      const rounded = f32x4.nearest(f32x4.mul(v128.load(x + (i << 2)), inverse));
      const words = i16x8.narrow_i32x4_s(i32x4.trunc_sat_f32x4_s(rounded), i32x4.splat(0));
      v128.store32_lane(row + i, i8x16.narrow_i16x8_s(words, words), 0);
    }
    store<f32>(row + headDim, top / 127);
  }
}

/** Address of (page, KV head, row) in a pool [page][K][16][row]. */
// @ts-ignore: AssemblyScript's decorator; TypeScript has none on functions
@inline
export function poolRow(pool: usize, page: i32, kvHeads: i32, head: i32, row: i32, bytes: usize): usize {
  return pool + <usize>(((page * kvHeads + head) << 4) + row) * bytes;
}

/** pool[slotBase + (ringOffset + t) mod ringCapacity] = k[rowBegin + t], v[rowBegin + t]. */
export function kvAppend(
  k: usize, v: usize, kPool: usize, vPool: usize, dtype: i32, tokens: i32, rowBegin: i32, kvHeads: i32,
  headDim: i32, slotBase: i32, ringOffset: i32, ringCapacity: i32,
): void {
  const bytes = rowBytes(dtype, headDim);
  for (let t = 0; t < tokens; t++) {
    const slot = slotBase + (ringOffset + t) % ringCapacity;
    for (let head = 0; head < kvHeads; head++) {
      const from = <usize>(((rowBegin + t) * kvHeads + head) * headDim) << 2;
      const to = poolRow(0, slot >> 4, kvHeads, head, slot & 15, bytes);
      packRow(dtype, k + from, headDim, kPool + to);
      packRow(dtype, v + from, headDim, vPool + to);
    }
  }
}

/** The working set of a page table: kRot = rotated keys, vSet = values, f32 [K][setCapacity][D] each. */
export function gatherRope(
  kPool: usize, vPool: usize, pageTable: usize, table: usize, kRot: usize, vSet: usize, dtype: i32,
  kvHeads: i32, setCapacity: i32, entryBegin: i32, entryCount: i32, headDim: i32, rotaryDims: i32,
  adjacent: bool, scratch: usize,
): void {
  const bytes = rowBytes(dtype, headDim);
  const head = <usize>headDim << 2;
  for (let e = entryBegin; e < entryBegin + entryCount; e++) {
    const entry = pageTable + (<usize>e << 4);
    const page = load<i32>(entry);
    const position = load<i32>(entry, 4);
    const packed = load<i32>(entry, 8);
    const setIndex = load<i32>(entry, 12);
    const count = (packed >> 8) & 255;
    const step = (packed >> 16) & 1 ? 0 : 1;
    for (let a = 0; a < kvHeads; a++) {
      let from = poolRow(0, page, kvHeads, a, packed & 255, bytes);
      let to = <usize>(a * setCapacity + setIndex) * head;
      for (let t = 0; t < count; t++, from += bytes, to += head) {
        unpackRow(dtype, kPool + from, headDim, scratch);
        const angles = table + <usize>(position + t * step) * (<usize>rotaryDims << 2);
        rotate(scratch, angles, kRot + to, headDim, rotaryDims, adjacent);
        unpackRow(dtype, vPool + from, headDim, vSet + to);
      }
    }
  }
}

/** Runs {startToken, page, firstRow, count} of ring tokens to other pages of the same pools. */
export function copySpanPages(
  runs: usize, kPool: usize, vPool: usize, dtype: i32, firstRun: i32, runCount: i32, kvHeads: i32,
  headDim: i32, ringCapacity: i32, ringFirstPage: i32,
): void {
  const bytes = rowBytes(dtype, headDim);
  for (let n = firstRun; n < firstRun + runCount; n++) {
    const run = runs + (<usize>n << 4);
    for (let row = 0; row < load<i32>(run, 12); row++) {
      const slot = (load<i32>(run) + row) % ringCapacity;
      for (let a = 0; a < kvHeads; a++) {
        const from = poolRow(0, ringFirstPage + (slot >> 4), kvHeads, a, slot & 15, bytes);
        const to = poolRow(0, load<i32>(run, 4), kvHeads, a, load<i32>(run, 8) + row, bytes);
        memory.copy(kPool + to, kPool + from, bytes);
        memory.copy(vPool + to, vPool + from, bytes);
      }
    }
  }
}

/** Runs {startToken, count, kQuad, vQuad} of ring tokens to `extent`, as [token][K][row] each. */
export function packExtent(
  runs: usize, kPool: usize, vPool: usize, extent: usize, dtype: i32, firstRun: i32, runCount: i32,
  kvHeads: i32, headDim: i32, ringCapacity: i32, ringFirstPage: i32,
): void {
  const bytes = rowBytes(dtype, headDim);
  const quad = quadBytes(dtype);
  for (let n = firstRun; n < firstRun + runCount; n++) {
    const run = runs + (<usize>n << 4);
    let k = extent + <usize>load<u32>(run, 8) * quad;
    let v = extent + <usize>load<u32>(run, 12) * quad;
    for (let row = 0; row < load<i32>(run, 4); row++) {
      const slot = (load<i32>(run) + row) % ringCapacity;
      for (let a = 0; a < kvHeads; a++, k += bytes, v += bytes) {
        const from = poolRow(0, ringFirstPage + (slot >> 4), kvHeads, a, slot & 15, bytes);
        memory.copy(k, kPool + from, bytes);
        memory.copy(v, vPool + from, bytes);
      }
    }
  }
}

/** Items {page, firstRow | count << 8, kQuad, vQuad} of `staged` to pool pages. */
export function scatterPages(
  items: usize, staged: usize, kPool: usize, vPool: usize, dtype: i32, firstItem: i32, itemCount: i32,
  kvHeads: i32, headDim: i32,
): void {
  const bytes = rowBytes(dtype, headDim);
  const quad = quadBytes(dtype);
  for (let n = firstItem; n < firstItem + itemCount; n++) {
    const item = items + (<usize>n << 4);
    const packed = load<i32>(item, 4);
    let k = staged + <usize>load<u32>(item, 8) * quad;
    let v = staged + <usize>load<u32>(item, 12) * quad;
    for (let row = 0; row < packed >> 8; row++) {
      for (let a = 0; a < kvHeads; a++, k += bytes, v += bytes) {
        const to = poolRow(0, load<i32>(item), kvHeads, a, (packed & 255) + row, bytes);
        memory.copy(kPool + to, k, bytes);
        memory.copy(vPool + to, v, bytes);
      }
    }
  }
}

// @ts-ignore: AssemblyScript's decorator; TypeScript has none on functions
@inline
function quadBytes(dtype: i32): usize {
  return dtype == HALF ? 8 : dtype == FLOAT ? 16 : 4;
}
