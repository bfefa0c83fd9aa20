// Results for spreadsheets and other tools: one row per item, a depth × length table per task, and
// the JSON of the first needle-in-a-haystack test (gkamradt/LLMTest_NeedleInAHaystack).
import { engineTitle } from "./run-answers.ts";
import type { BenchmarkRun, Estimate, ItemResult, RunAggregates } from "./types.ts";

const COLUMNS = [
  "run",
  "suite",
  "profile",
  "model",
  "engine",
  "task",
  "lang",
  "length_nominal",
  "length_native",
  "depth",
  "n_needles",
  "question",
  "repeat",
  "expected",
  "answer",
  "score",
  "hedged",
  "hit_limit",
  "status",
  "problem",
  "evidence_recall",
  "prefill_ms",
  "decode_ms",
  "new_tokens",
] as const;

type Field = string | number | boolean | null;

/** One row per finished item. Fields without a value stay empty: nothing is a zero. */
export function exportCsv(runs: readonly BenchmarkRun[]): string {
  const rows = runs.flatMap((run) => run.results.map((result) => itemRow(run, result)));
  return csv([[...COLUMNS], ...rows]);
}

function itemRow(run: BenchmarkRun, result: ItemResult): Field[] {
  const { item, status } = result;
  const scored = status === "scored" ? result : null;
  const { suite, profile } = run.plan.settings;
  const row: Record<(typeof COLUMNS)[number], Field> = {
    run: run.id,
    suite,
    profile,
    model: run.model.name,
    engine: engineTitle(run.engine),
    task: item.task,
    lang: item.language,
    length_nominal: item.length,
    length_native: scored && scored.lengths.documentTokens + scored.lengths.promptTokens,
    depth: item.depth,
    n_needles: item.needles,
    question: item.question,
    repeat: item.repeat,
    expected: scored && scored.gold.join(" | "),
    answer: scored && scored.rawAnswer,
    score: scored && scored.score.value,
    hedged: scored && scored.score.hedged,
    hit_limit: scored && scored.hitLimit,
    status,
    problem: status === "scored" ? null : result.message,
    evidence_recall: scored && scored.evidenceRecall,
    prefill_ms: scored && scored.prefillMs,
    decode_ms: scored && scored.decodeMs,
    new_tokens: scored && scored.newTokens,
  };
  return COLUMNS.map((column) => row[column]);
}

/** Every heat map as a block: lengths across, depths down, then the means over depths. */
export function exportPivotCsv({ heatMaps, profile, suite }: RunAggregates): string {
  const value = ({ value: score }: Estimate): Field => score;
  const blocks = heatMaps.flatMap((map) => [
    [`${suite} ${profile} ${map.task} ${map.language}`, ...map.lengths],
    ...map.depths.map((depth, row) => [
      depth,
      ...map.cells.map((column) => value(column[row]!.score)),
    ]),
    ["mean", ...map.means.map(value)],
    [],
  ]);
  return csv(blocks);
}

/** RFC 4180. */
function csv(rows: readonly (readonly Field[])[]): string {
  return rows.map((row) => `${row.map(field).join(",")}\r\n`).join("");
}

function field(value: Field): string {
  if (value === null) return "";
  if (typeof value !== "string") return String(value);
  // A model's answer must not become a formula when a spreadsheet opens the file.
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Single-needle items only: the format knows one needle, and scores from 1 to 10. */
export function exportNeedleJson(run: BenchmarkRun): string {
  const rows = run.results.flatMap((result) => {
    if (result.status !== "scored" || result.item.task !== "s-rt") return [];
    const { item, score, gold, rawAnswer, prefillMs, decodeMs, finishedAt } = result;
    return {
      model: run.model.name,
      context_length: item.length,
      depth_percent: item.depth,
      version: item.repeat + 1,
      needle: gold.join(", "),
      model_response: rawAnswer,
      score: Math.round(1 + (9 * score.value) / 100),
      test_duration_seconds: (prefillMs + decodeMs) / 1000,
      test_timestamp_utc: finishedAt,
    };
  });
  return `${JSON.stringify(rows, null, 1)}\n`;
}
