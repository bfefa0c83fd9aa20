// Gathers sealed tokens from the ring into the layout of the durable store, for read-back.
import type { BindingSlice, Recorder } from "../backend.ts";
import { type KvDtype, kvRowQuads } from "../shared/kv-pool.ts";
import { defineKvKernels, type RingPlace } from "./kv-dtype.ts";
import body from "./pack-extent.wgsl?raw";

export const packExtentKernels = defineKvKernels({
  name: "pack-extent",
  body,
  params: {
    firstRun: "u32",
    kvHeads: "u32",
    headDim: "u32",
    ringCapacity: "u32",
    ringFirstPage: "u32",
  },
  bindings: ["read", "read", "read", "write"],
});

/** u32x4 in the list. Offsets of the first token in the extent buffer, in quads. */
export interface ExtentRun {
  readonly startToken: number;
  readonly count: number;
  readonly kQuad: number;
  readonly vQuad: number;
}

/** u32 [runs][4] as the kernel reads it. */
export function packExtentRuns(runs: readonly ExtentRun[]): Uint32Array<ArrayBuffer> {
  return Uint32Array.from(runs.flatMap((r) => [r.startToken, r.count, r.kQuad, r.vQuad]));
}

export interface PackExtentShape extends RingPlace {
  readonly firstRun: number;
  readonly runCount: number;
  /** Largest count of the listed runs. */
  readonly maxRunTokens: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly dtype: KvDtype;
}

/**
 * runs: u32x4 {startToken, count, kQuad, vQuad}; kPool, vPool: dtype [page][K][16][D]; extent:
 * dtype, the keys of a run as [token][K][D] at kQuad, its values at vQuad.
 */
export function packExtent(
  recorder: Recorder,
  runs: BindingSlice,
  kPool: BindingSlice,
  vPool: BindingSlice,
  extent: BindingSlice,
  { runCount, maxRunTokens, dtype, ...shape }: PackExtentShape,
): void {
  recorder.dispatch(
    packExtentKernels[dtype],
    shape,
    [runs, kPool, vPool, extent],
    [Math.ceil((maxRunTokens * shape.kvHeads * kvRowQuads(dtype, shape.headDim)) / 64), runCount],
  );
}
