// An engine that answers at once with one document and one answer, for tests of the stores. Tests only.
import type { Answer, DocumentSummary, EngineApi, EngineEvent } from "../../../workers/protocol.ts";

export const DOCUMENT: DocumentSummary = {
  id: "d1",
  title: "Book",
  state: "complete",
  characters: 11,
  tokens: 4,
  ingestedTokens: 4,
  committedTokens: 4,
  askableTokens: 4,
  spans: 1,
  bytesOnDisk: 100,
  createdAt: 0,
  modelName: "nano",
};

export const ANSWER: Answer = {
  text: "The quay.",
  evidence: [{ documentId: "d1", start: 2, end: 6, text: "quay", weight: 1, strength: "strong" }],
  stats: {
    documentTokens: 4,
    recomputedDocumentTokens: 0,
    rereadTokens: 0,
    promptTokens: 9,
    answerTokens: 3,
    spansRecalled: 1,
    timeToFirstTokenMs: 5,
    tokensPerSecond: 10,
  },
  grounding: { state: "supported", kind: "support", citations: [] },
  mode: "recalled",
  stopped: "end",
};

export const READY: EngineEvent = {
  type: "model",
  state: { phase: "ready", model: {} as never, device: {} as never, standIn: null },
};

/** `emit` does nothing before the store listens. */
export function plainEngine(calls: Partial<EngineApi>): {
  readonly api: EngineApi;
  readonly emit: (...events: EngineEvent[]) => void;
} {
  let listener: (events: readonly EngineEvent[]) => void = () => {};
  const api = {
    events: (listen: typeof listener) => {
      listener = listen;
      return Promise.resolve();
    },
    loadModel: () => Promise.resolve({}),
    chooseDevice: () => Promise.resolve(),
    chooseAdapter: () => Promise.resolve(),
    chooseEngine: () => Promise.resolve(),
    documentText: () => Promise.resolve("on the quay"),
    documentSections: () => Promise.resolve([]),
    documentOverview: () => Promise.resolve(null),
    wishOverview: () => Promise.resolve(),
    storage: () => Promise.reject(new Error("unknown")),
    ...calls,
  } as unknown as EngineApi;
  return { api, emit: (...events) => listener(events) };
}
