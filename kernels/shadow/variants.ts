// Every kernel of ShadowKV for one model, for warm-up and the compile test.
import type { Variant } from "../backend.ts";
import { ropeConstants, type RopeSpec } from "../shared/rope-table.ts";
import { appendRowsKernels } from "./append-rows.ts";
import { chunkLandmarksKernel } from "./chunk-landmarks.ts";
import { placeValuesKernels, rebuildKeysKernels, unpackValuesKernels } from "./fill-slots.ts";
import { keyGramKernel, keyMeanKernel } from "./key-gram.ts";
import {
  landmarkScoresKernels,
  landmarkStatsKernel,
  landmarkVotesKernel,
} from "./landmark-scores.ts";
import type { ShadowDtype } from "./shadow-dtype.ts";
import { topChunksKernel } from "./top-chunks.ts";

/** `ropes`: one per kind of layer. */
export function shadowVariants(dtype: ShadowDtype, ropes: readonly RopeSpec[]): Variant[] {
  const plain = [
    keyMeanKernel,
    keyGramKernel,
    chunkLandmarksKernel,
    landmarkScoresKernels[dtype],
    landmarkStatsKernel,
    landmarkVotesKernel,
    appendRowsKernels[dtype],
    placeValuesKernels[dtype],
    topChunksKernel,
    unpackValuesKernels[dtype],
  ].map((kernel) => ({ kernel }));
  const rebuild = ropes.map((rope) => ({
    kernel: rebuildKeysKernels[dtype],
    constants: ropeConstants(rope),
  }));
  return [...plain, ...rebuild];
}
