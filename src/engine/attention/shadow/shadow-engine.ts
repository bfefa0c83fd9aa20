// ShadowKV as an attention engine (arXiv 2410.21465): keys by low rank on the device, values elsewhere,
// chunks chosen by landmarks. Reading and asking are fetched when they are first needed.

import { kvRowBytes } from "../../../../kernels/index.ts";
import { EngineError } from "../../errors.ts";
import type { AttentionEngine } from "../engine.ts";
import { requireMemory } from "../fitting.ts";
import { lowRankFields, ltriParameters, type LtriParameters } from "../parameters.ts";
import { type ShadowMode, startBudget } from "./shadow-sizes.ts";

/** The modes read and store alike; only `exact` is the paper's method. */
export function shadowEngine(
  mode: ShadowMode,
  settings: Pick<Partial<LtriParameters>, "generatedKeys"> = {},
): AttentionEngine {
  return {
    memory: "tokens",
    recalls: true,
    asksPrefix: false, // it reads layer by layer: no token is done before all are
    isBoundToTrainedContext: true,
    fingerprintFields: ["kvDtype", "budget", ...lowRankFields],
    parameters(contextLength, overrides) {
      if (overrides.kvDtype === "int8") {
        throw new EngineError("invalid-argument", "kvDtype=int8: ShadowKV keeps f16 or f32.");
      }
      const start = { posMode: "absolute", budget: startBudget(contextLength) } as const;
      return ltriParameters(contextLength, { ...start, ...settings, ...overrides });
    },
    documentBytes(config, { kvDtype }, tokens) {
      const { kvHeads, headDim, width, layers } = config;
      const keys = kvHeads * headDim;
      const row = kvHeads * kvRowBytes(kvDtype, headDim);
      // Reading: one layer exactly, the states of all tokens before and behind it. Later: less than all layers.
      const reading = tokens * (12 * keys + 2 * row + 8 * width);
      return {
        largest: tokens * 4 * Math.max(keys, width),
        total: Math.max(reading, layers * tokens * row),
      };
    },
    async read(model, writer) {
      requireMemory(model.loaded.model.config, "tokens");
      const { openShadowReading } = await import("./open-shadow.ts");
      return openShadowReading(model, writer);
    },
    async session(model, documents) {
      requireMemory(model.loaded.model.config, "tokens");
      const { openShadowSession } = await import("./open-shadow.ts");
      return openShadowSession(model, documents, mode);
    },
    async prove(reader, checkpoint) {
      const { proveShadowState } = await import("./shadow-checkpoint.ts");
      proveShadowState(reader, checkpoint);
    },
  };
}
