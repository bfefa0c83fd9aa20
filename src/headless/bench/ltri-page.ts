// The results of `bench ltri` as one Markdown page: a table per length, and what the targets say.
import { armNamed, ARMS } from "./ltri-arms.ts";
import type { LtriRow, Share } from "./ltri-rows.ts";
import { type Interval, pairedDifference } from "./share-interval.ts";

/** What was measured at one length: a file of its own. */
export interface LtriResult {
  readonly benchmark: "ltri";
  readonly command: string;
  readonly date: string;
  readonly model: string;
  readonly modelHash: string;
  readonly trainedTokens: number;
  readonly hardware: string;
  /** Whose seconds rates and times are in: those of all processor cores, or the clock's. */
  readonly seconds: "processor" | "clock";
  readonly haystacks: readonly string[];
  readonly length: number;
  readonly facts: number;
  readonly seeds: readonly number[];
  readonly set: Readonly<Record<string, string | number | boolean>>;
  readonly rows: readonly LtriRow[];
}

/** The arm that the others are compared with. */
const BASE = "ltri-nms";

type Column = readonly [string, (row: LtriRow, base: LtriRow | undefined) => string];

const COLUMNS: readonly Column[] = [
  ["arm", ({ arm }) => armNamed(arm).title],
  ["right answers", (r) => share(r.accuracy)],
  ["against ltri-nms", difference],
  ["evidence recall", (r) => share(r.evidenceRecall)],
  ["best layer", (r) => share(r.bestLayerRecall)],
  ["by layer, %", (r) => r.recallByLayer?.map((v) => (100 * v).toFixed(0)).join(" ") ?? ""],
  ["passage shown", (r) => share(r.evidenceShown)],
  ["ingestion tok/s", (r) => figure(r.ingestTokensPerSecond)],
  ["of matmul rate", (r) => percent(r.ingestShareOfMatmul)],
  ["decode tok/s", (r) => figure(r.decodeTokensPerSecond)],
  ["first token ms", (r) => figure(r.firstTokenMs)],
  ["peak GPU MiB", (r) => (r.peakGpuBytes / 2 ** 20).toFixed(2)],
  ["disk bytes/token", (r) => figure(r.diskBytesPerToken)],
  ["choices ≠ exact", (r) => share(r.choicesDiffering)],
  ["exact spans absent", (r) => share(r.spansMissed)],
];

export function ltriPage(results: readonly LtriResult[]): string {
  const sorted = results.toSorted((a, b) => a.length - b.length);
  const lines = [
    "# bench ltri",
    "",
    "Planted facts, each asked by itself, greedy; the same questions for every arm of a length. In brackets:",
    "95 % intervals, of shares by Wilson, of means by their spread, of differences by question. Recall: share of",
    "the fact's tokens in the attended set, mean over layers and decode steps. Seconds are the processor's",
    "(all cores together) on a software adapter, for the machine may be shared, else those of the clock.",
  ];
  for (const result of sorted) lines.push("", ...section(result));
  for (const hash of new Set(sorted.map(({ modelHash }) => modelHash))) {
    const same = sorted.filter(({ modelHash }) => modelHash === hash);
    lines.push("", `## Targets, model ${hash.slice(0, 12)}`, "", ...targets(same));
  }
  return [...lines, ""].join("\n");
}

