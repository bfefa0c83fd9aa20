// One question to an open session: prompt, generation, text, evidence, statistics.

import type { Answer } from "../api.ts";
import type { DocumentBinding } from "../attention/binding.ts";
import type { BoundModel } from "../attention/bound-model.ts";
import { AnswerText } from "../tokenizer/answer-text.ts";
import type { ConversationTurn } from "../tokenizer/prompt-parts.ts";
import { type AskedDocument, findPassages } from "./passages.ts";
import type { DocumentSession, LayerChoice } from "../attention/engine.ts";
import type { Sampling } from "../attention/sampler.ts";

export interface AnswerRequest {
  readonly question: string;
  readonly history: readonly ConversationTurn[];
  readonly maxTokens: number;
  readonly sampling: Sampling;
  readonly signal: AbortSignal | undefined;
  readonly onText: (text: string) => void;
  /** Per decode step and layer the set in use; for measurements of recall. */
  readonly onChoice?: (choice: LayerChoice) => void;
  /** For measurements: tokens of the stream whose spans are recalled whatever their score. */
  readonly forced?: readonly number[];
  readonly now: () => number; // ms
}

export async function answerQuestion(
  session: DocumentSession,
  { binding, counter }: Pick<BoundModel, "binding" | "counter">,
  documents: readonly AskedDocument[],
  request: AnswerRequest,
): Promise<Answer> {
  const { tokenizer, prompt } = binding;
  const promptIds = promptWithin(session, binding, request);
  const recomputedBefore = counter.documentTokens;
  const decoder = tokenizer.streamDecoder();
  const answer = new AnswerText(prompt.stops, request.onText);
  const ended = new AbortController();
  const stop = (): void => ended.abort();
  request.signal?.addEventListener("abort", stop);
  if (request.signal?.aborted) stop();
  const emit = (piece: string): void => {
    answer.push(piece);
    if (answer.isEnded) stop();
  };
  const generation = await session.generate(promptIds, {
    maxTokens: request.maxTokens,
    sampling: request.sampling,
    stopIds: tokenizer.eogIds,
    onToken: (id) => emit(decoder.push(id)),
    signal: ended.signal,
    onChoice: request.onChoice,
    forced: request.forced,
    now: request.now,
  });
  request.signal?.removeEventListener("abort", stop);
  emit(decoder.end());
  answer.end();
  const prefixTokens = prompt.prefixIds.length;
  const evidence = findPassages(generation.attended, prefixTokens, documents);
  const answerTokens = generation.ids.length;
  return {
    text: answer.text.trimEnd(),
    evidence,
    stopped: answer.isEnded ? "end" : generation.stopped,
    stats: {
      documentTokens: session.documentTokens - prefixTokens,
      recomputedDocumentTokens: counter.documentTokens - recomputedBefore,
      promptTokens: promptIds.length,
      answerTokens,
      spansRecalled: generation.spansRecalled,
      timeToFirstTokenMs: generation.timeToFirstTokenMs,
      tokensPerSecond:
        answerTokens > 1 ? ((answerTokens - 1) * 1000) / Math.max(1, generation.decodeMs) : 0,
    },
  };
}

/** The prompt with as many of the latest turns as leave room for the answer. */
function promptWithin(
  session: DocumentSession,
  { prompt }: DocumentBinding,
  { question, history, maxTokens }: AnswerRequest,
): number[] {
  const room = session.sessionTokens;
  const answerRoom = Math.min(maxTokens, Math.floor(room / 2));
  for (let first = 0; ; first++) {
    const ids = Array.from(prompt.questionIds(question.trim(), history.slice(first)));
    if (ids.length + answerRoom <= room || first >= history.length) return ids;
  }
}
