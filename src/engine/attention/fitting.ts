// Whether an attention engine can work with what a model keeps of a text.

import { EngineError } from "../errors.ts";
import type { ModelConfig } from "../model/config.ts";

/** Keys and values of its tokens, or the state of a recurrent model. */
export type DocumentMemory = "tokens" | "state";

export function memoryOf(config: ModelConfig): DocumentMemory {
  return config.recurrent ? "state" : "tokens";
}

/** Throws `engine-limit` for an engine that needs what the model does not keep. */
export function requireMemory(config: ModelConfig, needed: DocumentMemory): void {
  if (memoryOf(config) !== needed) throw new EngineError("engine-limit", unfitting(config));
}

/** What stands in the way, and what the user can do. */
export function unfitting(config: ModelConfig): string {
  return config.recurrent
    ? `${config.name} is a recurrent model: it keeps one state and no keys and values of a text, so this attention engine has nothing to work with. Choose the engine "recurrent", or another model.`
    : `The engine "recurrent" works with the state of a recurrent model (Rodimus), and ${config.name} has none. Choose another engine, or a recurrent model.`;
}
