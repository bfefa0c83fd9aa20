// One row per attention engine. Everything that differs between engines outside their own folder stands
// here or is asked of the row.

import { EngineError } from "../errors.ts";
import type { ModelConfig } from "../model/config.ts";
import type { AttentionEngine } from "./engine.ts";
import { DEFAULT_ENGINE, ENGINE_NAMES, type EngineName, isEngineName } from "./engine-names.ts";
import { recurrentEngine } from "./recurrent/recurrent-engine.ts";
import { memoryOf, requireMemory } from "./fitting.ts";
import { spanEngine } from "./ltri/span-engine.ts";
import { shadowEngine } from "./shadow/shadow-engine.ts";

/**
 * All but ShadowKV and `recurrent` store their documents as spans of text; of those all but `ltri` in fixed
 * blocks. `infllm` recalls blocks by one vector at a clamped distance, `streaming` recalls none, `full` all of
 * them at their true positions.
 * `recurrent` stores the state of a recurrent model.
 */
const engines: Readonly<Record<EngineName, AttentionEngine>> = {
  ltri: spanEngine({ recall: "chosen", settings: {} }),
  shadowkv: shadowEngine("exact"),
  "shadowkv-plus": {
    ...shadowEngine("exact", { generatedKeys: "lowRank" }),
    storesAs: "shadowkv",
  },
  "shadowkv-deferred": { ...shadowEngine("deferred"), storesAs: "shadowkv" },
  "shadowkv-int8": { ...shadowEngine("gpuValues"), storesAs: "shadowkv" },
  infllm: spanEngine({
    recall: "chosen",
    settings: { segmenter: "fixed", vectors: "total", posMode: "clamped", questionKeyBytes: 0 },
  }),
  streaming: spanEngine({
    recall: "tail",
    settings: { segmenter: "fixed", vectors: "static", budget: 0, questionKeyBytes: 0 },
  }),
  full: spanEngine({
    recall: "everything",
    settings: { segmenter: "fixed", vectors: "static", posMode: "absolute", questionKeyBytes: 0 },
  }),
  recurrent: recurrentEngine,
};

export function attentionEngine(name: EngineName): AttentionEngine {
  return engines[name];
}

export function isFitting(config: ModelConfig, name: EngineName): boolean {
  return attentionEngine(name).memory === memoryOf(config);
}

export function enginesFor(config: ModelConfig): readonly EngineName[] {
  return ENGINE_NAMES.filter((name) => isFitting(config, name));
}

/** `wanted` where it fits the model, else the one that a new user of this model gets. */
export function fittingEngine(config: ModelConfig, wanted: EngineName): EngineName {
  if (isFitting(config, wanted)) return wanted;
  return config.recurrent ? "recurrent" : DEFAULT_ENGINE;
}

/** Throws `engine-limit` with what the user can do. */
export function requireFitting(config: ModelConfig, name: EngineName): void {
  requireMemory(config, attentionEngine(name).memory);
}

/** For names from outside. Throws `invalid-argument` that lists the known ones. */
export function requireEngineName(name: string): EngineName {
  if (isEngineName(name)) return name;
  throw new EngineError(
    "invalid-argument",
    `"${name}" is no attention engine: known are ${ENGINE_NAMES.join(", ")}.`,
  );
}
