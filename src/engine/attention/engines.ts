// One row per attention engine. Everything that differs between engines outside their own folder stands
// here or is asked of the row.

import { EngineError } from "../errors.ts";
import type { AttentionEngine } from "./engine.ts";
import { ENGINE_NAMES, type EngineName, isEngineName } from "./engine-names.ts";
import { spanEngine } from "./ltri/span-engine.ts";
import { shadowEngine } from "./shadow/shadow-engine.ts";

/**
 * All but `shadowkv` store their documents as spans of text; of those all but `ltri` in fixed blocks. `infllm` recalls blocks by one
 * vector at a clamped distance, `streaming` recalls none, `full` all of them at their true positions.
 */
const engines: Readonly<Record<EngineName, AttentionEngine>> = {
  ltri: spanEngine({ recall: "chosen", settings: {} }),
  shadowkv: shadowEngine,
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
};

export function attentionEngine(name: EngineName): AttentionEngine {
  return engines[name];
}

/** For names from outside. Throws `invalid-argument` that lists the known ones. */
export function requireEngineName(name: string): EngineName {
  if (isEngineName(name)) return name;
  throw new EngineError(
    "invalid-argument",
    `"${name}" is no attention engine: known are ${ENGINE_NAMES.join(", ")}.`,
  );
}
