// Which models suggest anything: those that converse. One that was trained to find facts alone, or to continue facts in a
// state, answers a question of any form with some piece of the text, so that its answer proves nothing (docs/suggestions.md).
import type { BoundModel } from "../attention/bound-model.ts";

/** Weights of a model that writes: the smallest of those made to converse in whole paragraphs have half a billion. */
const WRITING_PARAMETERS = 450e6;

export function makesOverviews({ loaded }: Pick<BoundModel, "loaded">): boolean {
  return loaded.prompt.style !== "document-question-answer";
}

/** Whether it also writes a summary, and questions where no rule makes any. A model below writes none that hold. */
export function writesOverviews(model: Pick<BoundModel, "loaded">): boolean {
  return makesOverviews(model) && model.loaded.parameters >= WRITING_PARAMETERS;
}
