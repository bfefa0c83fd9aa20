// The data of the long-context evaluation: what a plan, an item, a result and an export look like.
// Plain and cloneable, so that worker, page and command line see the same. Functions that make and
// read these are beside: plan.ts, item-builder.ts, scoring.ts, aggregates.ts, result-document.ts.

import type {
  CellKey,
  Language,
  NeedleTask,
  Plan,
  PlannedItem,
  Preset,
  Profile,
  RulerTask,
  Suite,
  Task,
} from "./plan-types.ts";

export * from "./plan-types.ts";

// ------------------------------------------------------------------------------------------ prompts

/** The model's side of counting. The engine's tokenizer and prompt fit it. */
export interface ModelTokens {
  /** Token ids of a document's text and the UTF-16 offset where each starts. */
  encode(text: string): { readonly ids: Uint32Array; readonly starts: Uint32Array };
  /** Tokens around a document: what stands before it and the question after it. */
  promptTokens(question: string): number;
}

/** A planted sentence: half-open interval of UTF-16 units of the document. */
export interface PlantedNeedle {
  readonly start: number;
  readonly end: number;
  /** Where it really stands, in per cent of the haystack around it. */
  readonly depth: number;
  /** An answer needs it. `false`: a distractor. */
  readonly required: boolean;
}

/** A prompt, made when its turn comes and made equal again whenever it is needed. */
export interface BuiltItem {
  readonly status: "ready";
  readonly item: PlannedItem;
  /** What the engine reads. Before `needles[0].start` all documents of a group are equal. */
  readonly document: string;
  /** Asked after the document. */
  readonly question: string;
  /** Text that upstream puts at the start of the answer; the runner may force it. Empty: none. */
  readonly answerStart: string;
  readonly needles: readonly PlantedNeedle[];
  readonly maxAnswerTokens: number;
  readonly gold: readonly string[];
  readonly rule: ScoringRule;
  readonly lengths: ItemLengths;
  /** What of the coordinates decided the draws; shown with the item. */
  readonly seed: string;
}

export interface ItemLengths {
  readonly characters: number;
  /** Model tokens of the document, the prompt around it and the reserved answer. */
  readonly documentTokens: number;
  readonly promptTokens: number;
  readonly answerTokens: number;
  /** cl100k tokens of the document; only the compat profile counts them. */
  readonly cl100kTokens: number | null;
  /** The haystack ended before the wanted length (a known quirk of compat). */
  readonly short: boolean;
}

export type UnsupportedReason =
  | "length-too-short" // four times the prompt's own tokens do not fit
  | "haystack-too-short"
  | "data-missing" // needs an official file that is not there
  | "context-limit" // longer than the engine can read
  | "memory-limit"
  | "engine-unsupported";

/** The item cannot be asked here. Never a score. */
export interface UnsupportedItem {
  readonly status: "unsupported";
  readonly item: PlannedItem;
  readonly reason: UnsupportedReason;
  readonly message: string;
}

// ------------------------------------------------------------------------------------------ scoring

/**
 * How a prediction becomes a score. Data, so that an export can be scored again. `others` are wrong
 * candidates; a right answer that also names one of them is a hedge (empty in compat).
 */
export type ScoringRule =
  /** s-rt, v2 */
  | { readonly kind: "keyword"; readonly keyword: string; readonly others: readonly string[] }
  /** s-rt, v1 */
  | { readonly kind: "soft-keyword"; readonly keyword: string; readonly needle: string }
  /** m-rt: mean of hits */
  | {
      readonly kind: "keywords";
      readonly keywords: readonly string[];
      readonly others: readonly string[];
    }
  /** m-rs and atc */
  | { readonly kind: "boxed"; readonly answer: string }
  /** m-rs, v1 */
  | { readonly kind: "answer-words"; readonly answer: string }
  /** RULER: `all` is the share of references contained, `any` asks for one of them. */
  | {
      readonly kind: "references";
      readonly references: readonly string[];
      readonly need: "all" | "any";
    };

export interface Score {
  /** 0 to 100. */
  readonly value: number;
  /** What was compared: the boxed answer, or the prediction after any thinking. */
  readonly extracted: string | null;
  /** One entry per wanted part, in order, for tasks with several. */
  readonly parts: readonly boolean[];
  /** Sound only: right, but it names other candidates too. Counted apart, not taken off. */
  readonly hedged: boolean;
}

// ------------------------------------------------------------------------------------------ results

interface ItemResultBase {
  readonly item: PlannedItem;
  /** SHA-256 of document, question and answer start. */
  readonly promptSha256: string | null;
}

export interface ScoredItem extends ItemResultBase {
  readonly status: "scored";
  readonly promptSha256: string;
  readonly question: string;
  readonly rawAnswer: string;
  readonly gold: readonly string[];
  readonly rule: ScoringRule;
  readonly score: Score;
  /** Generation ended at the limit, not by itself. */
  readonly hitLimit: boolean;
  /** Share of the required needles' tokens that the engine attended to; `null`: keeps no spans. */
  readonly evidenceRecall: number | null;
  readonly seed: string;
  readonly lengths: ItemLengths;
  /** Document tokens really computed; the rest came from an equal prefix read before. */
  readonly computedDocumentTokens: number;
  readonly newTokens: number;
  readonly prefillMs: number;
  readonly decodeMs: number;
  readonly finishedAt: string; // ISO 8601
}

