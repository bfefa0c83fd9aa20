// An item of the Ancestral Trace Challenge: a chain of kinship facts in random order and one of four
// questions about its ends. The document is the facts; there is no haystack.
import type { BenchmarkData } from "./benchmark-data.ts";
import {
  FACT_TEMPLATES,
  generationsOf,
  KINSHIP_TERMS,
  type KinshipFact,
  kinshipChain,
  kinshipFact,
} from "./kinship.ts";
import { sentenceSeparator } from "./languages.ts";
import { MersenneTwister } from "./mersenne-twister.ts";
import { soundSeed } from "./needle-draws.ts";
import { Pcg32 } from "./pcg32.ts";
import {
  ATC_QUESTIONS,
  type AtcQuestion,
  type Language,
  type PlannedItem,
  type PlanSettings,
  type PlantedNeedle,
} from "./types.ts";
import { kinshipQuestion } from "./wording.ts";

export interface AtcItem {
  readonly document: string;
  readonly needles: readonly PlantedNeedle[];
  readonly question: string;
  readonly answer: string;
  readonly seed: string;
}

/** `null`: not enough names. */
export function atcItem(
  item: PlannedItem & { readonly question: AtcQuestion },
  settings: PlanSettings,
  data: BenchmarkData,
): AtcItem | null {
  const { profile } = settings;
  const { language, needles, question: kind } = item;
  const pool = data.names[language];
  const sound = profile === "sound";
  const distractors = sound && settings.atcDistractors ? distractorCount(needles) : 0;
  const people = needles + 1 + (distractors === 0 ? 0 : distractors + 1);
  if (pool.length < people) return null;

  const compatSeed = item.repeat + 1 + 10_000 * ATC_QUESTIONS.indexOf(kind);
  const seed = sound ? soundSeed(item, settings) : `CPython ${compatSeed}`;
  const random = sound ? Pcg32.named(seed) : new MersenneTwister(compatSeed);
  const names = random.sample(pool, people);
  const chain = kinshipChain(names.slice(0, needles + 1), language, random);
  const generations = generationsOf(chain);
  const others =
    distractors === 0 ? [] : distractorFacts(chain, names.slice(needles + 1), language, random);
  const facts = [...chain, ...others];
  random.shuffle(facts);

  const separator = sound ? sentenceSeparator[language] : "";
  const { document, needles: planted } = join(facts, separator, new Set(chain));
  const eldest = names[0]!;
  const youngest = names[needles]!;
  const answers: Record<AtcQuestion, string> = {
    eldest,
    ancestor: eldest,
    descendant: youngest,
    distance: String(generations),
  };
  return {
    document,
    needles: planted,
    question: kinshipQuestion(profile, language, { kind, eldest, youngest, generations }, pool),
    answer: answers[kind],
    seed,
  };
}

export const distractorCount = (needles: number): number => Math.floor(needles / 2) + 1;

interface Choices {
  choice<T>(items: readonly T[]): T;
}

/**
 * Facts beside the chain, so that neither "who is never a junior" nor "the sum of all generations"
 * gives the answer: a second family, whose eldest is nobody's junior either, and children of people
 * on the chain. Every person keeps one senior at most, so the way up stays unique; nobody but the
 * youngest stands as many generations below the eldest, so the way down does too.
 */
export function distractorFacts(
  chain: readonly KinshipFact[],
  names: readonly string[],
  language: Language,
  random: Choices,
): KinshipFact[] {
  const total = generationsOf(chain);
  const branches = Math.floor((names.length - 1) / 2);
  const facts: KinshipFact[] = [];
  let depth = 0; // of the person at whom a branch may start, below the eldest
  const depths = chain.map((fact) => {
    const here = depth;
    depth += fact.term.generations;
    return { person: fact.senior, depth: here };
  });
  for (let i = 0; i < branches; i++) {
    const from = random.choice(depths);
    const terms = KINSHIP_TERMS[language].filter((term) => from.depth + term.generations !== total);
    const template = random.choice(FACT_TEMPLATES[language]);
    facts.push(kinshipFact(language, from.person, names[i]!, template, random.choice(terms)));
  }
  for (let i = branches; i + 1 < names.length; i++) {
    const template = random.choice(FACT_TEMPLATES[language]);
    const term = random.choice(KINSHIP_TERMS[language]);
    facts.push(kinshipFact(language, names[i]!, names[i + 1]!, template, term));
  }
  return facts;
}

function join(
  facts: readonly KinshipFact[],
  separator: string,
  required: ReadonlySet<KinshipFact>,
): { document: string; needles: PlantedNeedle[] } {
  let document = "";
  const needles: PlantedNeedle[] = [];
  for (const fact of facts) {
    if (document !== "") document += separator;
    const start = document.length;
    document += fact.text;
    needles.push({ start, end: document.length, depth: 0, required: required.has(fact) });
  }
  const length = Math.max(1, document.length);
  return {
    document,
    needles: needles.map((needle) => ({ ...needle, depth: (100 * needle.start) / length })),
  };
}
