// What an engine cannot run on this device with this model, found before anything is computed: such a
// cell is shown with the reason and never scored.

import type { DocumentBinding } from "../../engine/attention/binding.ts";
import { attentionEngine, isFitting } from "../../engine/attention/engines.ts";
import { unfitting } from "../../engine/attention/fitting.ts";
import { sessionTokens } from "../../engine/attention/ltri/sizes.ts";
import type { ModelConfig } from "../../engine/model/config.ts";
import type { UnsupportedReason } from "../types.ts";

export interface PromptSize {
  readonly documentTokens: number;
  /** Prompt prefix and question, without the document. */
  readonly aroundTokens: number;
  readonly answerTokens: number;
}

export interface MemoryBounds {
  /** Largest single buffer or binding of the adapter. */
  readonly bufferBytes: number;
  /** GPU memory that one run may take for `full`, RAM for the spans of the others. */
  readonly totalBytes: number;
}

export interface Refusal {
  readonly reason: UnsupportedReason;
  readonly message: string;
}

const whole = new Intl.NumberFormat("en");

export function refusal(
  config: ModelConfig,
  { engine, parameters }: Pick<DocumentBinding, "engine" | "parameters">,
  size: PromptSize,
  bounds: MemoryBounds,
): Refusal | undefined {
  const { documentTokens, aroundTokens, answerTokens } = size;
  const total = documentTokens + aroundTokens + answerTokens;
  const row = attentionEngine(engine);
  if (!isFitting(config, engine)) {
    return { reason: "engine-unsupported", message: unfitting(config) };
  }
  if (row.isBoundToTrainedContext && total > config.contextLength) {
    return {
      reason: "context-limit",
      message: `Attention over ${whole.format(total)} tokens in one piece: the model was trained on ${whole.format(config.contextLength)}.`,
    };
  }
  const session = sessionTokens(config.contextLength);
  if (aroundTokens >= session) {
    return {
      reason: "context-limit",
      message: `The question takes ${whole.format(aroundTokens)} tokens; this model leaves ${whole.format(session)} for question and answer.`,
    };
  }
  const bytes = row.documentBytes(config, parameters, documentTokens);
  if (bytes.largest > bounds.bufferBytes || bytes.total > bounds.totalBytes) {
    const needed = `${whole.format(Math.ceil(bytes.total / 1e6))} MB`;
    const limit = `${whole.format(Math.floor(bounds.totalBytes / 1e6))} MB in all, ${whole.format(Math.floor(bounds.bufferBytes / 1e6))} MB in one buffer`;
    return {
      reason: "memory-limit",
      message: `${whole.format(documentTokens)} tokens need ${needed}; the limit is ${limit}.`,
    };
  }
  return undefined;
}
