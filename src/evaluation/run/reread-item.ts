// One item of a plan answered from passages that are read again, as the app answers by default: found by the words
// and the keys of the document, read in a prompt of their own. Scores and records are those of ask-item.ts.
import { askDocuments } from "../../engine/ask/ask-documents.ts";
import type { Passage } from "../../engine/ask/answerer.ts";
import { modelAnswerer } from "../../engine/ask/reread-answer.ts";
import type { BoundModel } from "../../engine/attention/bound-model.ts";
import type { DocumentSession } from "../../engine/attention/engine.ts";
import { GREEDY } from "../../engine/attention/sampler.ts";
import { buildWordIndex } from "../../engine/words/word-index.ts";
import type { BuiltItem } from "../types.ts";
import type { AskedItem } from "./ask-item.ts";
import { evidenceRecall, tokensWithin } from "./evidence-recall.ts";

/**
 * `starts`: UTF-16 offset of each document token. Evidence is what of the needles stood in the passages that were
 * read. Throws `context-overflow` for a long question.
 */
export async function rereadItem(
  session: DocumentSession,
  model: BoundModel,
  { document: text, question, maxAnswerTokens, needles }: BuiltItem,
  starts: Uint32Array,
  { signal, now }: { readonly signal: AbortSignal; readonly now: () => number },
): Promise<AskedItem> {
  const reader = modelAnswerer(model);
  const read: Passage[] = [];
  const answerer: typeof reader = {
    ...reader,
    answer(passages, request) {
      read.push(...passages); // several questions are asked one after the other
      return reader.answer(passages, request);
    },
  };
  const words = await buildWordIndex(text);
  const document = {
    documentId: "item",
    title: "",
    text,
    sections: [],
    words,
    tokenStarts: starts,
  };
  const started = now();
  const request = {
    ...{ question, answerMode: "reread" as const, history: [], maxTokens: maxAnswerTokens },
    ...{ sampling: GREEDY, signal, onText: () => undefined, now },
  };
  const asked = { session, documents: [document] };
  const answer = await askDocuments(model, asked, request, answerer);
  const { timeToFirstTokenMs, answerTokens } = answer.stats;
  const seen = read.map(({ start, end }) => {
    const tokens = tokensWithin(starts, start, end);
    return { start: tokens[0] ?? 0, length: tokens.length };
  });
  return {
    rawAnswer: answer.text.trim(),
    newTokens: answerTokens,
    hitLimit: answer.stopped === "length",
    evidenceRecall: evidenceRecall([seen], needles, starts, 0),
    questionMs: timeToFirstTokenMs,
    decodeMs: Math.max(0, now() - started - timeToFirstTokenMs),
  };
}
