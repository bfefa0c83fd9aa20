// How much of a text a model reads again for a question.

const MOST_TOKENS = 1024;

/** A third of what the model was trained to read, at most 1,024 tokens. */
export function rereadBudget(trainedTokens: number): number {
  return Math.min(MOST_TOKENS, Math.floor(trainedTokens / 3));
}
