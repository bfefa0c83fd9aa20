// Public index of the kernels of ShadowKV; exported through kernels/index.ts.
export { appendRows } from "./append-rows.ts";
export { chunkLandmarks, SHADOW_CHUNK } from "./chunk-landmarks.ts";
export {
  packSlotItems,
  placeValues,
  rebuildKeys,
  type SlotItem,
  unpackValues,
} from "./fill-slots.ts";
export { keyGram } from "./key-gram.ts";
export { landmarkScores } from "./landmark-scores.ts";
export { SHADOW_DTYPES, type ShadowDtype } from "./shadow-dtype.ts";
export { topChunks } from "./top-chunks.ts";
export { shadowVariants } from "./variants.ts";
