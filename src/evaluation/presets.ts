// The four sizes of a run. Numbers of prompts with the default lengths: smoke 6, quick 128,
// standard 920, full 4,600 and more, as upstream, and the whole trace challenge beside them.
import { EngineError } from "../engine/errors.ts";
import { ATC_NEEDLES, benchmarkSet, RULER_LENGTHS, type SetName } from "./benchmark-sets.ts";
import {
  ATC_QUESTIONS,
  type Language,
  type Preset,
  type Profile,
  RULER_TASKS,
  type PlanSettings,
  type RulerTask,
  type Suite,
  type TaskGrid,
} from "./types.ts";

export interface PresetChoice {
  readonly suite: Suite;
  readonly profile: Profile;
  readonly seed: number;
  /** The published set whose lengths, depths and buffers are taken; RULER has none. */
  readonly set: SetName;
  /** `null`: those of the preset. */
  readonly lengths: readonly number[] | null;
  readonly languages: readonly Language[] | null;
}

/** The subset that needs no files of others. */
const RULER_SUBSET: readonly RulerTask[] = [
  "niah_single_2",
  "niah_multikey_2",
  "niah_multivalue",
  "niah_multiquery",
  "vt",
  "cwe",
  "fwe",
];

/** @throws EngineError `invalid-argument` when the suite has no such set */
export function presetSettings(preset: Preset, choice: PresetChoice): PlanSettings {
  const { suite, profile, seed } = choice;
  const grids = suite === "ruler" ? rulerGrids(preset, choice) : needleGrids(preset, choice);
  const languages: readonly Language[] =
    suite === "ruler" ? ["en"] : (choice.languages ?? (preset === "full" ? ["en", "zh"] : ["en"]));
  return {
    suite,
    profile,
    seed,
    languages,
    grids,
    thinkingTokens: 0,
    answerTokens: {},
    atcDistractors: profile === "sound",
  };
}

function needleGrids(preset: Preset, { suite, set, lengths }: PresetChoice): TaskGrid[] {
  const found = benchmarkSet(suite, set);
  if (!found) {
    throw new EngineError("invalid-argument", `${suite} has no set «${set}». Choose another set.`);
  }
  const { buffers } = found;
  const of = (own: readonly number[]) => lengths ?? own;
  const single = (grid: Grid): TaskGrid => ({ task: "s-rt", ...grid, buffer: buffers["s-rt"] });
  const multiple = (grid: Grid): TaskGrid => ({ task: "m-rt", ...grid, buffer: buffers["m-rt"] });
  const reasoning = (grid: Grid, needles: readonly number[]): TaskGrid => ({
    task: "m-rs",
    ...grid,
    needles,
    buffer: buffers["m-rs"],
  });
  // Version 1 asks its trace challenge as multiple choice; it is not part of this suite.
  const atc = (needles: readonly number[], repeats: number): TaskGrid[] =>
    suite === "needlebench-v2" ? [{ task: "atc", needles, questions: ATC_QUESTIONS, repeats }] : [];
  const all = [2, 3, 4, 5];
  switch (preset) {
    case "smoke":
      return [single({ lengths: of([1000, 2000]), depths: [0, 50, 100], repeats: 1 })];
    case "quick": {
      const four = of([1000, 2000, 3000, 4000]);
      const five = [0, 25, 50, 75, 100];
      return [
        ...atc([2, 4, 8, 16], 2),
        multiple({ lengths: four, depths: five, repeats: 2 }),
        single({ lengths: four, depths: five, repeats: 2 }),
        reasoning({ lengths: four, depths: [0, 50, 100], repeats: 2 }, [2, 3]),
      ];
    }
    case "standard": {
      const grid = { lengths: of(found.lengths), depths: found.depths };
      return [
        ...atc([2, 4, 8, 16, 32, 64], 10),
        multiple({ ...grid, repeats: 5 }),
        single({ ...grid, repeats: 3 }),
        reasoning({ ...grid, repeats: 3 }, all),
      ];
    }
    case "full": {
      const grid = { lengths: of(found.lengths), depths: found.depths };
      return [
        ...atc(ATC_NEEDLES, 10),
        multiple({ ...grid, repeats: 25 }),
        single({ ...grid, repeats: 10 }),
        reasoning({ ...grid, repeats: 10 }, all),
      ];
    }
  }
}

interface Grid {
  readonly lengths: readonly number[];
  readonly depths: readonly number[];
  readonly repeats: number;
}

function rulerGrids(preset: Preset, { lengths }: PresetChoice): TaskGrid[] {
  const grids = (tasks: readonly RulerTask[], own: readonly number[], repeats: number) =>
    tasks.map((task) => ({ task, lengths: lengths ?? own, repeats }));
  switch (preset) {
    case "smoke":
      return grids(["niah_single_2"], [1024, 2048], 3);
    case "quick":
      return grids(RULER_SUBSET, [2048, 4096], 4);
    case "standard":
      return grids(RULER_SUBSET, [4096, 8192, 16384, 32768], 20);
    case "full":
      return grids(RULER_TASKS, RULER_LENGTHS, 500);
  }
}
