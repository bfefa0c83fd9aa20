// One row of the list of runs: stored facts and what is going on with it.

import { answerModeOf } from "../run-answers.ts";
import type { EngineErrorData } from "../../engine/api.ts";
import type { BenchmarkRunState, BenchmarkRunSummary } from "./api.ts";
import type { RunListing } from "./run-store.ts";

export function summariseRun(
  listing: RunListing,
  now: {
    readonly active: string | undefined;
    readonly waiting: readonly string[];
    readonly problem: EngineErrorData | undefined;
  },
): BenchmarkRunSummary {
  const { id } = listing;
  if (!listing.record) {
    return {
      id,
      startedAt: "",
      model: "",
      engine: "",
      suite: "needlebench-v2",
      profile: "sound",
      preset: "custom",
      answerMode: "recalled" as const,
      planHash: "",
      items: 0,
      finished: 0,
      imported: false,
      state: "damaged",
      problem: { code: "run-damaged", message: listing.damage },
    };
  }
  const { run, items, imported } = listing.record;
  const { suite, profile } = run.plan.settings;
  const row = {
    id,
    startedAt: run.startedAt,
    model: run.model.name,
    engine: run.engine.name,
    answerMode: answerModeOf(run.engine),
    suite,
    profile,
    preset: run.preset,
    planHash: run.plan.hash,
    items: items.length,
    finished: listing.finished,
    imported,
    state: stateOf(),
  };
  return now.problem ? { ...row, problem: now.problem } : row;

  function stateOf(): BenchmarkRunState {
    if (now.active === id) return "running";
    if (now.waiting.includes(id)) return "waiting";
    return listing.record && listing.finished < items.length ? "stopped" : "complete";
  }
}
