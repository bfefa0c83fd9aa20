// One item of a plan asked of an open session: the question by the model's prompt, greedy decoding,
// what was attended to. The same session as in the app; scoring is scoring.ts.

import type { TakeTurn } from "../../engine/attention/decoder.ts";
import type { DocumentSession } from "../../engine/attention/engine.ts";
import type { DocumentBinding } from "../../engine/attention/binding.ts";
import { GREEDY } from "../../engine/attention/sampler.ts";
import type { BuiltItem } from "../types.ts";
import { evidenceRecall } from "./evidence-recall.ts";

export interface AskedItem {
  /** With the answer start that was given to the model. */
  readonly rawAnswer: string;
  readonly newTokens: number;
  readonly hitLimit: boolean;
  readonly evidenceRecall: number | null;
  readonly questionMs: number;
  readonly decodeMs: number;
}

/** `starts`: UTF-16 offset of each document token. Throws `context-overflow` for a long question. */
export async function askItem(
  session: DocumentSession,
  binding: DocumentBinding,
  built: Omit<BuiltItem, "document">,
  starts: Uint32Array,
  options: {
    /** The engine chooses what is seen. */
    readonly recalls: boolean;
    /** Each step of the answer is one turn at the GPU: a question of the user goes in between. */
    readonly turn: TakeTurn;
    readonly signal: AbortSignal;
    readonly now: () => number;
  },
): Promise<AskedItem> {
  const { tokenizer, prompt } = binding;
  const { question, answerStart, maxAnswerTokens, needles } = built;
  const ids = Array.from(prompt.questionIds(question));
  if (answerStart.length > 0) {
    const start = [{ text: answerStart, special: false }];
    ids.push(...tokenizer.encodeParts(start, { continues: true }));
  }
  const decoder = tokenizer.streamDecoder();
  let text = "";
  const generation = await session.generate(ids, {
    maxTokens: maxAnswerTokens,
    sampling: GREEDY,
    stopIds: prompt.endIds,
    onToken: (id) => {
      text += decoder.push(id);
    },
    turn: options.turn,
    signal: options.signal,
    now: options.now,
  });
  text += decoder.end();
  return {
    rawAnswer: (answerStart + text).trim(),
    newTokens: generation.ids.length,
    hitLimit: generation.stopped === "length",
    evidenceRecall: options.recalls
      ? evidenceRecall(generation.attended, needles, starts, prompt.prefixIds.length)
      : null,
    questionMs: generation.timeToFirstTokenMs,
    decodeMs: generation.decodeMs,
  };
}
