// How much a text seems to tell of what a question asks, by its words alone: a weak model answers a question that the
// text does not answer as readily as any other. Chosen on questions with and without an answer in the text
// (results/questions.md). Pure.
import type { RankedPassage } from "../words/rank-passages.ts";

/** Below it nothing is claimed to support an answer. */
export const LEAST_TELLING = 0.53;

/** Passages that are shown; what is asked about is often named beside the best. */
const SHOWN = 5;
/** What a best passage without a runner-up counts: what stands nowhere has many equally bad places. */
const LEAD = 0.25;

/** The same text in another document: what is added twice is told as clearly as once. */
const isCopy = (one: RankedPassage, other: RankedPassage): boolean =>
  one.document !== other.document &&
  one.score === other.score &&
  one.coverage === other.coverage &&
  one.end - one.start === other.end - other.start;

/**
 * 0 to 1 + LEAD. The share of the question's words, weighted by rarity, that stand in the best passage and the greatest
 * share around one of the first, halved; and how far the best is ahead.
 */
export function tellingOf(byWords: readonly RankedPassage[]): number {
  const [best, ...others] = byWords;
  if (!best) return 0;
  const second = others.find((one) => !isCopy(one, best));
  const around = Math.max(...byWords.slice(0, SHOWN).map(({ nearby }) => nearby));
  const ahead = 1 - (second?.score ?? 0) / best.score;
  return (best.coverage + around) / 2 + LEAD * ahead;
}
