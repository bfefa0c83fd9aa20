// What each layer of a document keeps, and where: decided before it is read from model, parameters and
// length alone, so that reading, storing and asking agree. Source: arXiv 2410.21465 §4, its tail and outliers.

import type { ModelConfig } from "../../model/config.ts";
import type { LtriParameters } from "../parameters.ts";
import { CHUNK_TOKENS, evenAtLeast, type LayerSizes, RANK_STEP, rankCap } from "./shadow-sizes.ts";

export interface LayerPlan {
  /** Keys by low rank; else the layer keeps its keys and values exactly (short text, sliding window). */
  readonly isLowRank: boolean;
  /** Tokens from here on are kept exactly; a multiple of 8. Without low rank, all that is ever seen. */
  readonly tailStart: number;
  /** Chunks before the tail; none without low rank. */
  readonly chunks: number;
  /** Chunks kept exactly per KV head, and slots for chosen ones; even, 0 without low rank. */
  readonly outliers: number;
  readonly slots: number;
  /** No layer exceeds it. */
  readonly rankCap: number;
}

export interface DocumentPlan {
  /** S, prefix and document. */
  readonly tokens: number;
  /** Chunks that begin with tokens of the prompt's prefix: stored with the checkpoint, always outliers. */
  readonly headChunks: number;
  /** Share of the keys' energy that a rank must hold; above 1 every rank is its cap. */
  readonly keyEnergy: number;
  readonly layers: readonly LayerPlan[];
}

export function planDocument(
  config: ModelConfig,
  p: LtriParameters,
  prefixTokens: number,
  tokens: number,
): DocumentPlan {
  const headChunks = Math.ceil(prefixTokens / CHUNK_TOKENS);
  const width = config.kvHeads * config.headDim;
  const share = Math.ceil(p.outlierShare * Math.floor(tokens / CHUNK_TOKENS));
  const wanted = Math.max(p.outlierChunks, share);
  const outliers = wanted === 0 ? 0 : evenAtLeast(Math.max(wanted, headChunks));
  const slots = evenAtLeast(p.budget / CHUNK_TOKENS);
  const exact = (outliers + slots) * CHUNK_TOKENS + p.localTokens;
  const isShort = tokens < p.denseFactor * exact;
  const layers = config.layerConfigs.map(({ slidingWindow }): LayerPlan => {
    const tail = Math.floor(tokens / CHUNK_TOKENS) - Math.ceil(p.localTokens / CHUNK_TOKENS);
    const chunks = Math.max(0, tail);
    const room = chunks - outliers;
    if (slidingWindow !== null || isShort || room < 1) {
      const seen = slidingWindow === null ? 0 : Math.max(0, tokens + 1 - slidingWindow);
      const tailStart = Math.floor(seen / CHUNK_TOKENS) * CHUNK_TOKENS;
      return { isLowRank: false, tailStart, chunks: 0, outliers: 0, slots: 0, rankCap: 0 };
    }
    return {
      isLowRank: true,
      tailStart: chunks * CHUNK_TOKENS,
      chunks,
      outliers,
      slots: Math.min(slots, evenAtLeast(room)),
      rankCap:
        p.rank > 0 ? Math.min(RANK_STEP * Math.ceil(p.rank / RANK_STEP), width) : rankCap(width),
    };
  });
  // A fixed rank is kept whatever it holds.
  const keyEnergy = p.rank > 0 ? 2 : p.keyEnergy;
  return { tokens, headChunks, keyEnergy, layers };
}

/** The same document with so many times the slots, as far as there are chunks; what is stored does not depend on them. */
export function withSlots(document: DocumentPlan, factor: number): DocumentPlan {
  const layers = document.layers.map((plan) => {
    const slots = Math.min(factor * plan.slots, evenAtLeast(plan.chunks - plan.outliers));
    return { ...plan, slots };
  });
  return { ...document, layers };
}

/** Sizes of one low-rank layer for the formula of its memory. `generated`: slots behind the prompt. */
export function layerSizes(
  { tokens }: DocumentPlan,
  { outliers, slots, tailStart }: LayerPlan,
  rank: number,
  generated: number,
): LayerSizes {
  return { tokens, rank, outliers, slots, local: tokens - tailStart, generated };
}