export interface UnsupportedResult extends ItemResultBase {
  readonly status: "unsupported";
  readonly reason: UnsupportedReason;
  readonly message: string;
}

/** Something broke: offered for a retry, never a score. */
export interface FailedItem extends ItemResultBase {
  readonly status: "error";
  readonly code: string;
  readonly message: string;
}

export type ItemResult = ScoredItem | UnsupportedResult | FailedItem;

/** The model card of a run. A resume needs all of it equal. */
export interface RunModel {
  readonly name: string;
  readonly architecture: string;
  readonly parameters: number;
  readonly quantisation: string;
  readonly contextLength: number;
  readonly ropeScaling: string;
  readonly promptStyle: string;
  readonly tokenizer: string;
  readonly fingerprint: string;
}

export interface RunEngine {
  readonly name: string; // full, streaming, infllm, ltri, …
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  readonly build: string;
  readonly sampling: string;
}

export interface RunDevice {
  readonly host: "browser" | "node";
  readonly adapter: string;
  readonly fallback: boolean;
}

/** One plan with one model and one engine on one device. */
export interface BenchmarkRun {
  readonly id: string;
  readonly startedAt: string; // ISO 8601
  readonly preset: Preset | "custom";
  readonly plan: Omit<Plan, "items">;
  readonly model: RunModel;
  readonly engine: RunEngine;
  readonly device: RunDevice;
  /** Whether items continued from an equal prefix, and whether cells shared an index. */
  readonly sharing: { readonly prefix: boolean; readonly index: boolean };
  readonly results: readonly ItemResult[];
}

/** The export. `aggregates` are for readers of the file; an import computes them again. */
export interface ResultDocument {
  readonly schema: "needlebench-results";
  readonly version: 1;
  readonly runs: readonly (BenchmarkRun & { readonly aggregates: RunAggregates })[];
}

// --------------------------------------------------------------------------------------- aggregates

/** A mean of scores, 0 to 100, with its 95 % interval. `value` is null where nothing was scored. */
export interface Estimate {
  readonly value: number | null;
  readonly low: number;
  readonly high: number;
  /** Scored items. */
  readonly n: number;
}

export interface CellAggregate extends CellKey {
  readonly score: Estimate;
  readonly hedged: number;
  readonly hitLimit: number;
  /** Mean over items that have it. */
  readonly evidenceRecall: number | null;
  readonly planned: number;
  readonly unsupported: number;
  readonly errors: number;
  /** The first reason or message, for a cell without scores. */
  readonly problem: string | null;
}

/** A row of the table, in upstream's order. */
export interface TableRow {
  readonly label: string;
  readonly task: NeedleTask | "overall";
  readonly language: Language | "all";
  readonly needles: number | null;
  readonly score: Estimate;
}

export interface HeatMap {
  /** `overall` combines the tasks cell by cell with the suite's weights. */
  readonly task: Task | "overall";
  readonly language: Language | "all";
  readonly lengths: readonly number[];
  readonly depths: readonly number[];
  /** [length][depth] */
  readonly cells: readonly (readonly HeatCell[])[];
  /** Per length, over depths. */
  readonly means: readonly Estimate[];
}

export interface HeatCell {
  readonly length: number;
  readonly depth: number;
  readonly state: "scored" | "pending" | "unsupported" | "error";
  readonly score: Estimate;
  readonly problem: string | null;
  readonly itemIds: readonly string[];
}

export interface AtcAggregate {
  readonly language: Language | "all";
  readonly points: readonly { readonly needles: number; readonly score: Estimate }[];
  /** Σ P_N·N / Σ N over 2…512; null unless all nine were run. */
  readonly all: number | null;
  /** The same over 2…64. */
  readonly upTo2K: number | null;
  /** Greatest N with at least half right; 0 if none; null if no N was run. */
  readonly enl50: number | null;
}

export interface RulerAggregate {
  readonly rows: readonly {
    readonly task: RulerTask;
    readonly scores: readonly { readonly length: number; readonly score: Estimate }[];
  }[];
  readonly lengths: readonly { readonly length: number; readonly score: Estimate }[];
  /** Greatest length with a mean above 85.6; null if none. */
  readonly effectiveLength: number | null;
  readonly weightedIncreasing: number | null;
  readonly weightedDecreasing: number | null;
}

export interface RunAggregates {
  readonly profile: Profile;
  readonly suite: Suite;
  readonly cells: readonly CellAggregate[];
  readonly table: readonly TableRow[];
  readonly heatMaps: readonly HeatMap[];
  readonly atc: readonly AtcAggregate[];
  readonly ruler: RulerAggregate | null;
  /** Compat: what upstream's table prints in the S-RT and Overall rows (it shows M-RT there). */
  readonly upstreamPrinted: { readonly sRt: number | null; readonly overall: number | null } | null;
  readonly scored: number;
  readonly unsupported: number;
  readonly errors: number;
}

/** Work of a plan before it starts; the runner multiplies it by measured rates. */
export interface PlanEstimate {
  readonly prompts: number;
  /** Document and question tokens to read when equal prefixes are read once. */
  readonly readTokens: number;
  /** The same when every document is read whole. */
  readonly readTokensWithoutReuse: number;
  /** At most this many; answers usually end before. */
  readonly generatedTokens: number;
  readonly longestPromptTokens: number;
}
