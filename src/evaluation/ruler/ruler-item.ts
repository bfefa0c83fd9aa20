// One item of RULER: the task's generator at the greatest size that fits with prompt and answer.
import { Pcg32 } from "../pcg32.ts";
import { RULER_TASKS, type ModelTokens, type PlannedItem, type RulerTask } from "../types.ts";
import { largestSize } from "./largest-size.ts";
import { needlesInHaystack } from "./needles-in-haystack.ts";
import { readingQuestion } from "./reading-questions.ts";
import type { RulerGenerator, RulerPrompt, RulerSource } from "./ruler-prompt.ts";
import { variableTracking } from "./variable-tracking.ts";
import { commonWords, frequentCodedWords } from "./word-frequencies.ts";

/** Upstream's tokens to generate. */
export const RULER_ANSWER_TOKENS: Readonly<Record<RulerTask, number>> = {
  niah_single_1: 128,
  niah_single_2: 128,
  niah_single_3: 128,
  niah_multikey_1: 128,
  niah_multikey_2: 128,
  niah_multikey_3: 128,
  niah_multivalue: 128,
  niah_multiquery: 128,
  vt: 30,
  cwe: 120,
  fwe: 50,
  qa_1: 32,
  qa_2: 32,
};

export function isRulerTask(task: string): task is RulerTask {
  return (RULER_TASKS as readonly string[]).includes(task);
}

export type RulerOutcome =
  | { readonly status: "ready"; readonly prompt: RulerPrompt }
  | { readonly status: "data-missing" | "length-too-short" | "haystack-too-short" };

/** `seed` names the draws; `answerTokens` are kept free. */
export function rulerItem(
  item: PlannedItem & { readonly task: RulerTask; readonly length: number },
  source: RulerSource,
  seed: string,
  answerTokens: number,
  model: ModelTokens,
): RulerOutcome {
  const generator = generatorOf(item, source);
  if (!generator) return { status: "data-missing" };
  const build = (size: number) => generator.build(size, Pcg32.named(seed));
  const tokens = (prompt: RulerPrompt) =>
    model.promptTokens(prompt.question) + model.encode(prompt.document).ids.length;
  const budget = item.length - answerTokens;
  const fits = (size: number) => tokens(build(size)) <= budget;
  const size = largestSize(generator.floor, generator.ceiling, fits);
  if (size === null) {
    return {
      status: generator.ceiling < generator.floor ? "haystack-too-short" : "length-too-short",
    };
  }
  const prompt = build(size);
  const runsOut = size === generator.ceiling && tokens(prompt) < 0.9 * budget;
  return runsOut ? { status: "haystack-too-short" } : { status: "ready", prompt };
}

function generatorOf(
  item: PlannedItem & { readonly task: RulerTask; readonly length: number },
  source: RulerSource,
): RulerGenerator | null {
  switch (item.task) {
    case "vt":
      return variableTracking;
    case "cwe":
      return commonWords(item.length);
    case "fwe":
      return frequentCodedWords(item.length);
    case "qa_1":
    case "qa_2": {
      const set = source.questionSets[item.task];
      return set ? readingQuestion(set, item.repeat) : null;
    }
    default:
      return needlesInHaystack(item.task, source.haystacks);
  }
}
