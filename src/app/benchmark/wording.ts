// The evaluation's words and numbers, in one place.
import type { EngineName, BenchmarkRunSummary, NeedleBench } from "../../../workers/protocol.ts";
import { formatCount } from "../format.ts";

export const ENGINES: readonly {
  readonly id: EngineName;
  readonly name: string;
  readonly note: string;
}[] = [
  { id: "ltri", name: "Span index", note: "what the app uses: spans found by attention, recalled" },
  {
    id: "shadowkv",
    name: "Low-rank keys",
    note: "exact reading, keys by low rank, up to the trained context (ShadowKV)",
  },
  {
    id: "shadowkv-plus",
    name: "Low-rank keys, of answers too",
    note: "like ShadowKV, keys of question and answer by low rank as well (ShadowKV+)",
  },
  {
    id: "shadowkv-deferred",
    name: "Low-rank keys, chosen late",
    note: "like ShadowKV, each token with the choices of those before it; not the paper's method",
  },
  {
    id: "shadowkv-int8",
    name: "Low-rank keys, int8 values",
    note: "like ShadowKV, with all values in 8 bits on the device; not the paper's method",
  },
  { id: "infllm", name: "Fixed blocks", note: "recalled blocks of equal length (InfLLM)" },
  { id: "streaming", name: "Window", note: "first tokens and the newest ones (StreamingLLM)" },
  { id: "full", name: "Full attention", note: "every token, up to the trained context" },
  {
    id: "recurrent",
    name: "Recurrent state",
    note: "one state of fixed size; Rodimus models only",
  },
];

export function engineName(id: string): string {
  return ENGINES.find((engine) => engine.id === id)?.name ?? id;
}

export const PRESETS: readonly {
  readonly id: NeedleBench.Preset;
  readonly name: string;
  readonly note: string;
}[] = [
  { id: "smoke", name: "Smoke", note: "6 prompts, about a minute on this device" },
  { id: "quick", name: "Quick", note: "128 prompts over all four tasks" },
  { id: "standard", name: "Standard", note: "920 prompts, up to 4,000 tokens" },
  { id: "full", name: "Full", note: "the whole published set; days on a slow device" },
];

export const TASKS: readonly { readonly id: NeedleBench.NeedleTask; readonly name: string }[] = [
  { id: "s-rt", name: "Single retrieval" },
  { id: "m-rt", name: "Multiple retrieval" },
  { id: "m-rs", name: "Multiple reasoning" },
  { id: "atc", name: "Ancestral trace" },
];

export function taskName(task: NeedleBench.Task | "overall"): string {
  if (task === "overall") return "Overall";
  return TASKS.find(({ id }) => id === task)?.name ?? task;
}

export const LANGUAGES: readonly { readonly id: NeedleBench.Language; readonly name: string }[] = [
  { id: "en", name: "English" },
  { id: "zh", name: "Chinese" },
];

export function languageName(language: NeedleBench.Language | "all"): string {
  return LANGUAGES.find(({ id }) => id === language)?.name ?? "All languages";
}

export const SUITES: readonly { readonly id: NeedleBench.Suite; readonly name: string }[] = [
  { id: "needlebench-v2", name: "NeedleBench v2" },
  { id: "needlebench-v1", name: "NeedleBench v1" },
  { id: "ruler", name: "RULER" },
];

export function suiteName(suite: NeedleBench.Suite): string {
  return SUITES.find(({ id }) => id === suite)?.name ?? suite;
}

export const RUN_STATES: Record<BenchmarkRunSummary["state"], string> = {
  running: "Running",
  waiting: "Waiting",
  stopped: "Stopped",
  complete: "Complete",
  damaged: "Damaged",
};

/** In place of a value, for cells that have none. */
export const CELL_MARKS: Readonly<Partial<Record<NeedleBench.HeatCell["state"], string>>> = {
  pending: "…",
  unsupported: "n/a",
  error: "!",
};

/** No decimals below 30 answers: they would say more than is known. */
export function formatScore({ value, n }: NeedleBench.Estimate): string {
  if (value === null) return "–";
  return value.toFixed(n < 30 ? 0 : 1);
}

export function formatInterval({ value, low, high, n }: NeedleBench.Estimate): string {
  return value === null ? "" : `${low.toFixed(0)}–${high.toFixed(0)}, n ${formatCount(n)}`;
}

export function formatDuration(seconds: number): string {
  if (seconds < 1.5) return "1 second";
  if (seconds < 90) return `${Math.round(seconds)} seconds`;
  const minutes = seconds / 60;
  if (minutes < 90) return `${Math.round(minutes)} minutes`;
  const hours = minutes / 60;
  return hours < 48
    ? `${hours.toFixed(hours < 10 ? 1 : 0)} hours`
    : `${Math.round(hours / 24)} days`;
}

/** Which item is at work: "Single retrieval, 1,000 tokens, depth 50%". */
export function describeItem(item: NeedleBench.CellKey): string {
  const parts: string[] = [taskName(item.task)];
  if (item.length !== null) parts.push(`${formatCount(item.length)} tokens`);
  if (item.depth !== null) parts.push(`depth ${item.depth}%`);
  if (item.needles > 1) parts.push(`${formatCount(item.needles)} facts`);
  if (item.language !== "en") parts.push(languageName(item.language));
  return parts.join(", ");
}

/** "1000, 4000" → [1000, 4000]; null for anything else, and for nothing. */
export function parseNumbers(text: string, least: number, most: number): readonly number[] | null {
  const words = text.split(/[\s,;]+/).filter((word) => word.length > 0);
  const numbers = words.map(Number);
  const isFine = numbers.every((n) => Number.isInteger(n) && n >= least && n <= most);
  return words.length > 0 && isFine ? [...new Set(numbers)].sort((a, b) => a - b) : null;
}
