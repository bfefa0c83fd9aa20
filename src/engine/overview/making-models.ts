// Which models suggest anything: those that converse. One that was trained to find facts alone, or to continue facts in a
// state, answers a question of any form with some piece of the text, so that its answer proves nothing (docs/suggestions.md).
import type { BoundModel } from "../attention/bound-model.ts";

export function makesOverviews({ loaded }: Pick<BoundModel, "loaded">): boolean {
  return loaded.prompt.style !== "document-question-answer";
}
