// The table of a run in upstream's row order, and the weights of its overall score.
import { meanEstimate, weightedEstimate } from "./intervals.ts";
import type { Estimate, Language, NeedleTask, ScoredItem, Suite, TableRow } from "./types.ts";

export type GridTask = Exclude<NeedleTask, "atc">;

export function overallWeights(suite: Suite): Readonly<Record<GridTask, number>> {
  return suite === "needlebench-v1"
    ? { "s-rt": 0.4, "m-rt": 0.3, "m-rs": 0.3 }
    : { "s-rt": 1 / 3, "m-rt": 1 / 3, "m-rs": 1 / 3 };
}

export function overallEstimate(
  suite: Suite,
  estimates: Readonly<Record<GridTask, Estimate>>,
): Estimate {
  const weights = overallWeights(suite);
  return weightedEstimate(
    GRID_TASKS.map((task) => ({ weight: weights[task], estimate: estimates[task] })),
  );
}

export const GRID_TASKS: readonly GridTask[] = ["s-rt", "m-rt", "m-rs"];
const LANGUAGES: readonly Language[] = ["en", "zh"];
const TASK_LABEL: Readonly<Record<GridTask, string>> = {
  "s-rt": "S-RT",
  "m-rt": "M-RT",
  "m-rs": "M-RS",
};
const LANGUAGE_LABEL: Readonly<Record<Language | "all", string>> = {
  all: "",
  en: " EN",
  zh: " ZH",
};

/** Overall; each task over all and per language; each number of facts per language. */
export function tableRows(suite: Suite, scored: readonly ScoredItem[]): TableRow[] {
  const estimate = (keep: (result: ScoredItem) => boolean): Estimate =>
    meanEstimate(scored.filter(keep).map(({ score }) => score.value));
  const ofTask = (task: GridTask, language: Language | "all") =>
    estimate(
      ({ item }) => item.task === task && (language === "all" || item.language === language),
    );

  const overall: TableRow = {
    label: "Overall",
    task: "overall",
    language: "all",
    needles: null,
    score: overallEstimate(suite, {
      "s-rt": ofTask("s-rt", "all"),
      "m-rt": ofTask("m-rt", "all"),
      "m-rs": ofTask("m-rs", "all"),
    }),
  };
  const tasks = GRID_TASKS.flatMap((task) =>
    (["all", ...LANGUAGES] as const).map((language) => ({
      label: `${TASK_LABEL[task]}${LANGUAGE_LABEL[language]}`,
      task,
      language,
      needles: null,
      score: ofTask(task, language),
    })),
  );
  const counts = [
    ...new Set(scored.filter(({ item }) => item.task === "m-rs").map(({ item }) => item.needles)),
  ].sort((a, b) => a - b);
  const byNeedles = counts.flatMap((needles) =>
    LANGUAGES.map((language) => ({
      label: `${needles}-needle${LANGUAGE_LABEL[language]}`,
      task: "m-rs" as const,
      language,
      needles,
      score: estimate(
        ({ item }) =>
          item.task === "m-rs" && item.language === language && item.needles === needles,
      ),
    })),
  );
  // A language that was not asked has no row; a task that has nothing yet keeps its own.
  return [overall, ...tasks, ...byNeedles].filter(
    ({ language, score }) => language === "all" || score.n > 0,
  );
}
