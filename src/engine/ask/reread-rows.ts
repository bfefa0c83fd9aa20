// What was measured about reading again, per kind of model (results/questions.md of the headless
// benchmarks): how many passages it answers best from, and whether that beats answering from the index.
import type { PromptParts } from "../tokenizer/prompt-parts.ts";

export interface RereadRow {
  /** Passages that are read; more of them distract a small model. */
  readonly passages: number;
  /** Of the best passage's score, that a further one needs to be read. */
  readonly leastShare: number;
  /** What `auto` means. */
  readonly auto: "reread" | "recalled";
}

const SMALL_PARAMETERS = 300e6;

/** `parameters`: of the model. */
export function rereadRow(style: PromptParts["style"], parameters: number): RereadRow {
  if (style === "document-question-answer") return { passages: 2, leastShare: 0, auto: "reread" };
  return parameters < SMALL_PARAMETERS
    ? { passages: 2, leastShare: 0.7, auto: "reread" }
    : { passages: 5, leastShare: 0, auto: "reread" };
}
