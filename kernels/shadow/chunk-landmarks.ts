// Landmarks of a layer: the mean of every 8 rotated keys of a head, and how well it stands for them.
// The chunks that it describes worst are the outliers (arXiv 2410.21465, algorithm 1).
import type { BindingSlice, Recorder } from "../backend.ts";
import { defineKernel } from "../define-kernel.ts";
import body from "./chunk-landmarks.wgsl?raw";

/** Tokens that share a landmark, c. */
export const SHADOW_CHUNK = 8;

export const chunkLandmarksKernel = defineKernel({
  name: "chunk-landmarks",
  body,
  params: { kvHeads: "u32", headDim: "u32", setCapacity: "u32", chunks: "u32" },
  bindings: ["read", "write", "write"],
});

export interface ChunkLandmarksShape {
  readonly kvHeads: number;
  readonly headDim: number;
  /** Rows per KV head in kRot. */
  readonly setCapacity: number;
  /** Whole chunks at the start of each head's rows. */
  readonly chunks: number;
}

/** kRot: f32 [K][setCapacity][D]; landmarks: f32 [K][chunks][D]; likeness: f32 [K][chunks], cosines. */
export function chunkLandmarks(
  recorder: Recorder,
  kRot: BindingSlice,
  landmarks: BindingSlice,
  likeness: BindingSlice,
  shape: ChunkLandmarksShape,
): void {
  if (shape.chunks * SHADOW_CHUNK > shape.setCapacity) throw new Error("chunk-landmarks: rows");
  recorder.dispatch(
    chunkLandmarksKernel,
    { ...shape },
    [kRot, landmarks, likeness],
    [Math.ceil((shape.chunks * shape.kvHeads) / 64)],
  );
}
