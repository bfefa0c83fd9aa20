// Makes the device's state for questions to documents from their stored index: nothing of a document is
// computed again.

import type { BoundModel } from "../bound-model.ts";
import type { StoredDocument } from "../engine.ts";
import { DocumentUnion } from "./document-union.ts";
import { Session } from "./session.ts";
import { answerBudget, openSpanKv } from "./sizes.ts";
import { SpanIndex } from "./span-index.ts";

/** `tailTokens`: instead of recall, the spans of so many tokens at the end. Throws `index-damaged`. */
export async function openSpanSession(
  model: BoundModel,
  documents: readonly StoredDocument[],
  tailTokens: number | undefined,
): Promise<Session> {
  const { backend, loaded, binding } = model;
  const { config } = loaded.model;
  const prefixTokens = binding.prompt.prefixIds.length;
  const total = DocumentUnion.totalTokens(prefixTokens, documents);
  const { parameters } = binding;
  const kv = openSpanKv(backend, config, parameters, total, documents.length);
  const budget = answerBudget(config.contextLength, parameters);
  let index: SpanIndex | undefined;
  try {
    const union = DocumentUnion.open(kv, prefixTokens, parameters.lMax, documents);
    const vectors = union.vectors.bind(union);
    index = new SpanIndex(backend, config, parameters, budget, binding.headWeights, vectors);
    for (let layer = 0; layer < config.layers; layer++) {
      const { k, v } = union.sinkPages(layer);
      if (k.length > 0) kv.writeResident(layer, k, v);
      kv.leaveRing(layer, Math.max(kv.shape.layout.sinkTokens, total));
      await union.index(index, layer, parameters.lMax);
    }
    kv.now = total;
    return new Session({
      model,
      kv,
      index,
      load: (layer, ordinals) => union.load(layer, ordinals),
      answerBudget: budget,
      tailTokens,
    });
  } catch (error) {
    kv.destroy();
    index?.destroy();
    throw error;
  }
}
