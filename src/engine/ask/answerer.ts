// Who answers from passages: the loaded model, or any other. What is asked and which passages there are has
// been decided before; an answerer sees the passages and the question and nothing else of the documents.
import type { RereadLimits, RereadPassage } from "../passages/reread-passages.ts";
import type { AnswerRequest, WrittenAnswer } from "./write-answer.ts";

/** A passage as it is given to be read; `document` is its place among those asked. */
export interface Passage extends RereadPassage {
  readonly documentId: string;
  /** Document (where several are asked) and page or chapter, as a person would name it; may be empty. */
  readonly label: string;
}

export interface AnswererLimits extends RereadLimits {
  /**
   * A further passage is read only where it was found with this share of the best one's score: beside a clear one
   * it distracts a small model. 0: as many as there is room for.
   */
  readonly leastShare: number;
}

export interface Answerer {
  /** How much it can read at once. */
  readonly limits: AnswererLimits;
  /** It was trained on single questions and takes what is said around one for what the text should tell. */
  readonly asksBare: boolean;
  countTokens(text: string): number;
  /** `passages` in the order of the documents. Throws `context-overflow` for a question that is too long. */
  answer(passages: readonly Passage[], request: AnswerRequest): Promise<WrittenAnswer>;
}
