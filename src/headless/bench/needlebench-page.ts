// The exported JSON as a page for people: scores side by side, heat maps as tables, how it was run.
import { engineTitle } from "../../evaluation/run-answers.ts";
import type { Estimate, HeatMap, ResultDocument } from "../../evaluation/types.ts";

type Run = ResultDocument["runs"][number];

export function needleBenchPage(json: string, command: string): string {
  const { runs } = JSON.parse(json) as ResultDocument;
  const [first] = runs;
  if (!first) return "";
  const { model, device, plan } = first;
  const { settings } = plan;
  const lines = [
    `# NeedleBench: ${model.name}`,
    "",
    `${settings.suite}, ${settings.profile} rules, seed ${settings.seed}, plan \`${plan.hash.slice(0, 16)}\`, ${device.adapter}, ${first.startedAt.slice(0, 10)}.`,
    `Model: ${model.architecture}, ${whole(model.parameters)} parameters, ${model.quantisation}, trained context ${whole(model.contextLength)} tokens.`,
    "",
    "```",
    command,
    "```",
    "",
    "Scores of 100, in brackets the 95 % interval and the number of answers. Cells that cannot run",
    "are left out, not counted as zero.",
    "",
    ...scores(runs),
    "",
    ...runs.flatMap((run) => run.aggregates.heatMaps.flatMap((map) => heat(run, map))),
    ...chains(runs),
  ];
  return `${lines.join("\n").trimEnd()}\n`;
}

function scores(runs: readonly Run[]): string[] {
  const labels = [
    ...new Set(runs.flatMap((run) => run.aggregates.table.map(({ label }) => label))),
  ];
  const rows = labels.map((label) => [
    label,
    ...runs.map((run) => score(run.aggregates.table.find((row) => row.label === label)?.score)),
  ]);
  return table(
    ["", ...runs.map(({ engine }) => engineTitle(engine))],
    [
      ...rows,
      ["evidence recall", ...runs.map(evidence)],
      ["answered", ...runs.map((run) => whole(run.aggregates.scored))],
      ["cannot run", ...runs.map((run) => whole(run.aggregates.unsupported))],
      ["failed", ...runs.map((run) => whole(run.aggregates.errors))],
      ["document tokens read", ...runs.map((run) => whole(sumOf(run, "computedDocumentTokens")))],
      ["reading, tokens/s", ...runs.map(readingRate)],
    ],
  );
}

function heat(run: Run, map: HeatMap): string[] {
  if (map.task === "overall") return [];
  const rows = map.depths.map((depth, row) => [
    `${depth} %`,
    ...map.lengths.map((_, column) => {
      const cell = map.cells[column]?.[row];
      return cell?.state === "scored" ? bare(cell.score) : (cell?.state ?? "");
    }),
  ]);
  return [
    `## ${engineTitle(run.engine)}: ${map.task}, ${map.language}`,
    "",
    ...table(["depth", ...map.lengths.map(whole)], rows),
    "",
  ];
}

function chains(runs: readonly Run[]): string[] {
  const curves = runs.flatMap((run) =>
    run.aggregates.atc
      .filter(({ points }) => points.length > 0)
      .map((atc) => ({ name: `${engineTitle(run.engine)}, ${atc.language}`, atc })),
  );
  if (curves.length === 0) return [];
  const facts = [
    ...new Set(curves.flatMap(({ atc }) => atc.points.map(({ needles }) => needles))),
  ].sort((a, b) => a - b);
  return [
    "## Ancestral trace by number of facts",
    "",
    ...table(
      ["", ...facts.map(whole), "ENL-50"],
      curves.map(({ name, atc }) => [
        name,
        ...facts.map((count) => bare(atc.points.find(({ needles }) => needles === count)?.score)),
        atc.enl50 === null ? "–" : whole(atc.enl50),
      ]),
    ),
  ];
}

/** Speed of readings from the start alone; continued ones are not comparable. */
function readingRate(run: Run): string {
  let tokens = 0;
  let ms = 0;
  for (const result of run.results) {
    if (result.status !== "scored") continue;
    if (result.computedDocumentTokens < result.lengths.documentTokens) continue;
    tokens += result.computedDocumentTokens;
    ms += result.prefillMs;
  }
  return ms > 0 ? whole((tokens * 1000) / ms) : "–";
}

function sumOf(run: Run, field: "computedDocumentTokens"): number {
  return run.results.reduce(
    (sum, result) => sum + (result.status === "scored" ? result[field] : 0),
    0,
  );
}

function evidence(run: Run): string {
  const shares = run.results.flatMap((result) =>
    result.status === "scored" && result.evidenceRecall !== null ? [result.evidenceRecall] : [],
  );
  if (shares.length === 0) return "–";
  return (shares.reduce((sum, share) => sum + share, 0) / shares.length).toFixed(2);
}

function score(estimate: Estimate | undefined): string {
  if (!estimate || estimate.value === null) return "–";
  const { low, high, n } = estimate;
  return `${bare(estimate)} (${low.toFixed(0)}–${high.toFixed(0)}, n ${n})`;
}

/** No decimals below 30 answers. */
function bare(estimate: Estimate | undefined): string {
  if (!estimate || estimate.value === null) return "–";
  return estimate.value.toFixed(estimate.n < 30 ? 0 : 1);
}

function whole(value: number): string {
  return new Intl.NumberFormat("en").format(Math.round(value));
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)];
}
