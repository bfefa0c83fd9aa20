// Public index of the span kernels; exported through kernels/index.ts. The twins of the choice are
// part of it: with few spans the engine chooses on the CPU.
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
export { spanScoreTwin } from "./span-score.twin.ts";
export * from "./span-select.ts";
export { spanSelectTwin } from "./span-select.twin.ts";
export * from "./span-vote.ts";
export { type SpanVoteArrays, spanVoteTwin } from "./span-vote.twin.ts";
export { spanVariants } from "./variants.ts";
