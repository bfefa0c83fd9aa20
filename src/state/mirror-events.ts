// Worker events to state: pure, so that it can be tested without a store.
import type { DocumentSummary, EngineEvent, IngestProgress } from "../../workers/protocol.ts";
import type { AppState } from "./app-state.ts";
import { isRunning, type Turn } from "./conversation.ts";

export function mirrorEvents(state: AppState, events: readonly EngineEvent[]): AppState {
  return events.reduce(mirrorEvent, state);
}

function mirrorEvent(state: AppState, event: EngineEvent): AppState {
  switch (event.type) {
    case "model":
      return { ...state, model: event.state };
    case "models":
      return { ...state, models: event.library };
    case "documents": {
      // What a widget of this origin read for itself is not in the person's library.
      const own = event.documents.filter(({ owner }) => owner === undefined);
      const reading = new Set(own.filter((one) => one.state === "ingesting").map((one) => one.id));
      const progress: Record<string, IngestProgress> = {};
      for (const [id, value] of Object.entries(state.progress)) {
        if (reading.has(id)) progress[id] = value;
      }
      const documents = own.filter((one) => !state.deleting.includes(one.id));
      const shortOfSpace = ranOutOfSpace(state, documents);
      return { ...state, documentsKnown: true, documents, progress, shortOfSpace };
    }
    case "ingest":
      return {
        ...state,
        progress: { ...state.progress, [event.progress.documentId]: event.progress },
      };
    case "overview":
      return {
        ...state,
        overviews: { ...state.overviews, [event.documentId]: event.overview },
      };
    case "transfer": {
      const { jobId } = event.progress;
      // One that has ended here is not shown again by an event that was still on its way.
      if (!state.transfers[jobId]) return state;
      return { ...state, transfers: { ...state.transfers, [jobId]: event.progress } };
    }
    case "token":
      return updateTurn(state, event.jobId, (turn) =>
        // A turn that has ended has its whole answer.
        isRunning(turn) ? { ...turn, status: "streaming", answer: turn.answer + event.text } : turn,
      );
    case "pieces":
      return state; // of completions without a document, which the app does not make
    case "heads":
      return { ...state, heads: event.state };
    case "ledger":
      return { ...state, ledger: event.ledger };
    case "benchmark":
      return { ...state, benchmark: event.state };
    case "device-lost":
      return { ...state, model: { phase: "idle" }, progress: {}, benchmark: null, heads: null };
  }
}

/** The document to make room for: one that has just run out, or the one being asked about already. */
function ranOutOfSpace(state: AppState, documents: readonly DocumentSummary[]): string | null {
  const isShort = (one: DocumentSummary | undefined) =>
    one?.state === "paused" && one.problem?.code === "quota-exceeded";
  const wasShort = (id: string) => isShort(state.documents.find((one) => one.id === id));
  const asked = documents.find((one) => one.id === state.shortOfSpace && isShort(one));
  return (asked ?? documents.find((one) => isShort(one) && !wasShort(one.id)))?.id ?? null;
}

export function updateTurn(
  state: AppState,
  turnId: string,
  change: (turn: Turn) => Turn,
): AppState {
  for (const conversation of Object.values(state.conversations)) {
    const { id, turns } = conversation;
    if (!turns.some((turn) => turn.id === turnId)) continue;
    const changed = turns.map((turn) => (turn.id === turnId ? change(turn) : turn));
    const conversations = { ...state.conversations, [id]: { ...conversation, turns: changed } };
    return { ...state, conversations };
  }
  return state;
}
