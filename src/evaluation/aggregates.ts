// A run's figures from its results: cells, table, heat maps, trace challenge, RULER. Only scored items
// enter a mean; unsupported and failed ones are counted beside it.
import { atcAll, atcUpTo2K, enl50 } from "./atc-aggregates.ts";
import { heatMaps } from "./heat-maps.ts";
import { meanEstimate, weightedEstimate } from "./intervals.ts";
import { effectiveLength, weightedAverage } from "./ruler/ruler-aggregates.ts";
import { isRulerTask } from "./ruler/ruler-item.ts";
import { overallEstimate, tableRows } from "./table-rows.ts";
import type {
  AtcAggregate,
  BenchmarkRun,
  CellAggregate,
  CellKey,
  Estimate,
  ItemResult,
  PlannedItem,
  RulerAggregate,
  RunAggregates,
  ScoredItem,
} from "./types.ts";

/** `items`: all of the plan, so that what is still to come shows as pending. */
export function aggregateRun(run: BenchmarkRun, items: readonly PlannedItem[]): RunAggregates {
  const { settings } = run.plan;
  const { suite, profile } = settings;
  const planned = new Set(items.map(({ id }) => id));
  const byId = new Map(
    run.results
      .filter(({ item }) => planned.has(item.id))
      .map((result) => [result.item.id, result]),
  );
  const results = [...byId.values()];
  const scored = results.filter((result) => result.status === "scored");
  const table = suite === "ruler" ? [] : tableRows(suite, scored);
  const rowScore = (label: string) =>
    table.find((row) => row.label === label)?.score ?? meanEstimate([]);
  const multiple = rowScore("M-RT");
  return {
    profile,
    suite,
    cells: cellAggregates(items, byId),
    table,
    heatMaps: suite === "ruler" ? [] : heatMaps(settings, items, byId),
    atc: atcAggregates(scored, settings.languages),
    ruler: suite === "ruler" ? rulerAggregate(items, scored) : null,
    // Upstream's table shows the multi-needle score in its single-needle row.
    upstreamPrinted:
      profile === "compat" && suite !== "ruler"
        ? {
            sRt: multiple.value,
            overall: overallEstimate(suite, {
              "s-rt": multiple,
              "m-rt": multiple,
              "m-rs": rowScore("M-RS"),
            }).value,
          }
        : null,
    scored: scored.length,
    unsupported: results.filter(({ status }) => status === "unsupported").length,
    errors: results.filter(({ status }) => status === "error").length,
  };
}

function cellAggregates(
  items: readonly PlannedItem[],
  results: ReadonlyMap<string, ItemResult>,
): CellAggregate[] {
  const cells = new Map<string, PlannedItem[]>();
  for (const item of items) {
    const { task, language, length, depth, needles, question } = item;
    const key = JSON.stringify([task, language, length, depth, needles, question]);
    const cell = cells.get(key);
    if (cell) cell.push(item);
    else cells.set(key, [item]);
  }
  return [...cells.values()].map((own) => {
    const { task, language, length, depth, needles, question } = own[0]!;
    const key: CellKey = { task, language, length, depth, needles, question };
    const finished = own.flatMap(({ id }) => results.get(id) ?? []);
    const scored = finished.filter((result) => result.status === "scored");
    const recalls = scored.flatMap(({ evidenceRecall }) => evidenceRecall ?? []);
    const broken = finished.find((result) => result.status !== "scored");
    return {
      ...key,
      score: meanEstimate(scored.map(({ score }) => score.value)),
      hedged: scored.filter(({ score }) => score.hedged).length,
      hitLimit: scored.filter(({ hitLimit }) => hitLimit).length,
      evidenceRecall:
        recalls.length === 0 ? null : recalls.reduce((a, b) => a + b, 0) / recalls.length,
      planned: own.length,
      unsupported: finished.filter(({ status }) => status === "unsupported").length,
      errors: finished.filter(({ status }) => status === "error").length,
      problem: broken?.message ?? null,
    };
  });
}

function atcAggregates(
  scored: readonly ScoredItem[],
  languages: BenchmarkRun["plan"]["settings"]["languages"],
): AtcAggregate[] {
  const own = scored.filter(({ item }) => item.task === "atc");
  if (own.length === 0) return [];
  const pooled = languages.length > 1 ? (["all", ...languages] as const) : languages;
  return pooled.map((language) => {
    const some = own.filter(({ item }) => language === "all" || item.language === language);
    const points = ascending(some.map(({ item }) => item.needles)).map((needles) => ({
      needles,
      score: mean(some.filter(({ item }) => item.needles === needles)),
    }));
    const accuracies = points.map(({ needles, score }) => ({
      needles,
      accuracy: score.value ?? 0,
    }));
    return {
      language,
      points,
      all: atcAll(accuracies),
      upTo2K: atcUpTo2K(accuracies),
      enl50: enl50(accuracies),
    };
  });
}

function rulerAggregate(
  items: readonly PlannedItem[],
  scored: readonly ScoredItem[],
): RulerAggregate {
  const tasks = [...new Set(items.map(({ task }) => task))].filter(isRulerTask);
  const lengths = ascending(items.map(({ length }) => length ?? 0));
  const rows = tasks.map((task) => ({
    task,
    scores: lengths.map((length) => ({
      length,
      score: mean(scored.filter(({ item }) => item.task === task && item.length === length)),
    })),
  }));
  const means = lengths.map((length, i) => ({
    length,
    score: weightedEstimate(
      rows.map(({ scores }) => ({ weight: 1 / rows.length, estimate: scores[i]!.score })),
    ),
  }));
  const values = means.map(({ length, score }) => ({ length, score: score.value }));
  return {
    rows,
    lengths: means,
    effectiveLength: effectiveLength(values),
    weightedIncreasing: weightedAverage(values, "increasing"),
    weightedDecreasing: weightedAverage(values, "decreasing"),
  };
}

const mean = (results: readonly ScoredItem[]): Estimate =>
  meanEstimate(results.map(({ score }) => score.value));

function ascending(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}
