// Scores of all spans of a layer for one query per KV head (docs/ltri.md §7).
import type { BindingSlice, Recorder } from "../backend.ts";
import type { KvDtype } from "../shared/kv-pool.ts";
import { defineKvKernels } from "./kv-dtype.ts";
import body from "./span-score.wgsl?raw";

export const spanScoreKernels = defineKvKernels({
  name: "span-score",
  body,
  params: {
    spans: "u32",
    firstSpan: "u32",
    firstRow: "u32",
    spanCapacity: "u32",
    kvHeads: "u32",
    headDim: "u32",
  },
  bindings: ["read", "read", "write"],
});

export interface SpanScoreShape {
  /** Spans to score: ordinals firstSpan…, whose vectors stand in rows firstRow…. */
  readonly spans: number;
  readonly firstSpan: number;
  readonly firstRow: number;
  /** Row length of `raw`, at least firstSpan + spans. */
  readonly spanCapacity: number;
  readonly kvHeads: number;
  readonly headDim: number;
  /** Of the vectors. */
  readonly dtype: KvDtype;
}

/** q: f32 [K][D], vectors: dtype [row][2][K][D], raw: f32 [K][spanCapacity]. */
export function spanScore(
  recorder: Recorder,
  q: BindingSlice,
  vectors: BindingSlice,
  raw: BindingSlice,
  { dtype, ...shape }: SpanScoreShape,
): void {
  const groups = [Math.ceil(shape.spans / 64), shape.kvHeads] as const;
  recorder.dispatch(spanScoreKernels[dtype], shape, [q, vectors, raw], groups);
}
