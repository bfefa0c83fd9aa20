// The loaded model as a reader of passages: their raw text and the question in a fresh prompt at the
// positions that the model was trained on, answered with plain attention. Every model can do it, whatever
// mixes its tokens.
import type { BoundModel } from "../attention/bound-model.ts";
import { rereadBudget } from "../passages/reread-budget.ts";
import { wordQuestion } from "../tokenizer/question-wording.ts";
import type { Answerer, Passage } from "./answerer.ts";
import { completeTokens } from "./completion.ts";
import { rereadRow } from "./reread-rows.ts";
import { promptWithin, writeAnswer } from "./write-answer.ts";

export function modelAnswerer(model: BoundModel): Answerer {
  const { loaded, binding } = model;
  const { tokenizer, prompt } = binding;
  const { contextLength } = loaded.model.config;
  const row = rereadRow(prompt.style, loaded.parameters);
  return {
    limits: {
      budgetTokens: rereadBudget(contextLength),
      most: row.passages,
      leastShare: row.leastShare,
    },
    asksBare: asksBare(model),
    countTokens: (text) => tokenizer.encode(text).length,
    async answer(passages, request) {
      const texts = passages.map(asRead);
      const question = wordQuestion(request.question, prompt.style, request.manner);
      const ids = promptWithin(contextLength, request, (history) =>
        prompt.rereadIds(texts, question, history),
      );
      const around = prompt.rereadIds([], question, []).length;
      const alone = prompt.rereadIds(texts, question, []).length;
      const started = request.now();
      const { written, tokensPerSecond, ...answer } = await writeAnswer(
        binding,
        request,
        (options) => completeTokens(model, ids, options),
      );
      return {
        ...answer,
        stats: {
          documentTokens: 0,
          recomputedDocumentTokens: 0,
          rereadTokens: alone - around,
          promptTokens: ids.length - (alone - around),
          answerTokens: written.ids.length,
          spansRecalled: 0,
          timeToFirstTokenMs: request.now() - started - written.decodeMs,
          tokensPerSecond,
        },
      };
    },
  };
}

/** With the name of its place before it, so that the reader knows where it stands. */
export function asRead({ text, label }: Pick<Passage, "text" | "label">): string {
  return label === "" ? text : `[${label}] ${text}`;
}

/** Models of this project's own training; others are asked with what a person says around the question. */
export function asksBare({ loaded, binding }: Pick<BoundModel, "loaded" | "binding">): boolean {
  const isOwn = binding.prompt.style === "document-question-answer";
  return isOwn || loaded.model.adapter?.isReader === true;
}
