// A document that no model has begun to read: its text, its pages and its words are stored, and nothing is
// bound to a model. Passages are found in it by words; a reading begins as a rebuild.
import type { Fingerprint, NewDocument } from "./types.ts";

/** What stands in the place of an index. */
export const TEXT_ALONE: Omit<NewDocument, "title" | "text"> = {
  tokenIds: new Uint32Array(0),
  tokenStarts: new Uint32Array(0),
  fingerprint: {},
  geometry: { layers: 1, kvHeads: 0, headDim: 0, kvBytesPerToken: 0, vectorBytes: 0 },
  modelName: "",
};

/** By the stored fingerprint: that of a model is never empty. */
export function isTextAlone(fingerprint: Fingerprint): boolean {
  return Object.keys(fingerprint).length === 0;
}
