// The items of a run, in order: a pure function of suite version, settings and data hashes.
import * as v from "valibot";
import { EngineError } from "../engine/errors.ts";
import { hashFingerprint } from "../engine/store/fingerprint.ts";
import { type BenchmarkData, isOfficial } from "./benchmark-data.ts";
import { check } from "./data-files.ts";
import { isRulerTask } from "./ruler/ruler-item.ts";
import {
  ATC_QUESTIONS,
  type CellKey,
  type Language,
  type Plan,
  type PlannedItem,
  type PlanSettings,
  RULER_TASKS,
  type Task,
  type TaskGrid,
} from "./types.ts";

/** Raised whenever the same settings would give other prompts. */
export const SUITE_VERSION = "1";

const MAX_LENGTH = 2_000_000;
/** Upstream's needles have 20 different answers per language. */
export const MAX_MULTIPLE_NEEDLES = 20;
export const MAX_ITEMS = 60_000;

const natural = v.pipe(v.number(), v.integer(), v.minValue(1));
const lengths = v.pipe(v.array(v.pipe(natural, v.maxValue(MAX_LENGTH))), v.minLength(1));
const depths = v.pipe(
  v.array(v.pipe(v.number(), v.minValue(0), v.maxValue(100))),
  v.minLength(1),
  v.check((list) => list.every((depth, i) => i === 0 || depth > list[i - 1]!), "is not ascending"),
);
const repeats = v.pipe(natural, v.maxValue(1000));
const tokens = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(100_000));
const buffer = v.object({ en: tokens, zh: tokens });
const needleCounts = (most: number) =>
  v.pipe(v.array(v.pipe(natural, v.maxValue(most))), v.minLength(1));

const Grid = v.variant("task", [
  v.object({ task: v.literal("s-rt"), lengths, depths, repeats, buffer }),
  v.object({
    task: v.literal("m-rt"),
    lengths,
    depths: v.pipe(depths, v.maxLength(MAX_MULTIPLE_NEEDLES)),
    repeats,
    buffer,
  }),
  v.object({
    task: v.literal("m-rs"),
    lengths,
    depths,
    needles: needleCounts(50),
    repeats,
    buffer,
  }),
  v.object({
    task: v.literal("atc"),
    needles: needleCounts(998),
    questions: v.pipe(v.array(v.picklist(ATC_QUESTIONS)), v.minLength(1)),
    repeats,
  }),
  v.object({ task: v.picklist(RULER_TASKS), lengths, repeats }),
]);

export const SettingsSchema = v.object({
  suite: v.picklist(["needlebench-v2", "needlebench-v1", "ruler"]),
  profile: v.picklist(["compat", "sound"]),
  seed: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffffffff)),
  languages: v.pipe(v.array(v.picklist(["en", "zh"])), v.minLength(1)),
  grids: v.pipe(v.array(Grid), v.minLength(1)),
  thinkingTokens: tokens,
  answerTokens: v.record(v.picklist(["s-rt", "m-rt", "m-rs", "atc", ...RULER_TASKS]), natural),
  atcDistractors: v.boolean(),
});

/** @throws EngineError `format-invalid` with the setting that does not fit */
export function checkSettings(value: unknown): PlanSettings {
  const settings: PlanSettings = check("The settings of the run", SettingsSchema, value);
  const tasks = settings.grids.map(({ task }) => task);
  const reject = (message: string): never => {
    throw new EngineError("format-invalid", `The settings of the run do not fit: ${message}`);
  };
  if (new Set(tasks).size !== tasks.length) reject("a task occurs twice.");
  if (new Set(settings.languages).size !== settings.languages.length) {
    reject("a language occurs twice.");
  }
  const ruler = settings.suite === "ruler";
  if (tasks.some((task) => isRulerTask(task) !== ruler)) {
    reject("RULER's tasks and NeedleBench's are different suites.");
  }
  if (ruler && settings.languages.some((language) => language !== "en")) {
    reject("RULER is English only.");
  }
  for (const grid of settings.grids) {
    for (const list of Object.values(grid)) {
      if (Array.isArray(list) && new Set<unknown>(list).size !== list.length) {
        reject(`a value of ${grid.task} occurs twice.`);
      }
    }
  }
  if (countItems(settings) > MAX_ITEMS) reject(`more than ${MAX_ITEMS} prompts.`);
  return settings;
}

