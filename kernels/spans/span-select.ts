// Selection of spans under a token budget, on the GPU (docs/ltri.md §8).
import { defineKernel } from "../define-kernel.ts";
import type { BindingSlice, Recorder } from "../backend.ts";
import body from "./span-select.wgsl?raw";

export const spanSelectKernel = defineKernel({
  name: "span-select",
  body,
  params: { spans: "u32", budget: "u32", recallBudget: "u32" },
  bindings: ["read", "read", "read", "read", "write"],
});

export interface SpanSelectShape {
  /** S, ordinals 0…S−1. */
  readonly spans: number;
  /** B: hard cap in tokens. */
  readonly budgetTokens: number;
  /** Share of the budget that goes to the highest recall; 0 while a document is read. */
  readonly persistFrac: number;
}

/** Words of a selection before the ids: count, tokens, spans taken by recall, 0. */
export const SELECTION_HEAD_WORDS = 4;

/** Words that hold any selection: no span is empty, so at most one id per token of the budget. */
export function selectionWords(shape: Pick<SpanSelectShape, "spans" | "budgetTokens">): number {
  return SELECTION_HEAD_WORDS + Math.min(shape.spans, shape.budgetTokens);
}

export interface Selection {
  /** Ordinals in document order. */
  readonly ids: Uint32Array;
  readonly tokens: number;
  /** How many of the spans were taken by persistent recall. */
  readonly recalled: number;
}

export function readSelection(words: Uint32Array): Selection {
  const [count = 0, tokens = 0, recalled = 0] = words;
  const ids = words.slice(SELECTION_HEAD_WORDS, SELECTION_HEAD_WORDS + count);
  return { ids, tokens, recalled };
}

export function recallBudget(shape: SpanSelectShape): number {
  return Math.floor(shape.persistFrac * shape.budgetTokens);
}

/**
 * spans: u32x4 {startToken, length, 0, 0} [S]; recall, votes, ties: f32
 * [≥ S] of spanVote; selected: u32 [selectionWords(shape)], see readSelection.
 */
export function spanSelect(
  recorder: Recorder,
  spans: BindingSlice,
  recall: BindingSlice,
  votes: BindingSlice,
  ties: BindingSlice,
  selected: BindingSlice,
  shape: SpanSelectShape,
): void {
  recorder.dispatch(
    spanSelectKernel,
    {
      spans: shape.spans,
      budget: shape.budgetTokens,
      recallBudget: recallBudget(shape),
    },
    [spans, recall, votes, ties, selected],
    [1],
  );
}
