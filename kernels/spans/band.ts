// Banded attention probabilities of one chunk, summed per KV head (docs/ltri.md §3).
import { defineKernel } from "../define-kernel.ts";
import type { BindingSlice, Recorder } from "../backend.ts";
import body from "./band.wgsl?raw";

export const bandKernel = defineKernel({
  name: "band",
  body,
  params: {
    tokens: "u32",
    heads: "u32",
    kvHeads: "u32",
    headDim: "u32",
    setCapacity: "u32",
    bandWidth: "u32",
    firstToken: "u32",
    firstRingToken: "u32",
    rowOfFirstRing: "u32",
    window: "u32",
    scale: "f32",
    softCap: "f32",
  },
  bindings: ["read", "read", "read", "write"],
});

export interface BandShape {
  /** T: rows of the chunk; row i is token firstToken + i. */
  readonly tokens: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  /** Rows allocated per KV head in `k` (Scap). */
  readonly setCapacity: number;
  /** Lags 0…bandWidth−1. */
  readonly bandWidth: number;
  readonly firstToken: number;
  /** Oldest token of the ring, at most firstToken; older keys count as 0. */
  readonly firstRingToken: number;
  /** Ring token j is row rowOfFirstRing + (j − firstRingToken) of `k`. */
  readonly rowOfFirstRing: number;
  /** Lags from it on are invisible; 0 = off. */
  readonly window: number;
  readonly scale: number;
  /** cap·tanh(score/cap) as in the attention that gave `lse`; 0 = off. */
  readonly softCap: number;
}

/**
 * q: f32 [T, H*D] rotated, k: f32 [K][setCapacity][D] rotated, lse: f32 [H, T] over everything the row
 * attends to, band: f32 [T][bandWidth][K], overwritten.
 */
export function band(
  recorder: Recorder,
  q: BindingSlice,
  k: BindingSlice,
  lse: BindingSlice,
  out: BindingSlice,
  shape: BandShape,
): void {
  if (shape.firstRingToken > shape.firstToken) throw new Error("band: chunk is not in the ring");
  const threads = Math.ceil(shape.bandWidth / 4) * shape.kvHeads;
  recorder.dispatch(
    bandKernel,
    { ...shape },
    [q, k, lse, out],
    [Math.ceil(threads / 64), shape.tokens],
  );
}
