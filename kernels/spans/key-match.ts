// The best match of every row of queries with the keys of spans, head by head: exact where span-score
// compares with index vectors. Bound: 2 · rows · tokens · D operations; neighbouring rows read the same
// keys, so all but one of them find them in the cache.
import type { BindingSlice, Recorder } from "../backend.ts";
import type { KvDtype } from "../shared/kv-pool.ts";
import { defineKvKernels } from "./kv-dtype.ts";
import body from "./key-match.wgsl?raw";

export const keyMatchKernels = defineKvKernels({
  name: "key-match",
  body,
  params: { spans: "u32", rows: "u32", heads: "u32", headDim: "u32" },
  bindings: ["read", "read", "read", "write"],
});

export interface KeyMatchShape {
  /** Every span has at least one key. */
  readonly spans: number;
  /** Query row r belongs to head r mod heads. */
  readonly rows: number;
  readonly heads: number;
  readonly headDim: number;
  /** Of the keys. */
  readonly dtype: KvDtype;
}

/**
 * queries: f32 [D/4][rows][4], keys: dtype [token][heads][D], starts: u32 [spans + 1], the first key of each
 * span and the end of the last, raw: f32 [rows][spans].
 */
export function keyMatch(
  recorder: Recorder,
  queries: BindingSlice,
  keys: BindingSlice,
  starts: BindingSlice,
  raw: BindingSlice,
  { dtype, ...shape }: KeyMatchShape,
): void {
  const groups = [Math.ceil((shape.spans * shape.rows) / 64)] as const;
  recorder.dispatch(keyMatchKernels[dtype], shape, [queries, keys, starts, raw], groups);
}
