// Tokens kept free for an answer. A reserve, and the limit of generation.
import { isRulerTask, RULER_ANSWER_TOKENS } from "./ruler/ruler-item.ts";
import type { NeedleTask, PlanSettings, Task } from "./types.ts";

const NEEDLE_ANSWER_TOKENS: Readonly<Record<NeedleTask, number>> = {
  "s-rt": 64,
  "m-rt": 512,
  "m-rs": 1024,
  atc: 1024,
};

export function answerTokens(task: Task, settings: PlanSettings): number {
  const own = isRulerTask(task) ? RULER_ANSWER_TOKENS[task] : NEEDLE_ANSWER_TOKENS[task];
  return (settings.answerTokens[task] ?? own) + settings.thinkingTokens;
}
