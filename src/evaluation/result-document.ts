// Export and import of runs as JSON. An import is checked as a whole: its shape, that every item is
// one of the plan it states, and that every score follows from the answer beside it. Aggregates in
// the file are for its readers; here they are computed again.
import { EngineError } from "../engine/errors.ts";
import { aggregateRun } from "./aggregates.ts";
import { check, json } from "./data-files.ts";
import { checkSettings, plannedItems } from "./plan.ts";
import { ResultDocumentSchema } from "./result-schema.ts";
import { scoreAnswer } from "./scoring.ts";
import type { BenchmarkRun, PlannedItem, ResultDocument } from "./types.ts";

export interface RunToExport {
  readonly run: BenchmarkRun;
  /** All items of the plan, also those without a result. */
  readonly items: readonly PlannedItem[];
}

export function exportJson(runs: readonly RunToExport[]): string {
  const document: ResultDocument = {
    schema: "needlebench-results",
    version: 1,
    runs: runs.map(({ run, items }) => ({ ...run, aggregates: aggregateRun(run, items) })),
  };
  return `${JSON.stringify(document, null, 1)}\n`;
}

const MAX_CHARACTERS = 256 * 1024 * 1024;
const NAME = "The file of results";

/** @throws EngineError `format-invalid`, `too-large` */
export function importJson(text: string): BenchmarkRun[] {
  if (text.length > MAX_CHARACTERS) {
    throw new EngineError("too-large", `${NAME} is too large. Export fewer runs at once.`);
  }
  const { runs } = check(NAME, ResultDocumentSchema, json(NAME, text));
  if (new Set(runs.map(({ id }) => id)).size !== runs.length) refuse("a run occurs twice");
  for (const run of runs) checkRun(run);
  return runs;
}

function checkRun(run: BenchmarkRun): void {
  const settings = checkSettings(run.plan.settings);
  const planned = new Map(plannedItems(settings).map((item) => [item.id, item]));
  const seen = new Set<string>();
  for (const result of run.results) {
    const { item } = result;
    const expected = planned.get(item.id);
    if (!expected || !sameItem(expected, item)) refuse(`«${item.id}» is not of the run's plan`);
    if (seen.has(item.id)) refuse(`«${item.id}» has two results`);
    seen.add(item.id);
    if (result.status !== "scored") continue;
    const score = scoreAnswer(result.rule, result.rawAnswer, settings.profile);
    if (Math.abs(score.value - result.score.value) > 1e-6) {
      refuse(`the score of «${item.id}» does not follow from its answer`);
    }
  }
}

function sameItem(a: PlannedItem, b: PlannedItem): boolean {
  return (Object.keys(a) as (keyof PlannedItem)[]).every((key) => a[key] === b[key]);
}

function refuse(problem: string): never {
  const message = `${NAME} contradicts itself: ${problem.slice(0, 300)}. It cannot be compared.`;
  throw new EngineError("format-invalid", message);
}
