// The data of a plan: what is to be run, and the place of each item in it. What becomes of an item is in types.ts.

/** `compat` repeats the public benchmark with its quirks, `sound` repairs them. Never in one table. */
export type Profile = "compat" | "sound";
/** NeedleBench in its two published versions (tasks, weights and scorers differ), and RULER. */
export type Suite = "needlebench-v2" | "needlebench-v1" | "ruler";
export type Language = "en" | "zh";
export type Preset = "smoke" | "quick" | "standard" | "full";

export const NEEDLE_TASKS = ["s-rt", "m-rt", "m-rs", "atc"] as const;
export const RULER_TASKS = [
  "niah_single_1",
  "niah_single_2",
  "niah_single_3",
  "niah_multikey_1",
  "niah_multikey_2",
  "niah_multikey_3",
  "niah_multivalue",
  "niah_multiquery",
  "vt",
  "cwe",
  "fwe",
  "qa_1",
  "qa_2",
] as const;
/** Single retrieval, multiple retrieval, multiple reasoning, Ancestral Trace Challenge. */
export type NeedleTask = (typeof NEEDLE_TASKS)[number];
export type RulerTask = (typeof RULER_TASKS)[number];
export type Task = NeedleTask | RulerTask;

/** The four questions of the Ancestral Trace Challenge, in upstream's order. */
export const ATC_QUESTIONS = ["eldest", "ancestor", "descendant", "distance"] as const;
export type AtcQuestion = (typeof ATC_QUESTIONS)[number];

/** What to run of one task; the plan is the product of its lists. */
export type TaskGrid =
  | {
      readonly task: "s-rt" | "m-rt";
      readonly lengths: readonly number[];
      /** Per cent of the haystack; `m-rt` puts one needle at each. */
      readonly depths: readonly number[];
      readonly repeats: number;
      readonly buffer: LengthBuffer;
    }
  | {
      readonly task: "m-rs";
      readonly lengths: readonly number[];
      readonly depths: readonly number[];
      readonly needles: readonly number[];
      readonly repeats: number;
      readonly buffer: LengthBuffer;
    }
  | {
      readonly task: "atc";
      readonly needles: readonly number[];
      readonly questions: readonly AtcQuestion[];
      readonly repeats: number;
    }
  | { readonly task: RulerTask; readonly lengths: readonly number[]; readonly repeats: number };

/** Compat: tokens of a length that upstream leaves free for the prompt. Sound counts instead. */
export type LengthBuffer = Readonly<Record<Language, number>>;

/** All that a plan depends on, besides the data. */
export interface PlanSettings {
  readonly suite: Suite;
  readonly profile: Profile;
  readonly seed: number;
  readonly languages: readonly Language[];
  readonly grids: readonly TaskGrid[];
  /** Tokens put aside for a model's thinking, on top of each task's own reserve. */
  readonly thinkingTokens: number;
  /** Other reserves than the tasks' own, for models with a small context. */
  readonly answerTokens: Readonly<Partial<Record<Task, number>>>;
  /** Sound: facts beside the chain, so that it cannot be solved without following it. */
  readonly atcDistractors: boolean;
}

/** Place of an item in the tables. Lengths count the profile's tokens: cl100k or the model's. */
export interface CellKey {
  readonly task: Task;
  readonly language: Language;
  /** `null` for tasks without a haystack. */
  readonly length: number | null;
  /** Depth label in per cent; `null` where needles stand at all depths or nowhere in particular. */
  readonly depth: number | null;
  /** Facts or needles in the prompt. */
  readonly needles: number;
  readonly question: AtcQuestion | null;
}

export interface PlannedItem extends CellKey {
  /** The coordinates spelled out: stable over reloads, equal in Node and browsers. */
  readonly id: string;
  readonly repeat: number;
  /** Items of one group share their haystack; their documents are equal up to the first needle. */
  readonly group: string;
}

export interface Plan {
  readonly suiteVersion: string;
  readonly settings: PlanSettings;
  /** SHA-256 of every text and data file that went in, by name. */
  readonly dataHashes: Readonly<Record<string, string>>;
  /** All official files, each with its published hash, were used. */
  readonly officialData: boolean;
  /** SHA-256 of everything above: two runs with equal hashes asked the same. */
  readonly hash: string;
  /** In running order: most signal per token first, inside a group the deepest first. */
  readonly items: readonly PlannedItem[];
}
