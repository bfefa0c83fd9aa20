// The evaluation's names and numbers, in the page's language.
import {
  type BenchmarkRequest,
  ENGINE_NAMES,
  type NeedleBench,
} from "../../../workers/protocol.ts";
import { formatCount, formatPercent } from "../format.ts";
import { evaluationWords } from "../words/evaluation.ts";
import { words } from "../words/index.ts";

export const PRESETS: readonly NeedleBench.Preset[] = ["smoke", "quick", "standard", "full"];
export const TASKS: readonly NeedleBench.NeedleTask[] = ["s-rt", "m-rt", "m-rs", "atc"];
export const LANGUAGES: readonly NeedleBench.Language[] = ["en", "zh"];
export const SUITES: readonly { readonly id: NeedleBench.Suite; readonly name: string }[] = [
  { id: "needlebench-v2", name: "NeedleBench v2" },
  { id: "needlebench-v1", name: "NeedleBench v1" },
  { id: "ruler", name: "RULER" },
];

export interface NamedRun {
  readonly engine: string;
  readonly answerMode: BenchmarkRequest["answerMode"];
}

/** The engine of a run, and that it read its passages again. */
export function runName({ engine, answerMode }: NamedRun): string {
  const name = engineName(engine);
  return answerMode === "reread" && name ? evaluationWords().rereading(name) : name;
}

export function engineName(id: string): string {
  const engine = ENGINE_NAMES.find((one) => one === id);
  return engine ? evaluationWords().engines[engine].name : id;
}

export function taskName(task: NeedleBench.Task | "overall"): string {
  if (task === "overall") return evaluationWords().overall;
  const known = TASKS.find((one) => one === task);
  return known ? evaluationWords().tasks[known] : task;
}

export function languageName(language: NeedleBench.Language | "all"): string {
  return evaluationWords().languages[language];
}

export function suiteName(suite: NeedleBench.Suite): string {
  return SUITES.find(({ id }) => id === suite)?.name ?? suite;
}

/** A row of the table of scores; the short names of its tasks are those of the field. */
export function rowName({ label, task, language, needles }: NeedleBench.TableRow): string {
  if (task === "overall") return evaluationWords().overall;
  if (needles === null) return label;
  const count = evaluationWords().results.factCount(formatCount(needles));
  return language === "all" ? count : `${count}, ${languageName(language)}`;
}

/** In place of a value, for cells that have none. */
export const CELL_MARKS: Readonly<Partial<Record<NeedleBench.HeatCell["state"], string>>> = {
  pending: "…",
  unsupported: "n/a",
  error: "!",
};

/** No decimals below 30 answers: they would say more than is known. */
export function formatScore({ value, n }: NeedleBench.Estimate): string {
  if (value === null) return "–";
  const digits = n < 30 ? 0 : 1;
  return value.toLocaleString(words.language, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

export function formatInterval({ value, low, high, n }: NeedleBench.Estimate): string {
  return value === null ? "" : `${low.toFixed(0)}–${high.toFixed(0)}, n ${formatCount(n)}`;
}

/** Which item is at work: "Single retrieval, 1,000 tokens, depth 50%". */
export function describeItem(item: NeedleBench.CellKey): string {
  const said = evaluationWords().item;
  const parts: string[] = [taskName(item.task)];
  if (item.length !== null) parts.push(said.tokens(formatCount(item.length)));
  if (item.depth !== null) parts.push(said.depth(formatPercent(item.depth / 100)));
  if (item.needles > 1) parts.push(evaluationWords().results.factCount(formatCount(item.needles)));
  if (item.language !== "en") parts.push(languageName(item.language));
  return parts.join(", ");
}

/** What a cell's dialog is called. */
export function describePlace(
  task: NeedleBench.HeatMap["task"],
  length: number,
  depth: number,
): string {
  const place = evaluationWords().map.place(formatCount(length), formatPercent(depth / 100));
  return `${taskName(task)}, ${place}`;
}

/** "1000, 4000" → [1000, 4000]; null for anything else, and for nothing. */
export function parseNumbers(text: string, least: number, most: number): readonly number[] | null {
  const words = text.split(/[\s,;]+/).filter((word) => word.length > 0);
  const numbers = words.map(Number);
  const isFine = numbers.every((n) => Number.isInteger(n) && n >= least && n <= most);
  return words.length > 0 && isFine ? [...new Set(numbers)].sort((a, b) => a - b) : null;
}
