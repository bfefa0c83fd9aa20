// How much of the planted sentences the engine had before its eyes while it answered: tells a miss of
// the retrieval from a miss of the model. Pure.

import type { PlantedNeedle } from "../types.ts";
import { firstAtLeast } from "../../engine/first-at-least.ts";

interface TokenInterval {
  /** Token of the stream: prompt prefix included. */
  readonly start: number;
  readonly length: number;
}

/**
 * Share of the required needles' tokens that lie in attended spans, mean over layers; null where no
 * needle is required. `starts`: UTF-16 offset of each document token.
 */
export function evidenceRecall(
  layers: readonly (readonly TokenInterval[])[],
  needles: readonly PlantedNeedle[],
  starts: Uint32Array,
  prefixTokens: number,
): number | null {
  const tokens = needles
    .filter(({ required }) => required)
    .flatMap(({ start, end }) => tokensWithin(starts, start, end))
    .map((token) => prefixTokens + token);
  if (tokens.length === 0 || layers.length === 0) return null;
  const shares = layers.map((spans) => {
    const seen = tokens.filter((token) =>
      spans.some(({ start, length }) => token >= start && token < start + length),
    );
    return seen.length / tokens.length;
  });
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

/** Tokens that begin in [start, end). */
export function tokensWithin(starts: Uint32Array, start: number, end: number): number[] {
  const tokens: number[] = [];
  for (let i = firstAtLeast(starts, start); i < starts.length && starts[i]! < end; i++) {
    tokens.push(i);
  }
  return tokens;
}
