// What page and engine say to each other about benchmarks. Plain and cloneable. Runs belong to one
// engine each; a request for several engines makes several runs, done one after another.

import type { BenchmarkAnswerMode } from "../run-answers.ts";
import type { EngineErrorData, EngineName } from "../../engine/api.ts";
import type {
  BenchmarkRun,
  Language,
  PlanEstimate,
  PlannedItem,
  PlanSettings,
  PlantedNeedle,
  Preset,
  Profile,
  RunAggregates,
  Suite,
  Task,
} from "../types.ts";

export interface BenchmarkRequest {
  readonly suite: Suite;
  readonly profile: Profile;
  readonly preset: Preset;
  readonly seed: number;
  readonly languages: readonly Language[];
  /** Tasks of the preset to leave in. */
  readonly tasks: readonly Task[];
  /** In place of the preset's; null: as the preset has them. */
  readonly lengths: readonly number[] | null;
  readonly depths: readonly number[] | null;
  readonly engines: readonly EngineName[];
  readonly answerMode: BenchmarkAnswerMode;
}

/** The size of a request before it starts. */
export interface BenchmarkPreview {
  readonly planHash: string;
  /** What the request came to; the smoke preset takes lengths that this device reads in a minute. */
  readonly settings: PlanSettings;
  readonly estimate: PlanEstimate;
  /** Of all engines together, at the measured rates; null before a measurement. */
  readonly seconds: number | null;
  readonly engines: readonly {
    readonly engine: EngineName;
    readonly seconds: number | null;
    /** It can work with what this model keeps of a text; otherwise none of its items is asked. */
    readonly isFitting: boolean;
    /** Items that cannot run here by their length alone. */
    readonly tooLong: number;
  }[];
}

export interface BenchmarkRates {
  readonly readTokensPerSecond: number;
  readonly answerTokensPerSecond: number;
}

export type BenchmarkRunState = "running" | "waiting" | "stopped" | "complete" | "damaged";

export interface BenchmarkRunSummary {
  readonly id: string;
  readonly startedAt: string; // ISO 8601
  readonly model: string;
  readonly engine: string;
  readonly answerMode: BenchmarkAnswerMode;
  readonly suite: Suite;
  readonly profile: Profile;
  readonly preset: Preset | "custom";
  /** Runs with equal hashes asked the same and may be compared item by item. */
  readonly planHash: string;
  readonly items: number;
  readonly finished: number;
  readonly imported: boolean;
  readonly state: BenchmarkRunState;
  /** Why it stopped by itself, or what is damaged. */
  readonly problem?: EngineErrorData;
}

export interface BenchmarkProgress {
  readonly runId: string;
  readonly finished: number;
  readonly items: number;
  readonly phase: "reading" | "answering";
  readonly item: PlannedItem;
  readonly tokensPerSecond: number;
  /** Of this run and those that wait; null before anything was measured. */
  readonly secondsLeft: number | null;
}

/** A file of the official data that the user brought; it stays in this browser. */
export interface BenchmarkDataFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
  /** The hash is the published one. */
  readonly official: boolean;
  /** Why it is not used. */
  readonly problem: string | null;
}

export interface BenchmarkState {
  /** Newest first. */
  readonly runs: readonly BenchmarkRunSummary[];
  readonly progress: BenchmarkProgress | null;
  readonly data: readonly BenchmarkDataFile[];
}

export interface BenchmarkResult {
  readonly run: BenchmarkRun;
  readonly items: readonly PlannedItem[];
  readonly aggregates: RunAggregates;
}

/** The prompt of an item, built again: it is not stored. */
export interface BenchmarkPrompt {
  readonly document: string;
  readonly question: string;
  readonly answerStart: string;
  readonly needles: readonly PlantedNeedle[];
  readonly sha256: string;
}

/** `needle-json` is the list of answers that tools for single needles read. */
export type BenchmarkExportFormat = "json" | "csv" | "pivot-csv" | "needle-json";

export interface BenchmarkApi {
  /** Sends the state as an event, now and whenever it changes. */
  watch(): Promise<void>;
  preview(request: BenchmarkRequest): Promise<BenchmarkPreview>;
  /** Reads and answers for a few seconds; later previews use the rates. */
  measure(): Promise<BenchmarkRates>;
  /** Resolves with the ids of the runs as soon as they are stored. */
  start(request: BenchmarkRequest): Promise<readonly string[]>;
  /** Goes on with what has no result. Refused (`index-stale`) when model, engine or plan changed. */
  resume(runId: string): Promise<void>;
  /** Forgets the errors of a run and goes on with it. */
  retry(runId: string): Promise<void>;
  /** Ends the run at work and forgets those that wait; finished items stay. */
  stop(): Promise<void>;
  remove(runId: string): Promise<void>;
  result(runId: string): Promise<BenchmarkResult>;
  prompt(runId: string, itemId: string): Promise<BenchmarkPrompt>;
  exportRuns(runIds: readonly string[], format: BenchmarkExportFormat): Promise<string>;
  /** Stores the runs of an exported file; resolves with their ids. */
  importRuns(json: string): Promise<readonly string[]>;
  addData(name: string, file: Blob): Promise<void>;
  removeData(name: string): Promise<void>;
}

/** One verb of the protocol carries them all: the part of the engine behind it is fetched when used. */
export type CallBenchmark = <V extends keyof BenchmarkApi>(
  verb: V,
  ...parameters: Parameters<BenchmarkApi[V]>
) => Promise<Awaited<ReturnType<BenchmarkApi[V]>>>;