function section(result: LtriResult): string[] {
  const rows = result.rows.toSorted((a, b) => position(a) - position(b));
  const base = rows.find(({ arm }) => arm === BASE);
  const tokens = Math.round(rows.reduce((sum, row) => sum + row.tokens, 0) / rows.length);
  const settings = Object.entries(result.set).map(([name, value]) => `${name}=${value}`);
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const isBeyond = tokens > result.trainedTokens;
  return [
    `## ${result.length} tokens (${tokens} read)`,
    "",
    `- Command: \`${result.command}\``,
    `- ${result.date}; ${result.model}, trained to ${result.trainedTokens} tokens, ${result.modelHash.slice(0, 12)}`,
    `- ${result.hardware}; seconds of the ${result.seconds}`,
    `- ${result.haystacks.join(", ")}; ${result.facts} facts a document, seeds ${result.seeds.join(", ")}`,
    ...(settings.length > 0 ? [`- Settings: ${settings.join(", ")}`] : []),
    "",
    line(COLUMNS.map(([name]) => name)),
    line(COLUMNS.map((_, i) => (i === 0 ? "---" : "---:"))),
    ...(isBeyond && !rows.some(({ arm }) => arm === "full")
      ? [line(COLUMNS.map((_, i) => ["full attention", "unsupported: untrained"][i] ?? ""))]
      : []),
    ...rows.map((row) => line(COLUMNS.map(([, cell]) => cell(row, base)))),
  ];
}

/** The targets by name, each with its figures; one that cannot be judged says what is missing. */
function targets(results: readonly LtriResult[]): string[] {
  const lines: string[] = [];
  const bases: LtriRow[] = [];
  for (const { rows, trainedTokens } of results) {
    const base = rows.find(({ arm }) => arm === BASE);
    if (!base) continue;
    if (base.tokens > trainedTokens) bases.push(base);
    const full = rows.find(({ arm }) => arm === "full");
    if (full && base.tokens <= trainedTokens) {
      const least = 0.98 * full.accuracy.mean;
      const what = `right answers ${share(base.accuracy)}, full attention ${share(full.accuracy)} (at least 98 % of it)`;
      lines.push(judged(base.accuracy.mean >= least, `${base.length}: ${what}`));
    }
    for (const rival of ["infllm", "streaming"]) {
      const other = rows.find(({ arm }) => arm === rival);
      if (!other || other.questions !== base.questions) continue;
      const what = `right answers ${share(base.accuracy)}, ${rival} ${share(other.accuracy)}, difference ${difference(base, other)} (better)`;
      lines.push(judged(base.accuracy.mean > other.accuracy.mean, `${base.length}: ${what}`));
    }
  }
  const first = bases[0];
  const last = bases.at(-1);
  if (!first || !last || first === last) {
    return [...lines, "- One length beyond the trained context: nothing to compare over lengths."];
  }
  const between = `${first.length} to ${last.length}`;
  const drop = first.accuracy.mean - last.accuracy.mean;
  const ingest = last.ingestTokensPerSecond / first.ingestTokensPerSecond;
  const decode = (last.decodeTokensPerSecond ?? 0) / (first.decodeTokensPerSecond ?? Infinity);
  const memory = last.peakGpuBytes / first.peakGpuBytes - 1;
  return [
    ...lines,
    judged(
      drop <= 0.03,
      `${between}: right answers ${share(first.accuracy)} to ${share(last.accuracy)}, down ${(100 * drop).toFixed(1)} points (at most 3)`,
    ),
    judged(ingest >= 0.9, `${between}: ingestion rate × ${ingest.toFixed(2)} (at least 0.9)`),
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

function difference(row: LtriRow, base: LtriRow | undefined): string {
  if (!base || row === base || row.right.length !== base.right.length) return "";
  const { mean, interval } = pairedDifference(row.right, base.right);
  return `${signed(mean)} [${signed(interval.low)} ${signed(interval.high)}]`;
}

function share(value: Share | null): string {
  return value === null ? "" : `${percent(value.mean)} ${bracketed(value.interval)}`;
}

function bracketed({ low, high }: Interval): string {
  return `[${(100 * Math.max(0, low)).toFixed(0)}–${(100 * Math.min(1, high)).toFixed(0)}]`;
}

function signed(value: number): string {
  const points = (100 * value).toFixed(0);
  return value > 0 ? `+${points}` : points.replace("-", "−");
}

function percent(value: number): string {
  return `${(100 * value).toFixed(1)} %`;
}

function figure(value: number | null): string {
  if (value === null) return "";
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
