// The result of `bench ltri` as a Markdown page: tables by length, and what the targets say.
import { armNamed, ARMS } from "./ltri-arms.ts";
import type { LtriRow } from "./ltri-rows.ts";

export interface LtriResult {
  readonly benchmark: "ltri";
  readonly command: string;
  readonly date: string;
  readonly model: string;
  readonly modelHash: string;
  readonly trainedTokens: number;
  readonly hardware: string;
  readonly haystacks: readonly string[];
  readonly depths: readonly number[];
  readonly seeds: readonly number[];
  readonly set: Readonly<Record<string, string | number | boolean>>;
  readonly rows: readonly LtriRow[];
}

const COLUMNS: readonly (readonly [string, (row: LtriRow) => string])[] = [
  ["arm", ({ arm }) => armNamed(arm).title],
  ["right answers", (r) => `${percent(r.accuracy)} (${r.questions})`],
  ["evidence recall", (r) => percent(r.evidenceRecall)],
  ["best layer", (r) => percent(r.bestLayerRecall)],
  ["passage shown", (r) => percent(r.evidenceShown)],
  ["ingestion tok/s", (r) => figure(r.ingestTokensPerSecond)],
  ["per CPU second", (r) => figure(r.ingestTokensPerCpuSecond)],
  ["of matmul rate", (r) => percent(r.ingestShareOfMatmul)],
  ["decode tok/s", (r) => figure(r.decodeTokensPerSecond)],
  ["first token ms", (r) => figure(r.firstTokenMs)],
  ["peak GPU MiB", (r) => (r.peakGpuBytes / 2 ** 20).toFixed(2)],
  ["disk bytes/token", (r) => figure(r.diskBytesPerToken)],
  ["choices ≠ exact", (r) => percent(r.choicesDiffering)],
  ["exact spans absent", (r) => percent(r.spansMissed)],
];

export function ltriPage(result: LtriResult): string {
  const lengths = [...new Set(result.rows.map(({ length }) => length))].sort((a, b) => a - b);
  const settings = Object.entries(result.set).map(([name, value]) => `${name}=${value}`);
  const lines = [
    "# bench ltri",
    "",
    `- Command: \`${result.command}\``,
    `- Date: ${result.date}`,
    `- Model: ${result.model}, trained to ${result.trainedTokens} tokens, ${result.modelHash.slice(0, 12)}`,
    `- Hardware: ${result.hardware}`,
    `- Haystacks: ${result.haystacks.join(", ")}; depths ${result.depths.join(", ")} %; seeds ${result.seeds.join(", ")}`,
    ...(settings.length > 0 ? [`- Settings: ${settings.join(", ")}`] : []),
    "",
    "One planted fact per depth in each document; every question is asked by itself, greedy. Recall: share",
    "of the fact's tokens in the attended set, mean over layers and decode steps.",
  ];
  for (const length of lengths) {
    const rows = result.rows
      .filter((row) => row.length === length)
      .sort((a, b) => position(a) - position(b));
    const tokens = Math.round(rows.reduce((sum, row) => sum + row.tokens, 0) / rows.length);
    lines.push("", `## ${length} tokens (${tokens} read)`, "", ...table(rows));
  }
  lines.push("", "## Targets", "", ...targets(result), "");
  return lines.join("\n");
}

function table(rows: readonly LtriRow[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    line(COLUMNS.map(([name]) => name)),
    line(COLUMNS.map((_, i) => (i === 0 ? "---" : "---:"))),
    ...rows.map((row) => line(COLUMNS.map(([, cell]) => cell(row)))),
  ];
}

/** The targets by name, each with its figures; one that cannot be judged says what is missing. */
function targets({ rows, trainedTokens }: LtriResult): string[] {
  const find = (arm: string, length: number) =>
    rows.find((row) => row.arm === arm && row.length === length);
  const ltri = rows.filter(({ arm }) => arm === "ltri-nms").sort((a, b) => a.length - b.length);
  const first = ltri[0];
  const last = ltri.at(-1);
  if (!first || !last) return ["No row of ltri-nms yet."];
  const lines: string[] = [];
  for (const row of ltri) {
    const full = find("full", row.length);
    if (full && row.tokens <= trainedTokens) {
      const least = 0.98 * full.accuracy;
      lines.push(
        judged(
          row.accuracy >= least,
          `${row.length}: right answers ${percent(row.accuracy)}, full attention ${percent(full.accuracy)} (at least 98 % of it)`,
        ),
      );
    }
    for (const rival of ["infllm", "streaming"]) {
      const other = find(rival, row.length);
      if (!other || other.questions !== row.questions) continue;
      lines.push(
        judged(
          row.accuracy > other.accuracy,
          `${row.length}: right answers ${percent(row.accuracy)}, ${rival} ${percent(other.accuracy)} (better)`,
        ),
      );
    }
  }
  if (first === last) return [...lines, "- One length only: nothing to compare over lengths."];
  const between = `${first.length} to ${last.length}`;
  const drop = first.accuracy - last.accuracy;
  const ingest = last.ingestTokensPerSecond / first.ingestTokensPerSecond;
  const cpu = last.ingestTokensPerCpuSecond / first.ingestTokensPerCpuSecond;
  const decode = (last.decodeTokensPerSecond ?? 0) / (first.decodeTokensPerSecond ?? Infinity);
  const memory = last.peakGpuBytes / first.peakGpuBytes - 1;
  return [
    ...lines,
    judged(
      drop <= 0.03,
      `${between}: answers drop by ${(100 * drop).toFixed(1)} points (at most 3)`,
    ),
    judged(
      ingest >= 0.9,
      `${between}: ingestion rate × ${ingest.toFixed(2)} by the clock, × ${cpu.toFixed(2)} per CPU second (at least 0.9)`,
    ),
    judged(decode >= 0.9, `${between}: decode rate × ${decode.toFixed(2)} (at least 0.9)`),
    judged(
      Math.abs(memory) <= 0.02,
      `${between}: peak GPU bytes ${(100 * memory).toFixed(1)} % (constant within 2 %)`,
    ),
  ];
}

function judged(isMet: boolean, what: string): string {
  return `- ${isMet ? "met" : "**missed**"}: ${what}`;
}

/** Variations stand behind their arm. */
function position({ arm }: LtriRow): number {
  const base = arm.split("+")[0];
  return ARMS.findIndex(({ name }) => name === base);
}

function percent(value: number | null): string {
  return value === null ? "" : `${(100 * value).toFixed(1)} %`;
}

function figure(value: number | null): string {
  if (value === null) return "";
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
