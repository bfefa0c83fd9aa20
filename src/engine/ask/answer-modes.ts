// How a question is answered: from the index alone, or by reading the passages found again in a prompt of
// their own. Alone in a file without imports: pages name modes without loading an engine.

export const ANSWER_MODES = ["auto", "reread", "recalled"] as const;
export type AnswerMode = (typeof ANSWER_MODES)[number];

/** `auto`: what was measured to be better for the loaded model. */
export const DEFAULT_ANSWER_MODE: AnswerMode = "auto";

export function isAnswerMode(value: unknown): value is AnswerMode {
  return ANSWER_MODES.some((mode) => mode === value);
}
