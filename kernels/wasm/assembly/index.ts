// The exports of the module. Addresses are bytes in the imported memory; shapes, formulas and layouts are those of
// the WGSL kernels of the same names. Compiled twice, with relaxed SIMD and without (src/cli/assemblyscript.mjs).
export { attentionDecode, attentionDecodeScratch, attentionMass, attentionMerge, meanQuery } from "./attention-decode";
export { attentionPrefill, attentionPrefillScratch, attentionPrefillUnits } from "./attention-prefill";
export { band, bandKeep, bandRows, bandScratch, bandVotes, ownMass } from "./bands";
export { embed, gatedActivation, rmsNorm, softCap } from "./elementwise";
export { copySpanPages, gatherRope, kvAppend, packExtent, scatterPages } from "./kv";
export { matmul, matmulScratch } from "./matmul";
export { quantise, quantisedBytes } from "./matmul-integers";
export {
  convTail,
  gatedNorm,
  inputGate,
  mixerGates,
  shortConv,
  stateScan,
  windowAppend,
  windowAttention,
  windowAttentionScratch,
} from "./recurrent";
export { ropeRows } from "./rope";
export { sample, sampleChunks } from "./sampling";
export {
  appendRows,
  chunkLandmarks,
  keyGram,
  keyMean,
  landmarkScores,
  landmarkStats,
  landmarkVotes,
  placeValues,
  rebuildKeys,
  topChunks,
  unpackValues,
} from "./shadow";
export {
  keyMatch,
  keyMatchScratch,
  sealVectors,
  spanScore,
  spanSelect,
  voteFinish,
  voteHeads,
  voteSpans,
  voteStats,
} from "./spans";

/** First byte behind the module's own data. */
export function dataEnd(): usize {
  return __heap_base;
}
