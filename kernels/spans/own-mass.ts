// Attention mass inside the own span, per token: known as soon as the boundaries are committed, so
// the kept band only has to reach back to the oldest uncommitted token (docs/ltri.md §3).
import { defineKernel } from "../define-kernel.ts";
import type { BindingSlice, Recorder } from "../backend.ts";
import body from "./own-mass.wgsl?raw";

export const ownMassKernel = defineKernel({
  name: "own-mass",
  body,
  params: {
    kvHeads: "u32",
    lMax: "u32",
    rowCapacity: "u32",
    ringCapacity: "u32",
    firstSpan: "u32",
  },
  bindings: ["read", "read", "write"],
});

export interface OwnMassShape {
  readonly kvHeads: number;
  readonly lMax: number;
  readonly rowCapacity: number;
  readonly ringCapacity: number;
  /** Entries firstSpan…firstSpan+spanCount−1 of the list are handled. */
  readonly firstSpan: number;
  readonly spanCount: number;
}

/**
 * bandRing: f32 [rowCapacity][lMax][K] from bandRows, spans: u32x4 {startToken, length, ordinal,
 * 0}, own: f32 [K][ringCapacity]; only slots of the listed spans are written.
 */
export function ownMass(
  recorder: Recorder,
  bandRing: BindingSlice,
  spans: BindingSlice,
  own: BindingSlice,
  { spanCount, ...shape }: OwnMassShape,
): void {
  recorder.dispatch(
    ownMassKernel,
    shape,
    [bandRing, spans, own],
    [Math.ceil((shape.lMax * shape.kvHeads) / 64), spanCount],
  );
}
