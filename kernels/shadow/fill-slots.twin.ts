import { packPool, unpackPool } from "../shared/kv-pool.ts";
import { rotateHead, type RopeSpec } from "../shared/rope-table.ts";
import type { FillSlotsShape } from "./fill-slots.ts";

/** CPU twin of rebuild-keys.wgsl; a, b and kPool are words. */
export function rebuildKeysTwin(
  items: Uint32Array,
  a: Uint32Array,
  b: Uint32Array,
  mean: Float32Array,
  table: Float32Array,
  kPool: Uint32Array,
  s: FillSlotsShape & { readonly rope: RopeSpec; readonly rank: number },
): void {
  const { rank, rope } = s;
  const { headDim } = rope;
  const left = unpackPool(a, s.dtype, rank);
  const right = unpackPool(b, s.dtype, headDim);
  eachRow(items, s, (head, token, row) => {
    const key = mean.slice(head * headDim, (head + 1) * headDim);
    for (let d = 0; d < headDim; d++) {
      let sum = key[d]!;
      for (let r = 0; r < rank; r++) {
        sum += left[token * rank + r]! * right[(head * rank + r) * headDim + d]!;
      }
      key[d] = sum;
    }
    rotateHead(key, table, token, rope);
    const words = packPool(key, s.dtype, headDim);
    kPool.set(words, row * words.length);
  });
}

/** CPU twin of place-values.wgsl; staged and vPool are words. */
export function placeValuesTwin(
  items: Uint32Array,
  staged: Uint32Array,
  vPool: Uint32Array,
  s: FillSlotsShape & { readonly headDim: number },
): void {
  const words = s.dtype === "f16" ? s.headDim / 2 : s.headDim;
  eachRow(items, s, (_, __, row, from) => {
    vPool.set(staged.subarray(from * words, (from + 1) * words), row * words);
  });
}

/** CPU twin of unpack-values.wgsl; values and vPool are words. */
export function unpackValuesTwin(
  items: Uint32Array,
  values: Uint32Array,
  vPool: Uint32Array,
  s: FillSlotsShape & { readonly headDim: number; readonly chunks: number },
): void {
  const all = unpackPool(values, "int8", s.headDim);
  eachRow(items, s, (head, token, row) => {
    const at = (head * s.chunks * 8 + token) * s.headDim;
    const words = packPool(all.slice(at, at + s.headDim), s.dtype, s.headDim);
    vPool.set(words, row * words.length);
  });
}

/** `row`: row of the pool; `from`: row of the staging buffer. */
function eachRow(
  items: Uint32Array,
  { firstItem, itemCount, kvHeads }: FillSlotsShape,
  visit: (head: number, token: number, row: number, from: number) => void,
): void {
  for (let n = firstItem; n < firstItem + itemCount; n++) {
    const [head = 0, chunk = 0, slot = 0] = items.subarray(n * 4, n * 4 + 3);
    for (let t = 0; t < 8; t++) {
      const row = (Math.floor(slot / 2) * kvHeads + head) * 16 + (slot % 2) * 8 + t;
      visit(head, chunk * 8 + t, row, n * 8 + t);
    }
  }
}
