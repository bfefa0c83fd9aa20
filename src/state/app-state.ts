// The page's whole state as plain values. It mirrors what the worker tells and what the user chose;
// no model logic lives here.
import type {
  AnswerStats,
  BenchmarkState,
  DocumentSummary,
  EngineErrorData,
  Evidence,
  HeadsState,
  IngestProgress,
  MemoryLedger,
  ModelLibraryState,
  ModelState,
  Section,
  StorageReport,
  TransferProgress,
} from "../../workers/protocol.ts";
import type { AppUpdate } from "../client/offline.ts";
import type { Importing } from "./import-actions.ts";
import type { ModelProblem } from "./model-actions.ts";
import type { Settings } from "./settings.ts";
import type { DocumentOffer } from "./transfer-actions.ts";

export interface Turn {
  /** Also the job id of the question. */
  readonly id: string;
  readonly question: string;
  readonly status: "waiting" | "streaming" | "done" | "failed";
  readonly answer: string;
  readonly evidence: readonly Evidence[];
  readonly stats: AnswerStats | null;
  readonly stopped: "end" | "length" | "cancelled" | null;
  readonly error: EngineErrorData | null;
}

/** Text of the selected document; large, so only one is held. */
export type OpenText =
  | { readonly status: "none" }
  | { readonly status: "loading"; readonly documentId: string }
  | {
      readonly status: "ready";
      readonly documentId: string;
      readonly text: string;
      /** Its pages or chapters; empty for one that has none. */
      readonly sections: readonly Section[];
    }
  | { readonly status: "failed"; readonly documentId: string; readonly error: EngineErrorData };

/**
 * Evidence of a turn, marked in the reader; in the order of the turn, of all documents asked.
 * `visit` grows with every request to scroll, even to the same place.
 */
export interface Highlight {
  readonly turnId: string;
  readonly ranges: readonly MarkedRange[];
  readonly active: number | null;
  readonly visit: number;
}

export interface MarkedRange {
  readonly documentId: string;
  readonly start: number;
  readonly end: number;
}

/** A failed action, shown until dismissed. */
export interface Notice {
  readonly id: number;
  readonly what: string;
  readonly error: EngineErrorData;
}

export interface AppState {
  readonly model: ModelState;
  /** Null until the picker has asked for the list. */
  readonly models: ModelLibraryState | null;
  readonly modelProblem: ModelProblem | null;
  /** Of the loaded model; null until the worker has told. */
  readonly heads: HeadsState | null;
  /** False until the worker has sent its first list: an empty library is told apart from an unknown one. */
  readonly documentsKnown: boolean;
  readonly documents: readonly DocumentSummary[];
  readonly progress: Readonly<Record<string, IngestProgress>>;
  readonly ledger: MemoryLedger | null;
  readonly storage: StorageReport | null;
  readonly selectedId: string | null;
  readonly text: OpenText;
  /** Documents ticked to be asked together; two or more take the place of the selected one. */
  readonly together: readonly string[];
  /** By `conversationKey`. */
  readonly conversations: Readonly<Record<string, readonly Turn[]>>;
  /** The one question being answered. */
  readonly activeJob: { readonly jobId: string } | null;
  readonly highlight: Highlight | null;
  /** Null until the evaluation has been opened, and after the engine was restarted. */
  readonly benchmark: BenchmarkState | null;
  readonly notices: readonly Notice[];
  readonly adding: boolean;
  /** The file being read into the library. */
  readonly importing: Importing | null;
  /** A new version of the app itself; null while there is none. */
  readonly appUpdate: AppUpdate | null;
  /** Model files dropped onto the page, until the user has said what to do with them. */
  readonly offeredModel: readonly File[] | null;
  /** Documents on their way in or out as files, by job. */
  readonly transfers: Readonly<Record<string, TransferProgress>>;
  /** What a link wants to add, until the user has answered. */
  readonly offer: DocumentOffer | null;
  /** The document whose reading ran out of storage, until the user has made room or said no. */
  readonly shortOfSpace: string | null;
  readonly settings: Settings;
}

export function initialState(settings: Settings, selectedId: string | null): AppState {
  return {
    model: { phase: "idle" },
    models: null,
    modelProblem: null,
    heads: null,
    documentsKnown: false,
    documents: [],
    progress: {},
    ledger: null,
    storage: null,
    selectedId,
    text: { status: "none" },
    together: [],
    conversations: {},
    activeJob: null,
    highlight: null,
    benchmark: null,
    notices: [],
    adding: false,
    importing: null,
    appUpdate: null,
    transfers: {},
    offer: null,
    shortOfSpace: null,
    offeredModel: null,
    settings,
  };
}

export function selectedDocument(state: AppState): DocumentSummary | undefined {
  return state.documents.find((one) => one.id === state.selectedId);
}

/** What the next question goes to, in the order of the library. */
export function askedDocuments(state: AppState): readonly DocumentSummary[] {
  const ticked = state.documents.filter((one) => state.together.includes(one.id));
  if (ticked.length > 1) return ticked;
  const selected = selectedDocument(state);
  return selected ? [selected] : [];
}

/** Names the conversation with one document, or with several; empty without any. */
export function conversationKey(state: AppState): string {
  return askedDocuments(state)
    .map((one) => one.id)
    .join("+");
}

/** Why a question cannot be asked now; null when it can. */
export function askBlocker(state: AppState): string | null {
  const documents = askedDocuments(state);
  if (documents.length === 0) return "Choose a document in the library first.";
  if (state.activeJob) return null; // the Stop button has taken Ask's place
  const unusable = documents.map(unusableBecause).find((reason) => reason !== null);
  if (unusable) return unusable;
  if (state.model.phase === "failed") return "The model is not available.";
  if (state.model.phase !== "ready") return "You can ask when the model has loaded.";
  return documents.map(unfinishedBecause).find((reason) => reason !== null) ?? null;
}

function unusableBecause({ state }: DocumentSummary): string | null {
  if (state === "stale") return "Read the document again to ask about it.";
  if (state === "damaged") return "The document's index is damaged. Read it again to ask.";
  return null;
}

function unfinishedBecause({ state }: DocumentSummary): string | null {
  if (state === "queued" || state === "ingesting") {
    return "You can ask when the document has been read.";
  }
  if (state === "elsewhere") return "Another tab is reading this document.";
  return state === "paused" ? "Reading is paused. Resume it to ask." : null;
}
