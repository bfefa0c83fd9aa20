// Length × depth grids: one per task and language, and an overall one that combines the tasks cell
// by cell with the suite's weights. Several needles at once have no single depth: a part's hit counts
// at the depth where its needle stands.
import { meanEstimate, NO_ESTIMATE, weightedEstimate } from "./intervals.ts";
import { GRID_TASKS, type GridTask, overallWeights } from "./table-rows.ts";
import type {
  Estimate,
  HeatCell,
  HeatMap,
  ItemResult,
  Language,
  PlannedItem,
  PlanSettings,
} from "./types.ts";

type MapTask = GridTask | "overall";

export function heatMaps(
  settings: PlanSettings,
  items: readonly PlannedItem[],
  results: ReadonlyMap<string, ItemResult>,
): HeatMap[] {
  const present = GRID_TASKS.filter((task) => items.some((item) => item.task === task));
  const maps: HeatMap[] = [];
  for (const language of languagesOf(settings)) {
    const own = language === "all" ? items : items.filter((item) => item.language === language);
    const grids = present.map((task) => taskMap(task, language, settings, own, results));
    maps.push(...grids);
    if (present.length === GRID_TASKS.length) maps.push(overallMap(language, settings, grids));
  }
  return maps;
}

/** With one language there is nothing to pool. */
function languagesOf({ languages }: PlanSettings): readonly (Language | "all")[] {
  return languages.length > 1 ? ["all", ...languages] : languages;
}

function taskMap(
  task: GridTask,
  language: Language | "all",
  settings: PlanSettings,
  items: readonly PlannedItem[],
  results: ReadonlyMap<string, ItemResult>,
): HeatMap {
  const grid = settings.grids.find((one) => one.task === task);
  const depths = grid && "depths" in grid ? grid.depths : [];
  const own = items.filter((item) => item.task === task);
  const lengths = ascending(own.map(({ length }) => length ?? 0));
  const cells = lengths.map((length) =>
    depths.map((depth, depthIndex) => {
      const here = own.filter(
        (item) => item.length === length && (item.depth === null || item.depth === depth),
      );
      return heatCell(length, depth, depthIndex, here, results);
    }),
  );
  return withMeans(task, language, lengths, depths, cells);
}

function heatCell(
  length: number,
  depth: number,
  depthIndex: number,
  items: readonly PlannedItem[],
  results: ReadonlyMap<string, ItemResult>,
): HeatCell {
  const scores: number[] = [];
  let state: HeatCell["state"] = "pending";
  let problem: string | null = null;
  for (const item of items) {
    const result = results.get(item.id);
    if (result?.status === "scored") {
      const { parts, value } = result.score;
      scores.push(item.depth === null ? (parts[depthIndex] ? 100 : 0) : value);
    } else if (result) {
      // An error can be tried again and weighs more than what cannot run at all.
      if (state !== "error") state = result.status;
      problem ??= result.message;
    }
  }
  if (scores.length > 0) state = "scored";
  const itemIds = items.map(({ id }) => id);
  return { length, depth, state, score: meanEstimate(scores), problem, itemIds };
}

function overallMap(
  language: Language | "all",
  { suite }: PlanSettings,
  grids: readonly HeatMap[],
): HeatMap {
  const weights = overallWeights(suite);
  const lengths = ascending(grids.flatMap((grid) => grid.lengths));
  // Only depths that every task has: a cell of one task alone is no overall cell.
  const depths = ascending(grids.flatMap((grid) => grid.depths)).filter((depth) =>
    grids.every((grid) => grid.depths.includes(depth)),
  );
  const cells = lengths.map((length) =>
    depths.map((depth): HeatCell => {
      const parts = grids.flatMap((grid) => {
        const cell = grid.cells[grid.lengths.indexOf(length)]?.[grid.depths.indexOf(depth)];
        return cell ? [{ weight: weights[grid.task as GridTask], cell }] : [];
      });
      const score =
        parts.length < grids.length
          ? NO_ESTIMATE
          : weightedEstimate(parts.map(({ weight, cell }) => ({ weight, estimate: cell.score })));
      const broken = parts.find(({ cell }) => cell.state !== "scored")?.cell;
      return {
        length,
        depth,
        state: score.value === null ? (broken?.state ?? "pending") : "scored",
        score,
        problem: broken?.problem ?? null,
        itemIds: parts.flatMap(({ cell }) => cell.itemIds),
      };
    }),
  );
  return withMeans("overall", language, lengths, depths, cells);
}

function withMeans(
  task: MapTask,
  language: Language | "all",
  lengths: readonly number[],
  depths: readonly number[],
  cells: readonly (readonly HeatCell[])[],
): HeatMap {
  return { task, language, lengths, depths, cells, means: cells.map(meanOverDepths) };
}

/** Every depth counts alike, however many items it has. */
function meanOverDepths(cells: readonly HeatCell[]): Estimate {
  const scored = cells.filter(({ score }) => score.value !== null);
  return weightedEstimate(
    scored.map(({ score }) => ({ weight: 1 / scored.length, estimate: score })),
  );
}

function ascending(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}
