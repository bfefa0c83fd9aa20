// An answer from the index alone: the question is read behind the documents by their session.
import type { DocumentBinding } from "../attention/binding.ts";
import type { BoundModel } from "../attention/bound-model.ts";
import type { DocumentSession, Generation, LayerChoice } from "../attention/engine.ts";
import { wordQuestion } from "../tokenizer/question-wording.ts";
import {
  type AnswerRequest,
  promptWithin,
  writeAnswer,
  type WrittenAnswer,
} from "./write-answer.ts";

export interface RecalledRequest extends AnswerRequest {
  /** Per decode step and layer the set in use; for measurements of recall. */
  readonly onChoice?: (choice: LayerChoice) => void;
  /** Tokens of the stream that are recalled in every layer whatever their score. */
  readonly forced?: readonly number[];
}

/** What was written, and what was attended to while it was. */
export interface RecalledAnswer extends WrittenAnswer, Pick<Generation, "attended"> {}

export async function recalledAnswer(
  session: DocumentSession,
  { binding, counter }: Pick<BoundModel, "binding" | "counter">,
  request: RecalledRequest,
): Promise<RecalledAnswer> {
  const promptIds = recallPrompt(session, binding, request);
  const recomputedBefore = counter.documentTokens;
  const { written, tokensPerSecond, ...answer } = await writeAnswer(binding, request, (options) =>
    session.generate(promptIds, {
      ...options,
      onChoice: request.onChoice,
      forced: request.forced,
    }),
  );
  return {
    ...answer,
    attended: written.attended,
    stats: {
      documentTokens: session.documentTokens - binding.prompt.prefixIds.length,
      recomputedDocumentTokens: counter.documentTokens - recomputedBefore,
      rereadTokens: 0,
      promptTokens: promptIds.length,
      answerTokens: written.ids.length,
      spansRecalled: written.spansRecalled,
      timeToFirstTokenMs: written.timeToFirstTokenMs,
      tokensPerSecond,
    },
  };
}

/** The question as it stands behind the documents. */
export function recallPrompt(
  session: DocumentSession,
  { prompt }: DocumentBinding,
  request: Pick<AnswerRequest, "question" | "history" | "maxTokens" | "manner">,
): number[] {
  const question = wordQuestion(request.question, prompt.style, request.manner);
  return promptWithin(session.sessionTokens, request, (history) =>
    prompt.questionIds(question, history),
  );
}
