// The work of a plan before anything is built: tokens to read and to generate. The runner multiplies
// them by the rates it measures. An estimate: lengths are the nominal ones.
import { answerTokens } from "./answer-tokens.ts";
import { distractorCount } from "./atc.ts";
import type { Language, Plan, PlanEstimate, PlannedItem, PlanSettings } from "./types.ts";

/** Characters per cl100k token of prose, measured on the embedded texts. */
const CHARACTERS_PER_CL100K: Readonly<Record<Language, number>> = { en: 4.1, zh: 0.73 };
const FACT_CHARACTERS: Readonly<Record<Language, number>> = { en: 75, zh: 20 };
/** Characters of a question with what the model's template puts around it. */
const QUESTION_CHARACTERS: Readonly<
  Record<"plain" | "examples", Readonly<Record<Language, number>>>
> = {
  plain: { en: 120, zh: 40 },
  examples: { en: 700, zh: 220 },
};

export function estimatePlan(
  { items, settings }: Pick<Plan, "items" | "settings">,
  /** Model tokens per character of text, measured on a sample of the haystack. */
  tokensPerCharacter: Readonly<Record<Language, number>>,
): PlanEstimate {
  let readTokens = 0;
  let whole = 0;
  let generated = 0;
  let longest = 0;
  let group: string | null = null;
  for (const item of items) {
    const question = questionTokens(item, tokensPerCharacter);
    const document = documentTokens(item, settings, tokensPerCharacter);
    const answer = answerTokens(item.task, settings);
    // The first of a group reads all; the others go on from their needle's place.
    const shared = item.group === group && item.depth !== null ? item.depth / 100 : 0;
    readTokens += document * (1 - shared) + question;
    whole += document + question;
    generated += answer;
    longest = Math.max(longest, document + question + answer);
    group = item.group;
  }
  return {
    prompts: items.length,
    readTokens: Math.round(readTokens),
    readTokensWithoutReuse: Math.round(whole),
    generatedTokens: generated,
    longestPromptTokens: Math.round(longest),
  };
}

function documentTokens(
  item: PlannedItem,
  settings: PlanSettings,
  perCharacter: Readonly<Record<Language, number>>,
): number {
  const { language, length, task, needles } = item;
  if (length === null) {
    const distractors =
      settings.profile === "sound" && settings.atcDistractors ? distractorCount(needles) : 0;
    return (needles + distractors) * FACT_CHARACTERS[language] * perCharacter[language];
  }
  const grid = settings.grids.find((one) => one.task === task);
  if (settings.profile === "sound" || settings.suite === "ruler" || !grid || !("buffer" in grid)) {
    const around = answerTokens(task, settings) + questionTokens(item, perCharacter);
    return Math.max(0, length - around);
  }
  const cl100k = Math.max(0, length - grid.buffer[language]);
  return cl100k * CHARACTERS_PER_CL100K[language] * perCharacter[language];
}

function questionTokens(
  { task, language, needles }: PlannedItem,
  perCharacter: Readonly<Record<Language, number>>,
): number {
  const kind = task === "atc" || task === "m-rs" ? "examples" : "plain";
  const questions = task === "m-rt" ? needles : 1;
  return questions * QUESTION_CHARACTERS[kind][language] * perCharacter[language];
}
