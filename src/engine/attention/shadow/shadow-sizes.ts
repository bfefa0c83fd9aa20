// Sizes of ShadowKV (arXiv 2410.21465), pure: what is kept on the device per layer, and how that compares
// with keys and values of all tokens. Pages show the ratio before the engine is chosen, so nothing is
// imported here.

/** Tokens of a chunk, c: what shares a landmark and is chosen as one. */
export const CHUNK_TOKENS = 8;

/**
 * How chosen chunks come into their slots. `exact`: every layer of a step waits for its own choice (the paper).
 * `deferred`: a step attends to what the steps before it chose. `gpuValues`: all values are on the device in int8,
 * which chooses by itself.
 */
export type ShadowMode = "exact" | "deferred" | "gpuValues";

/** Slots over chunks chosen at once: where choices come late, those of earlier steps stay. */
export function slotsPerChoice(mode: ShadowMode): number {
  return mode === "deferred" ? 2 : 1;
}

/** Below this ratio the engine costs more than it saves. */
export const LEAST_RATIO = 2;

/** What of a model the sizes follow from. */
export interface KeyShape {
  readonly layers: number;
  /** D = KV heads · head size. */
  readonly width: number;
}

/** What one layer keeps, in tokens, chunks and ranks. */
export interface LayerSizes {
  /** S, tokens of the prompt. */
  readonly tokens: number;
  readonly rank: number;
  /** Chunks per KV head kept exactly, o. */
  readonly outliers: number;
  /** Chunks per KV head that are brought in, k. */
  readonly slots: number;
  /** Tokens at the end of the prompt, and behind it, kept exactly. */
  readonly local: number;
  readonly generated: number;
}

/** Ranks are multiples of it. */
export const RANK_STEP = 4;

/** Rank that is never exceeded: 160 where the paper uses it, a quarter of the width below. */
export function rankCap(width: number): number {
  return Math.max(RANK_STEP, Math.min(160, Math.floor(width / 4 / RANK_STEP) * RANK_STEP));
}

/** Tokens brought in per KV head: 512 for contexts of 8K and 16K, more for longer ones, less for small models. */
export function startBudget(contextLength: number): number {
  if (contextLength > 65_536) return 2048;
  if (contextLength > 16_384) return 1024;
  return Math.max(16, Math.min(512, Math.floor(contextLength / 256) * 16));
}

/** Elements of one layer on the device: S·r + r·D + ⌊S/c⌋·D + 2·o·c·D + 2·k·c·D + 2·(local + generated)·D. */
export function lowRankElements(width: number, s: LayerSizes): number {
  const landmarks = Math.floor(s.tokens / CHUNK_TOKENS) * width;
  const exact = (s.outliers + s.slots) * CHUNK_TOKENS + s.local + s.generated;
  return s.tokens * s.rank + s.rank * width + landmarks + 2 * exact * width;
}

/** Keys and values of all tokens over what ShadowKV keeps on the device; generated tokens on neither side. */
export function memoryRatio(width: number, sizes: LayerSizes): number {
  return (2 * sizes.tokens * width) / lowRankElements(width, { ...sizes, generated: 0 });
}

/**
 * What to expect of a model with its start values for a document that fills its context. Values in int8
 * are half an element each; their scales are left out.
 */
export function expectedRatio(
  { width, contextLength }: { readonly width: number; readonly contextLength: number },
  mode: ShadowMode = "exact",
): number {
  const tokens = contextLength;
  const slots = slotsPerChoice(mode) * (startBudget(contextLength) / CHUNK_TOKENS);
  const outliers = evenAtLeast(Math.max(8, 0.003 * Math.floor(tokens / CHUNK_TOKENS)));
  const sizes = { tokens, rank: rankCap(width), outliers, slots, local: 32, generated: 0 };
  const values = mode === "gpuValues" ? (tokens * width) / 2 : 0;
  return (2 * tokens * width) / (lowRankElements(width, sizes) + values);
}

/** Two chunks share a page. */
export function evenAtLeast(count: number): number {
  return 2 * Math.ceil(count / 2);
}
