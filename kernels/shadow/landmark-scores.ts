// How much each chunk would be attended to, judged by its landmark alone: softmax over the landmarks of a
// head, summed over the query tokens, the largest of the query heads of a group (arXiv 2410.21465, alg. 2).
import type { BindingSlice, Recorder } from "../backend.ts";
import { defineKernel } from "../define-kernel.ts";
import { assertQuads } from "../shared/grid.ts";
import { kvSnippets } from "../shared/kv-pool.ts";
import scoresBody from "./landmark-scores.wgsl?raw";
import statsBody from "./landmark-stats.wgsl?raw";
import votesBody from "./landmark-votes.wgsl?raw";
import { defineForShadow, type ShadowDtype } from "./shadow-dtype.ts";

export const landmarkScoresKernels = defineForShadow((dtype) =>
  defineKernel({
    name: `landmark-scores ${dtype}`,
    snippets: [kvSnippets[dtype]],
    body: scoresBody,
    params: {
      heads: "u32",
      kvHeads: "u32",
      headDim: "u32",
      landmarks: "u32",
      scale: "f32",
      softCap: "f32",
    },
    bindings: ["read", "read", "write"],
  }),
);

export const landmarkStatsKernel = defineKernel({
  name: "landmark-stats",
  body: statsBody,
  params: { landmarks: "u32" },
  bindings: ["read", "write"],
});

export const landmarkVotesKernel = defineKernel({
  name: "landmark-votes",
  body: votesBody,
  params: { tokens: "u32", heads: "u32", kvHeads: "u32", landmarks: "u32" },
  bindings: ["read", "read", "write"],
});

export interface LandmarkScoresShape {
  readonly tokens: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  /** Per KV head, at least one. */
  readonly landmarks: number;
  /** Factor of the dot products, usually 1/√D. */
  readonly scale: number;
  /** cap·tanh(score/cap); 0 = off. */
  readonly softCap: number;
  /** Of the landmarks. */
  readonly dtype: ShadowDtype;
}

export interface LandmarkScoresBuffers {
  /** f32 [T, H*D], rotated. */
  readonly q: BindingSlice;
  /** dtype [K][landmarks][D]. */
  readonly landmarks: BindingSlice;
  /** Scratch, f32 [T*H][landmarks] and f32 [T*H, 2]. */
  readonly raw: BindingSlice;
  readonly stats: BindingSlice;
  /** f32 [K][landmarks]. */
  readonly votes: BindingSlice;
}

export function landmarkScores(
  recorder: Recorder,
  { q, landmarks: keys, raw, stats, votes }: LandmarkScoresBuffers,
  { tokens, heads, kvHeads, headDim, landmarks, scale, softCap, dtype }: LandmarkScoresShape,
): void {
  assertQuads("landmark-scores", { headDim });
  const rows = tokens * heads;
  recorder.dispatch(
    landmarkScoresKernels[dtype],
    { heads, kvHeads, headDim, landmarks, scale, softCap },
    [q, keys, raw],
    [Math.ceil(landmarks / 64), rows],
  );
  recorder.dispatch(landmarkStatsKernel, { landmarks }, [raw, stats], [rows]);
  recorder.dispatch(
    landmarkVotesKernel,
    { tokens, heads, kvHeads, landmarks },
    [raw, stats, votes],
    [Math.ceil((landmarks * kvHeads) / 64)],
  );
}
