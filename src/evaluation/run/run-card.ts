// What a run states about model, engine and device, and the check that a continued run is the same
// run: a table must not mix answers of two models or two settings.

import type { DocumentBinding } from "../../engine/attention/binding.ts";
import { EngineError } from "../../engine/errors.ts";
import type { LoadedModel } from "../../engine/transformer/loaded-model.ts";
import { sha256 } from "../../engine/model/fingerprint.ts";
import type { BenchmarkAnswerMode } from "../run-answers.ts";
import type { BenchmarkRun, RunEngine, RunModel } from "../types.ts";

/** Raise when an answer to the same prompt may change. */
const ENGINE_BUILD = "1";

export async function modelCard(loaded: LoadedModel, binding: DocumentBinding): Promise<RunModel> {
  const { model, parameters } = loaded;
  const { quantisation } = model;
  const { config, tokenizer, fingerprintParts } = model;
  const tables = config.ropeTables.map(
    ({ theta, attentionFactor }) => `theta ${theta}, factor ${attentionFactor}`,
  );
  return {
    name: config.name,
    architecture: config.family,
    parameters,
    quantisation,
    contextLength: config.contextLength,
    ropeScaling: tables.join("; ") || "none",
    promptStyle: binding.prompt.style,
    tokenizer: `${tokenizer.kind}, ${config.vocab} entries`,
    fingerprint: await sha256(new TextEncoder().encode(fingerprintParts.join("\n"))),
  };
}

/** Runs that read nothing again say nothing of it, as those of earlier releases. */
export function engineCard(binding: DocumentBinding, answerMode: BenchmarkAnswerMode): RunEngine {
  const mode = answerMode === "recalled" ? {} : { answerMode };
  return {
    name: binding.engine,
    parameters: { ...binding.parameters, ...mode },
    build: ENGINE_BUILD,
    sampling: "greedy",
  };
}

interface RunIdentity {
  readonly model: RunModel;
  readonly engine: RunEngine;
  readonly planHash: string;
}

/** Throws `run-stale`, naming what changed since the run was started. */
export function requireSameRun(run: Omit<BenchmarkRun, "results">, now: RunIdentity): void {
  const changed = [
    ...differences("model", run.model, now.model),
    ...differences("engine", run.engine, now.engine),
    ...(run.plan.hash === now.planHash ? [] : ["the plan or its data"]),
  ];
  if (changed.length === 0) return;
  throw new EngineError(
    "run-stale",
    `This run cannot go on, because ${changed.join(", ")} changed since it was started. Load what it was started with, or start a new run.`,
  );
}

function differences(what: string, before: object, now: object): string[] {
  const after = new Map(Object.entries(now));
  const fields = new Set([...Object.keys(before), ...after.keys()]);
  const old = new Map(Object.entries(before));
  return [...fields]
    .filter((field) => JSON.stringify(old.get(field)) !== JSON.stringify(after.get(field)))
    .map((field) => `${what} ${field}`);
}
