// The stream of a document: its tokens, and the device's state for them.

import type { PromptParts } from "../../tokenizer/prompt-parts.ts";
import type { BoundModel } from "../bound-model.ts";
import { RecurrentStream, ringDtype } from "./recurrent-stream.ts";

export function openBoundStream({
  backend,
  loaded,
  binding,
  counter,
}: BoundModel): RecurrentStream {
  const { chunk, kvDtype } = binding.parameters;
  const shape = { chunk, logitRows: 1, ring: ringDtype(kvDtype) };
  return new RecurrentStream(backend, loaded, counter, shape);
}

/** u32 [prefix + document] */
export function streamIds({ prefixIds }: PromptParts, documentIds: Uint32Array): Uint32Array {
  const ids = new Uint32Array(prefixIds.length + documentIds.length);
  ids.set(prefixIds);
  ids.set(documentIds, prefixIds.length);
  return ids;
}