/** Prompts of a plan, before it is made. */
export function countItems({ grids, languages }: PlanSettings): number {
  return languages.length * grids.reduce((n, grid) => n + prompts(grid), 0);
}

function prompts(grid: TaskGrid): number {
  switch (grid.task) {
    case "s-rt":
      return grid.lengths.length * grid.depths.length * grid.repeats;
    case "m-rt":
      return grid.lengths.length * grid.repeats;
    case "m-rs":
      return grid.lengths.length * grid.depths.length * grid.needles.length * grid.repeats;
    case "atc":
      return grid.needles.length * grid.questions.length * grid.repeats;
    default:
      return grid.lengths.length * grid.repeats;
  }
}

/** @throws EngineError `format-invalid` */
export async function makePlan(wanted: PlanSettings, data: BenchmarkData): Promise<Plan> {
  const settings = checkSettings(wanted);
  const dataHashes = data.hashes;
  const officialData = isOfficial(data, settings.suite, settings.languages);
  const content = { suiteVersion: SUITE_VERSION, settings, dataHashes, officialData };
  // Through JSON, so that the hash of an imported plan is the same.
  const plain = JSON.parse(JSON.stringify(content)) as Parameters<typeof hashFingerprint>[0];
  return { ...content, hash: await hashFingerprint(plain), items: plannedItems(settings) };
}

/** In running order. */
export function plannedItems(settings: PlanSettings): PlannedItem[] {
  const items = settings.grids.flatMap((grid) =>
    settings.languages.flatMap((language) =>
      Array.from({ length: grid.repeats }, (_, repeat) =>
        cells(grid, language).map((cell) => planned(settings, cell, repeat)),
      ).flat(),
    ),
  );
  return items.sort(compareItems);
}

function cells(grid: TaskGrid, language: Language): CellKey[] {
  const cell = (of: Partial<CellKey> & { readonly needles: number }): CellKey => ({
    task: grid.task,
    language,
    length: null,
    depth: null,
    question: null,
    ...of,
  });
  switch (grid.task) {
    case "s-rt":
      return grid.lengths.flatMap((length) =>
        grid.depths.map((depth) => cell({ length, depth, needles: 1 })),
      );
    case "m-rt":
      return grid.lengths.map((length) => cell({ length, needles: grid.depths.length }));
    case "m-rs":
      return grid.lengths.flatMap((length) =>
        grid.depths.flatMap((depth) =>
          grid.needles.map((needles) => cell({ length, depth, needles })),
        ),
      );
    case "atc":
      return grid.needles.flatMap((needles) =>
        grid.questions.map((question) => cell({ needles, question })),
      );
    default:
      return grid.lengths.map((length) => cell({ length, needles: 0 }));
  }
}

function planned(settings: PlanSettings, cell: CellKey, repeat: number): PlannedItem {
  const { suite, profile } = settings;
  const { task, language, length, depth, needles, question } = cell;
  const parts = [suite, profile, task, language, length, depth, needles, question, repeat];
  const id = parts.map((part) => part ?? "-").join("/");
  const sharesHaystack = task === "s-rt" || task === "m-rt" || task === "m-rs";
  const group = sharesHaystack ? `${language}/${length}/${repeat}` : id;
  return { ...cell, id, repeat, group };
}

/**
 * Most signal per token first: the trace challenge, then many needles at once, then the grids. These
 * go repeat by repeat, so that a first picture is complete early, and inside a group from the
 * deepest needle up: the haystack is read once and every shallower prefix is a part of it.
 */
function compareItems(a: PlannedItem, b: PlannedItem): number {
  return (
    stage(a.task) - stage(b.task) ||
    a.repeat - b.repeat ||
    compareText(a.language, b.language) ||
    (a.length ?? 0) - (b.length ?? 0) ||
    (b.depth ?? 0) - (a.depth ?? 0) ||
    TASK_ORDER.indexOf(a.task) - TASK_ORDER.indexOf(b.task) ||
    a.needles - b.needles ||
    questionIndex(a) - questionIndex(b)
  );
}

const TASK_ORDER: readonly Task[] = ["atc", "m-rt", "s-rt", "m-rs", ...RULER_TASKS];
const stage = (task: Task): number => (task === "atc" ? 0 : task === "m-rt" ? 1 : 2);
const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const questionIndex = ({ question }: PlannedItem): number =>
  question === null ? 0 : ATC_QUESTIONS.indexOf(question);
