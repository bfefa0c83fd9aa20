// The chunks that a step attends to, chosen on the device: no read-back stands between scores and slots.
import type { BindingSlice, Recorder } from "../backend.ts";
import { defineKernel } from "../define-kernel.ts";
import body from "./top-chunks.wgsl?raw";

export const topChunksKernel = defineKernel({
  name: "top-chunks",
  body,
  params: { landmarks: "u32", slots: "u32", firstSlot: "u32" },
  bindings: ["read", "read", "write"],
});

export interface TopChunksShape {
  readonly kvHeads: number;
  readonly landmarks: number;
  /** At most as many as there are landmarks, at least one. */
  readonly slots: number;
  readonly firstSlot: number;
}

/** votes: f32 [K][landmarks], not negative; ids: u32 [K][landmarks], chunks; items: u32 [K·slots, 4], see packSlotItems. */
export function topChunks(
  recorder: Recorder,
  votes: BindingSlice,
  ids: BindingSlice,
  items: BindingSlice,
  { kvHeads, ...params }: TopChunksShape,
): void {
  if (params.slots < 1 || params.slots > params.landmarks) {
    throw new Error(`top-chunks: ${params.slots} of ${params.landmarks}`);
  }
  recorder.dispatch(topChunksKernel, params, [votes, ids, items], [kvHeads]);
}
