// Which needles an item plants and what it asks about them: the draws of the haystack tasks in both
// profiles. Where they stand in the document is compat-document.ts and sound-document.ts.
import type { BenchmarkData } from "./benchmark-data.ts";
import { type KinshipFact, generationsOf, kinshipChain } from "./kinship.ts";
import { MersenneTwister } from "./mersenne-twister.ts";
import { distinctRecords, type NeedleRecord } from "./needle-records.ts";
import { Pcg32 } from "./pcg32.ts";
import type { PlannedItem, PlanSettings, ScoringRule } from "./types.ts";
import { kinshipQuestion, multiQuestion, singleQuestion } from "./wording.ts";

export interface NeedleDraw {
  /** In the order in which they are planted. */
  readonly needles: readonly string[];
  readonly question: string;
  readonly gold: readonly string[];
  readonly rule: ScoringRule;
  /** What decided the draw. */
  readonly seed: string;
}

/** `null`: the data for it is not there. */
export function drawNeedles(
  item: PlannedItem,
  settings: PlanSettings,
  data: BenchmarkData,
): NeedleDraw | null {
  switch (item.task) {
    case "s-rt":
      return drawSingle(item, settings, data);
    case "m-rt":
      return drawMultiple(item, settings, data);
    default:
      return settings.suite === "needlebench-v1"
        ? drawDerivations(item, settings, data)
        : drawKinship(item, settings, data);
  }
}

/** The sound profile's seed: every coordinate counts. */
export function soundSeed(item: PlannedItem, settings: PlanSettings): string {
  return `${settings.seed}/${item.id}`;
}

const without = (answers: readonly string[], wanted: readonly string[]): string[] =>
  [...new Set(answers)].filter((answer) => !wanted.includes(answer));

function drawSingle(
  item: PlannedItem,
  settings: PlanSettings,
  data: BenchmarkData,
): NeedleDraw | null {
  const { profile, suite } = settings;
  const records = data.needles[item.language];
  if (records.length === 0) return null;
  const sound = profile === "sound";
  const seed = sound ? soundSeed(item, settings) : `CPython ${item.repeat}`;
  const random = sound ? Pcg32.named(seed) : new MersenneTwister(item.repeat);
  const record = random.choice(records);
  const keyword = record.arg2;
  const others = sound ? without(answersOf(records), [keyword]) : [];
  return {
    needles: [record.needle],
    question: singleQuestion(profile, item.language, record),
    gold: [keyword],
    rule:
      suite === "needlebench-v1"
        ? { kind: "soft-keyword", keyword, needle: record.needle }
        : { kind: "keyword", keyword, others },
    seed,
  };
}

const answersOf = (records: readonly NeedleRecord[]): string[] => records.map(({ arg2 }) => arg2);

function drawMultiple(
  item: PlannedItem,
  settings: PlanSettings,
  data: BenchmarkData,
): NeedleDraw | null {
  const { profile } = settings;
  const records = [...data.needles[item.language]];
  const sound = profile === "sound";
  // Upstream takes the set from an unseeded shuffle; here it follows from the run's seed.
  const seed = sound ? soundSeed(item, settings) : `${settings.seed}/m-rt/${item.language}`;
  const random = Pcg32.named(seed);
  random.shuffle(records);
  const chosen = [...distinctRecords(records, item.needles)];
  if (chosen.length < item.needles) return null;
  if (!sound) new MersenneTwister(item.repeat).shuffle(chosen);
  const keywords = answersOf(chosen);
  return {
    needles: chosen.map(({ needle }) => needle),
    question: multiQuestion(profile, item.language, chosen),
    gold: keywords,
    rule: {
      kind: "keywords",
      keywords,
      others: sound ? without(answersOf(records), keywords) : [],
    },
    seed: sound ? seed : `${seed}, CPython ${item.repeat}`,
  };
}

function drawKinship(
  item: PlannedItem,
  settings: PlanSettings,
  data: BenchmarkData,
): NeedleDraw | null {
  const { profile } = settings;
  const pool = data.names[item.language];
  if (pool.length < item.needles + 1) return null;
  const sound = profile === "sound";
  const seed = sound ? soundSeed(item, settings) : `CPython ${item.repeat}`;
  const random = sound ? Pcg32.named(seed) : new MersenneTwister(item.repeat);
  const names = random.sample(pool, item.needles + 1);
  const facts: KinshipFact[] = kinshipChain(names, item.language, random);
  const generations = generationsOf(facts);
  random.shuffle(facts);
  const eldest = names[0]!;
  const asked = { kind: "eldest", eldest, youngest: names.at(-1)!, generations } as const;
  return {
    needles: facts.map(({ text }) => text),
    question: kinshipQuestion(profile, item.language, asked, pool),
    gold: [eldest],
    rule: { kind: "boxed", answer: eldest },
    seed,
  };
}

/** Version 1 reasons over derivations of a question; they exist only in the official files. */
function drawDerivations(
  item: PlannedItem,
  settings: PlanSettings,
  data: BenchmarkData,
): NeedleDraw | null {
  const records = data.reasoning[item.language].filter(
    ({ derivations }) => derivations.length === item.needles,
  );
  if (records.length === 0) return null;
  const sound = settings.profile === "sound";
  const seed = sound ? soundSeed(item, settings) : `CPython ${item.repeat}`;
  const random = sound ? Pcg32.named(seed) : new MersenneTwister(item.repeat);
  const record = random.choice(records);
  return {
    needles: record.derivations,
    question: record.question,
    gold: [record.answer],
    rule: { kind: "answer-words", answer: record.answer },
    seed,
  };
}
