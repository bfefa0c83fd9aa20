// What every RULER generator gives and gets.
import type { Haystack } from "../haystack.ts";
import type { Pcg32 } from "../pcg32.ts";
import type { ScoringRule } from "../types.ts";
import type { QuestionSet } from "./question-sets.ts";

export interface RulerPrompt {
  readonly document: string;
  readonly question: string;
  readonly answerStart: string;
  readonly gold: readonly string[];
  readonly rule: ScoringRule;
  readonly needles: readonly {
    readonly start: number;
    readonly end: number;
    readonly required: boolean;
  }[];
}

export interface RulerSource {
  readonly haystacks: readonly Haystack[];
  readonly questionSets: Readonly<Record<"qa_1" | "qa_2", QuestionSet | null>>;
}

/**
 * A task at one length. `build` draws from a new generator each time, so the same size gives the
 * same prompt, and a larger one asks the same of a longer document.
 */
export interface RulerGenerator {
  readonly floor: number;
  readonly ceiling: number;
  build(size: number, random: Pcg32): RulerPrompt;
}

export const references = (gold: readonly string[], need: "all" | "any"): ScoringRule => ({
  kind: "references",
  references: gold,
  need,
});
