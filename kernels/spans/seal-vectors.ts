// Index vectors of sealed spans: static and dynamic mean keys (docs/ltri.md §6).
import type { BindingSlice, Recorder } from "../backend.ts";
import type { KvDtype } from "../shared/kv-pool.ts";
import { defineKvKernels, type RingPlace } from "./kv-dtype.ts";
import body from "./seal-vectors.wgsl?raw";

export const sealVectorsKernels = defineKvKernels({
  name: "seal-vectors",
  body,
  params: {
    firstSpan: "u32",
    spanCount: "u32",
    kvHeads: "u32",
    headDim: "u32",
    ringCapacity: "u32",
    ringFirstPage: "u32",
    representatives: "u32",
    dynamic: "u32",
    total: "u32",
  },
  bindings: ["read", "read", "read", "read", "write"],
});

export interface SealVectorsShape extends RingPlace {
  readonly firstSpan: number;
  readonly spanCount: number;
  readonly kvHeads: number;
  readonly headDim: number;
  /** r, 1…8; spans shorter than 16 tokens take at most 2, shorter than 8 one. */
  readonly representatives: number;
  /** 'static': both vectors are the static one; 'total': both ranked by all votes (baseline). */
  readonly vectors: "both" | "static" | "total";
  /** Of kPool and of the vectors. */
  readonly dtype: KvDtype;
}

/**
 * spans: u32x4 {startToken, length, ordinal, 0}; votes, own: f32 [K][ringCapacity];
 * kPool: [page][K][16][D] with the ring inside; vectors: [ordinal][2][K][D], static then dynamic;
 * only rows of the listed ordinals are written. The tokens must still be in the ring.
 */
export function sealVectors(
  recorder: Recorder,
  spans: BindingSlice,
  votes: BindingSlice,
  own: BindingSlice,
  kPool: BindingSlice,
  vectorBuffer: BindingSlice,
  { dtype, vectors, ...shape }: SealVectorsShape,
): void {
  if (shape.representatives < 1 || shape.representatives > 8) {
    throw new Error(`seal-vectors: ${shape.representatives} representatives, 1 to 8 allowed`);
  }
  recorder.dispatch(
    sealVectorsKernels[dtype],
    { ...shape, dynamic: vectors === "both" ? 1 : 0, total: vectors === "total" ? 1 : 0 },
    [spans, votes, own, kPool, vectorBuffer],
    [Math.ceil((shape.spanCount * shape.kvHeads * 2) / 64)],
  );
}
