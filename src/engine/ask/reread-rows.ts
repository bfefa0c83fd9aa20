// What was measured about reading again, per kind of model (results/questions.md of the headless
// benchmarks): how many passages it answers best from, and whether that beats answering from the index.
import type { PromptParts } from "../tokenizer/prompt-parts.ts";

export interface RereadRow {
  /** Passages that are read; more of them distract a small model. */
  readonly passages: number;
  /** What `auto` means. */
  readonly auto: "reread" | "recalled";
}

const SMALL_PARAMETERS = 300e6;

/** `parameters`: of the model. */
export function rereadRow(style: PromptParts["style"], parameters: number): RereadRow {
  if (style === "document-question-answer") return { passages: 2, auto: "reread" };
  return { passages: parameters < SMALL_PARAMETERS ? 2 : 5, auto: "reread" };
}
