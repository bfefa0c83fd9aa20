// The attention engines that store a document as spans with their KV: read by the ingestor, asked by the
// session. They differ in their settings and in what a question sees. Either side is fetched when it is
// first needed.

import { kvRowBytes, PAGE_TOKENS } from "../../../../kernels/index.ts";
import { EngineError } from "../../errors.ts";
import type { ModelConfig } from "../../model/config.ts";
import { requireMemory } from "../fitting.ts";
import type { BoundModel } from "../bound-model.ts";
import type { AttentionEngine } from "../engine.ts";
import { type LtriParameters, ltriParameters, spanFields } from "../parameters.ts";

/** KV and working set of one document whose every token a question sees. */
const EVERYTHING_BYTES = 1024 ** 3;

export interface SpanEngineRow {
  readonly settings: Partial<LtriParameters>;
  /** Spans chosen for each question, those at the end of the document, or all of them. */
  readonly recall: "chosen" | "tail" | "everything";
}

export function spanEngine({ settings, recall }: SpanEngineRow): AttentionEngine {
  /** The model with parameters for a stream of so many tokens. */
  const fitted = (model: BoundModel, documentTokens: number): BoundModel => {
    if (recall !== "everything") return model;
    const { binding, loaded } = model;
    const total = binding.prompt.prefixIds.length + documentTokens;
    const parameters = withEverything(loaded.model.config, binding.parameters, total);
    return { ...model, binding: { ...binding, parameters } };
  };
  return {
    fingerprintFields: spanFields,
    memory: "tokens",
    recalls: recall === "chosen",
    asksPrefix: true,
    isBoundToTrainedContext: recall === "everything",
    parameters(contextLength, overrides) {
      if (settings.segmenter !== "fixed") {
        return ltriParameters(contextLength, { ...settings, ...overrides });
      }
      const { lMax } = ltriParameters(contextLength, overrides);
      const blocks = { blockLength: Math.min(128, lMax), ...settings, ...overrides };
      return ltriParameters(contextLength, blocks);
    },
    documentBytes(config, parameters, tokens) {
      if (recall === "tail") return { largest: 0, total: 0 }; // does not grow with the document
      const { layers, kvHeads, headDim } = config;
      const row = kvHeads * kvRowBytes(parameters.kvDtype, headDim);
      if (recall === "everything") {
        const pool = 2 * tokens * row; // pages are half full at worst
        const set = tokens * kvHeads * headDim * 4;
        const scores = tokens * config.heads * 4;
        return {
          largest: Math.max(pool, set, scores),
          total: 2 * layers * pool + 2 * set + scores,
        };
      }
      // Spans in RAM: k and v of every token, two index vectors per span.
      return { largest: 0, total: layers * (2 * tokens + (2 * tokens) / parameters.lMin) * row };
    },
    async read(model, writer) {
      requireMemory(model.loaded.model.config, "tokens");
      const { openIngestor } = await import("./open-ingestor.ts");
      const { manifest } = writer.reader;
      // Without recall a question never sees more than the window at the end.
      const keep = recall === "tail" ? model.binding.parameters.nLocal : Infinity;
      return openIngestor(fitted(model, manifest.tokens), writer, keep);
    },
    async session(model, documents) {
      requireMemory(model.loaded.model.config, "tokens");
      const { openSpanSession } = await import("./open-session.ts");
      const tokens = documents.reduce((sum, { reader }) => sum + reader.manifest.tokens, 0);
      const tail = recall === "tail" ? model.binding.parameters.nLocal : undefined;
      return openSpanSession(fitted(model, tokens), documents, tail);
    },
    async prove(reader, checkpoint) {
      const { proveCheckpoint } = await import("./prove-checkpoint.ts");
      proveCheckpoint(reader, checkpoint);
    },
  };
}

/** A budget of the whole stream. Throws `engine-limit`. */
export function withEverything(
  config: ModelConfig,
  parameters: LtriParameters,
  totalTokens: number,
): LtriParameters {
  const tokens = Math.ceil(totalTokens / PAGE_TOKENS) * PAGE_TOKENS;
  // Pages at twice the tokens in the pools, once more as f32 in the working set of a chunk.
  const { layers, kvHeads, headDim } = config;
  const pooled = layers * 2 * 2 * kvHeads * kvRowBytes(parameters.kvDtype, headDim);
  const bytesPerToken = pooled + 2 * kvHeads * headDim * 4;
  if (tokens * bytesPerToken > EVERYTHING_BYTES) {
    throw new EngineError(
      "engine-limit",
      `Full attention keeps all ${totalTokens} tokens on the device; with this model ${Math.floor(EVERYTHING_BYTES / bytesPerToken)} fit. Choose another attention engine for this document, or a shorter document.`,
    );
  }
  return { ...parameters, budget: tokens, poolTokens: tokens };
}
