// Soft cap of final logits (Gemma 2), in place.
import { defineKernel } from "../define-kernel.ts";
import type { BindingSlice, Recorder } from "../backend.ts";
import { linearGrid } from "../shared/grid.ts";
import linearIndex from "../shared/linear-index.wgsl?raw";
import body from "./soft-cap.wgsl?raw";

export const softCapKernel = defineKernel({
  name: "soft-cap",
  snippets: [linearIndex],
  body,
  params: { count: "u32", cap: "f32" },
  bindings: ["write"],
});

export interface SoftCapShape {
  readonly count: number;
  readonly cap: number;
}

/** x: f32 [count], in place. */
export function softCap(recorder: Recorder, x: BindingSlice, shape: SoftCapShape): void {
  recorder.dispatch(softCapKernel, { ...shape }, [x], linearGrid(shape.count));
}
