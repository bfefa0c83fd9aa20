// The attention engine of recurrent models: a document is read once at constant memory, what is stored of
// it is the state after its last token. Its two sides are fetched when they are first needed.

import { EngineError } from "../../errors.ts";
import type { AttentionEngine } from "../engine.ts";
import { requireMemory } from "../fitting.ts";
import { ltriParameters } from "../parameters.ts";

export const recurrentEngine: AttentionEngine = {
  memory: "state",
  fingerprintFields: ["chunk", "kvDtype"],
  recalls: false,
  asksPrefix: true,
  isBoundToTrainedContext: false,
  parameters: ltriParameters,
  documentBytes: () => ({ largest: 0, total: 0 }), // does not grow with the document
  async read(model, writer) {
    requireMemory(model.loaded.model.config, "state");
    const { openRecurrentReading } = await import("./recurrent-reading.ts");
    return openRecurrentReading(model, writer);
  },
  async session(model, documents) {
    requireMemory(model.loaded.model.config, "state");
    const [document] = documents;
    if (!document || documents.length > 1) {
      throw new EngineError(
        "engine-limit",
        "A recurrent model keeps one state per document, and states of several documents cannot be joined. Ask about one document at a time.",
      );
    }
    const { openRecurrentSession } = await import("./recurrent-session.ts");
    return openRecurrentSession(model, document);
  },
  async prove(reader, checkpoint) {
    const { proveState } = await import("./prove-state.ts");
    await proveState(reader, checkpoint);
  },
};
