// Public index of the span kernels; exported through kernels/index.ts. The twin of the vote is part of it:
// the votes of a whole question are added up on the CPU.
export * from "./band.ts";
export * from "./band-rows.ts";
export { bandVotes, bandVotesKernel, type BandVotesShape } from "./band-votes.ts";
export * from "./copy-span-pages.ts";
export type { RingPlace } from "./kv-dtype.ts";
export * from "./key-match.ts";
export * from "./own-mass.ts";
export * from "./pack-extent.ts";
export * from "./scatter-pages.ts";
export * from "./seal-vectors.ts";
export * from "./span-score.ts";
export * from "./span-select.ts";
export * from "./span-vote.ts";
export { type SpanVoteArrays, spanVoteTwin } from "./span-vote.twin.ts";
export { spanVariants } from "./variants.ts";
