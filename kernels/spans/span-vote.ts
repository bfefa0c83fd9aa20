// Retrieval-head voting and persistent recall (docs/ltri.md §7, §8). Four small barrier-free dispatches.
import { defineKernel } from "../define-kernel.ts";
import type { BindingSlice, Recorder } from "../backend.ts";
import boostedScore from "./boosted-score.wgsl?raw";
import finishBody from "./vote-finish.wgsl?raw";
import headsBody from "./vote-heads.wgsl?raw";
import scratchLayout from "./vote-scratch.wgsl?raw";
import spansBody from "./vote-spans.wgsl?raw";
import statsBody from "./vote-stats.wgsl?raw";

export const voteStatsKernel = defineKernel({
  name: "vote-stats",
  snippets: [scratchLayout, boostedScore],
  body: statsBody,
  params: { spans: "u32", spanCapacity: "u32", kvHeads: "u32", boost: "f32" },
  bindings: ["read", "write"],
});

export const voteHeadsKernel = defineKernel({
  name: "vote-heads",
  snippets: [scratchLayout],
  body: headsBody,
  params: { kvHeads: "u32", z0: "f32", calibrated: "u32" },
  bindings: ["read", "write"],
});

export const voteSpansKernel = defineKernel({
  name: "vote-spans",
  snippets: [scratchLayout, boostedScore],
  body: spansBody,
  params: { spans: "u32", spanCapacity: "u32", kvHeads: "u32", boost: "f32", z0: "f32" },
  bindings: ["read", "write", "write", "write"],
});

export const voteFinishKernel = defineKernel({
  name: "vote-finish",
  snippets: [scratchLayout],
  body: finishBody,
  params: { spans: "u32", kvHeads: "u32", gamma: "f32", persist: "u32" },
  bindings: ["read", "write", "write"],
});

const STAT_LANES = 64;
const SUM_LANES = 256;

export interface SpanVoteShape {
  /** S, ordinals 0…S−1. */
  readonly spans: number;
  readonly spanCapacity: number;
  readonly kvHeads: number;
  readonly z0: number;
  /** β: share of the better neighbour's score that is added; 0 = off. */
  readonly boost: number;
  readonly gamma: number;
  /** Update `recall`; off while a document is read. */
  readonly persist: boolean;
}

/** f32 elements of the scratch buffer; layers may share it, dispatches run in order. */
export function spanVoteScratchLength(kvHeads: number): number {
  return kvHeads * (STAT_LANES + 1) * 4 + SUM_LANES;
}

export interface SpanVoteBuffers {
  /** f32 [K][spanCapacity] of spanScore. */
  readonly raw: BindingSlice;
  /** f32 [K], calibrated weights; without them the peakedness of a head decides. */
  readonly headWeights?: BindingSlice;
  /** f32 [spanVoteScratchLength(K)]. */
  readonly scratch: BindingSlice;
  /** V: f32 [≥ S], overwritten, sums to 1 or is all 0. */
  readonly votes: BindingSlice;
  /** T: f32 [≥ S], overwritten. */
  readonly ties: BindingSlice;
  /** e: f32 [≥ S]; zeros at the start of a user turn and for new spans. */
  readonly recall: BindingSlice;
}

export function spanVote(
  recorder: Recorder,
  { raw, headWeights, scratch, votes, ties, recall }: SpanVoteBuffers,
  shape: SpanVoteShape,
): void {
  const { spans, spanCapacity, kvHeads, boost, z0, gamma } = shape;
  if (spans === 0) return;
  const scores = { spans, spanCapacity, kvHeads, boost };
  recorder.dispatch(voteStatsKernel, scores, [raw, scratch], [1, kvHeads]);
  recorder.dispatch(
    voteHeadsKernel,
    { kvHeads, z0, calibrated: headWeights ? 1 : 0 },
    [headWeights ?? raw, scratch],
    [Math.ceil(kvHeads / 32)],
  );
  recorder.dispatch(
    voteSpansKernel,
    { ...scores, z0 },
    [raw, scratch, votes, ties],
    [SUM_LANES / 64],
  );
  recorder.dispatch(
    voteFinishKernel,
    { spans, kvHeads, gamma, persist: shape.persist ? 1 : 0 },
    [scratch, votes, recall],
    [Math.ceil(spans / 64)],
  );
}
