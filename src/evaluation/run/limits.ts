// What an engine cannot run on this device with this model, found before anything is computed: such a
// cell is shown with the reason and never scored.

import { kvRowBytes } from "../../../kernels/index.ts";
import { type EngineName, sessionTokens } from "../../engine/attention/ltri/sizes.ts";
import type { LtriParameters } from "../../engine/attention/parameters.ts";
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
  engine: EngineName,
  config: ModelConfig,
  parameters: LtriParameters,
  size: PromptSize,
  bounds: MemoryBounds,
): Refusal | undefined {
  const { documentTokens, aroundTokens, answerTokens } = size;
  const total = documentTokens + aroundTokens + answerTokens;
  if (engine === "full" && total > config.contextLength) {
    return {
      reason: "context-limit",
      message: `Full attention over ${whole.format(total)} tokens: the model was trained on ${whole.format(config.contextLength)}.`,
    };
  }
  const session = sessionTokens(config.contextLength);
  if (aroundTokens >= session) {
    return {
      reason: "context-limit",
      message: `The question takes ${whole.format(aroundTokens)} tokens; this model leaves ${whole.format(session)} for question and answer.`,
    };
  }
  const bytes =
    engine === "full"
      ? fullAttentionBytes(config, parameters, total)
      : engine === "streaming"
        ? { largest: 0, total: 0 } // does not grow with the document
        : spanBytes(config, parameters, documentTokens);
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

/** Every token's k and v in pages, and the gathered set of one layer in f32. */
function fullAttentionBytes(config: ModelConfig, p: LtriParameters, tokens: number) {
  const { kvHeads, headDim, heads, layers } = config;
  const pool = tokens * kvHeads * kvRowBytes(p.kvDtype, headDim);
  const set = tokens * kvHeads * headDim * 4;
  const scores = tokens * heads * 4;
  return { largest: Math.max(pool, set, scores), total: 2 * layers * pool + 2 * set + scores };
}

/** Spans of the document in RAM: k and v of every token, two index vectors per span. */
function spanBytes(config: ModelConfig, p: LtriParameters, tokens: number) {
  const { kvHeads, headDim, layers } = config;
  const row = kvHeads * kvRowBytes(p.kvDtype, headDim);
  return { largest: 0, total: layers * (2 * tokens + (2 * tokens) / p.lMin) * row };
}
