// Vote mass that every ring token received, brought up to date with one chunk (docs/ltri.md §3).
import { defineKernel } from "../define-kernel.ts";
import type { BindingSlice, Recorder } from "../backend.ts";
import body from "./band-votes.wgsl?raw";

export const bandVotesKernel = defineKernel({
  name: "band-votes",
  body,
  params: {
    tokens: "u32",
    kvHeads: "u32",
    bandWidth: "u32",
    voteWidth: "u32",
    firstToken: "u32",
    firstVoted: "u32",
    ringCapacity: "u32",
  },
  bindings: ["read", "write"],
});

export interface BandVotesShape {
  readonly tokens: number;
  readonly kvHeads: number;
  readonly bandWidth: number;
  /** nVote, at most bandWidth. */
  readonly voteWidth: number;
  readonly firstToken: number;
  /** Oldest token of the ring; older slots are not touched. */
  readonly firstRingToken: number;
  readonly ringCapacity: number;
}

/**
 * band: f32 [T][bandWidth][K], votes: f32 [K][ringCapacity], slot of token j = j mod ringCapacity.
 * The slots of the chunk's own tokens are set, the others are added to.
 */
export function bandVotes(
  recorder: Recorder,
  bandBuffer: BindingSlice,
  votes: BindingSlice,
  { firstRingToken, ...shape }: BandVotesShape,
): void {
  if (shape.voteWidth > shape.bandWidth) throw new Error("band-votes: voteWidth > bandWidth");
  const firstVoted = firstVotedToken({ firstRingToken, ...shape });
  const threads = (shape.firstToken + shape.tokens - firstVoted) * shape.kvHeads;
  recorder.dispatch(
    bandVotesKernel,
    { ...shape, firstVoted },
    [bandBuffer, votes],
    [Math.ceil(threads / 64)],
  );
}

export function firstVotedToken(shape: BandVotesShape): number {
  const { firstRingToken, firstToken, voteWidth } = shape;
  return Math.min(firstToken, Math.max(firstRingToken, firstToken - voteWidth + 1));
}
