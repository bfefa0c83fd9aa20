// The page's whole state as plain values. It mirrors what the worker tells and what the user chose;
// no model logic lives here.
import type {
  BenchmarkState,
  DocumentOverview,
  DocumentSummary,
  EngineErrorData,
  HeadsState,
  IngestProgress,
  MemoryLedger,
  ModelLibraryState,
  ModelState,
  Section,
  ServerModel,
  StorageReport,
  TransferProgress,
} from "../../workers/protocol.ts";
import type { AppUpdate } from "../client/offline.ts";
import type { Collection } from "./collections.ts";
import { type Conversation, keyOf } from "./conversation.ts";
import type { Failure, Message } from "./failures.ts";
import type { Importing } from "./import-actions.ts";
import { type Consent, serverOf } from "./server-consent.ts";
import type { ModelProblem } from "./model-actions.ts";
import type { Settings } from "./settings.ts";
import type { ReadingEstimate } from "./reading-estimate.ts";
import type { DocumentOffer } from "./transfer-actions.ts";

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
  /** The user asked to see it: where the reader is another tab, it comes to the front. */
  readonly isWanted: boolean;
}

export interface MarkedRange {
  readonly documentId: string;
  readonly start: number;
  readonly end: number;
}

/** A failed action, shown until dismissed. */
export interface Notice {
  readonly id: number;
  readonly what: Failure;
  readonly error: EngineErrorData;
}

/** A long reading, until the user has said whether to begin it. */
export interface ReadingOffer {
  readonly title: string;
  readonly estimate: ReadingEstimate;
  readonly freeBytes: number | null;
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
  /** Of documents that were opened, by id, as far as they have one. */
  readonly overviews: Readonly<Record<string, DocumentOverview>>;
  /** Documents to be asked together; two or more take the place of the selected one. */
  readonly together: readonly string[];
  /** Groups of documents, by the user's names. */
  readonly collections: readonly Collection[];
  /** The collection that is shown and asked; null for the whole library. */
  readonly collectionId: string | null;
  /** Those that have been opened, by id. */
  readonly conversations: Readonly<Record<string, Conversation>>;
  /** Which conversation is shown, by `conversationKey`; the latest where there is none. */
  readonly openConversations: Readonly<Record<string, string>>;
  /** Questions begun and not asked, by `conversationKey`. */
  readonly drafts: Readonly<Record<string, string>>;
  /** Text begun in the paste dialog and not added; null while the dialog is closed and empty. */
  readonly paste: PasteDraft;
  /** The one question being answered. */
  readonly activeJob: { readonly jobId: string } | null;
  readonly highlight: Highlight | null;
  /** Null until the evaluation has been opened, and after the engine was restarted. */
  readonly benchmark: BenchmarkState | null;
  readonly notices: readonly Notice[];
  readonly messages: readonly Message[];
  /** Documents whose deletion can still be taken back; they are not listed. */
  readonly deleting: readonly string[];
  /** Tokens per second of the present model, as last measured. */
  readonly readingRate: number | null;
  readonly readingOffer: ReadingOffer | null;
  readonly adding: boolean;
  /** Titles of texts that are added when the model has loaded. */
  readonly awaitingModel: readonly string[];
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
  /** The model server's key, for this visit. */
  readonly serverKey: string;
  /** What the server offers; null until it was asked. */
  readonly serverModels: readonly ServerModel[] | null;
  readonly serverProblem: EngineErrorData | null;
  /** What is to leave the machine, until the person has answered. */
  readonly consent: Consent | null;
  readonly settings: Settings;
}

export interface PasteDraft {
  readonly isOpen: boolean;
  readonly title: string;
  readonly text: string;
}

export const NO_PASTE: PasteDraft = { isOpen: false, title: "", text: "" };

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
    overviews: {},
    together: [],
    collections: [],
    collectionId: null,
    conversations: {},
    openConversations: {},
    drafts: {},
    paste: NO_PASTE,
    activeJob: null,
    highlight: null,
    benchmark: null,
    notices: [],
    messages: [],
    deleting: [],
    readingRate: null,
    readingOffer: null,
    adding: false,
    awaitingModel: [],
    importing: null,
    appUpdate: null,
    transfers: {},
    offer: null,
    shortOfSpace: null,
    offeredModel: null,
    serverKey: settings.server.keepsKey ? settings.server.key : "",
    serverModels: null,
    serverProblem: null,
    consent: null,
    settings,
  };
}

export function selectedDocument(state: AppState): DocumentSummary | undefined {
  return state.documents.find((one) => one.id === state.selectedId);
}

export function openCollection(state: AppState): Collection | undefined {
  return state.collections.find((one) => one.id === state.collectionId);
}

/** What the next question goes to, in the order of the library. */
export function askedDocuments(state: AppState): readonly DocumentSummary[] {
  const ticked = state.documents.filter((one) => state.together.includes(one.id));
  if (ticked.length > 1) return ticked;
  const selected = selectedDocument(state);
  return selected ? [selected] : [];
}

/** Names what is asked: a document, several, or a collection; empty without any. */
export function conversationKey(state: AppState): string {
  const asked = askedDocuments(state);
  const collection = openCollection(state);
  if (collection && asked.length > 1) return `collection ${collection.id}`;
  return asked.map((one) => one.id).join("+");
}

const NO_CONVERSATIONS: readonly Conversation[] = [];

/** The conversations about what is asked, oldest first. */
export function conversationsOf(state: AppState, key: string): readonly Conversation[] {
  if (key === "") return NO_CONVERSATIONS;
  return Object.values(state.conversations)
    .filter((one) => keyOf(one.id) === key)
    .sort((a, b) => a.createdAt - b.createdAt || a.id.length - b.id.length);
}

/** The conversation shown: the chosen one, else the latest. */
export function currentConversation(state: AppState): Conversation | undefined {
  const key = conversationKey(state);
  const chosen = state.conversations[state.openConversations[key] ?? ""];
  return chosen ?? conversationsOf(state, key).at(-1);
}

/** What keeps documents from being answered from what was kept of them; `several`: states are not joined. */
export type Unread =
  "unread" | "stale" | "damaged" | "reading" | "elsewhere" | "paused" | "several";

export type AskBlocker =
  Unread | "no-document" | "text-damaged" | "model-failed" | "model-loading" | "server-unnamed";

/** Why a question cannot be asked now; null when it can. */
export function askBlocker(state: AppState): AskBlocker | null {
  const documents = askedDocuments(state);
  if (documents.length === 0) return "no-document";
  if (state.activeJob) return null; // the Stop button has taken Ask's place
  if (documents.some(isTextLost)) return "text-damaged";
  // A server answers from passages: it needs neither an index nor a model here.
  if (state.settings.server.isOn) return serverOf(state.settings) ? null : "server-unnamed";
  const unread = unreadDocument(state);
  const isBroken = unread === "stale" || unread === "damaged";
  const needsIndex = state.settings.answerMode === "recalled" && !askableSoFar(state);
  if (needsIndex && isBroken) return unread;
  if (state.model.phase === "failed") return "model-failed";
  if (state.model.phase !== "ready") return "model-loading";
  return needsIndex ? unread : null;
}

/** Why what is asked has no index to answer from: its passages are found by words alone. Null: it has one. */
export function unreadDocument(state: AppState): Unread | null {
  const documents = askedDocuments(state);
  const unusable = documents.find((one) => one.state === "stale" || one.state === "damaged");
  if (unusable) return unusable.state === "stale" ? "stale" : "damaged";
  const unfinished = documents.find((one) => one.state !== "complete");
  if (!unfinished) return documents.length > 1 && keepsStates(state) ? "several" : null;
  if (unfinished.state === "elsewhere" || unfinished.state === "unread") return unfinished.state;
  return unfinished.state === "paused" ? "paused" : "reading";
}

/** The model is a recurrent one: of each document it keeps a state. */
function keepsStates({ model }: AppState): boolean {
  return model.phase === "ready" && typeof model.model.recurrentWindow === "number";
}

export type Unfinished = Extract<Unread, "reading" | "elsewhere" | "paused">;

/** Why part of what is asked is still to be read, where each document has an index already that a question can use. */
export function askableSoFar(state: AppState): Unfinished | null {
  const unread = unreadDocument(state);
  if (!isUnfinished(unread)) return null;
  const asked = askedDocuments(state);
  if (asked.length > 1 && keepsStates(state)) return null;
  return asked.every(({ askableTokens }) => askableTokens > 0) ? unread : null;
}

function isUnfinished(unread: Unread | null): unread is Unfinished {
  return unread === "reading" || unread === "elsewhere" || unread === "paused";
}

/** How much of what is asked has been read, 0 to 1, while a reading is unfinished; else null. */
export function readShare(state: AppState): number | null {
  if (!isUnfinished(unreadDocument(state))) return null;
  const asked = askedDocuments(state);
  const all = asked.reduce((sum, { tokens }) => sum + tokens, 0);
  const read = asked.reduce(
    (sum, { id, ingestedTokens }) => sum + (state.progress[id]?.tokens ?? ingestedTokens),
    0,
  );
  return all > 0 ? Math.min(1, read / all) : 0;
}

function isTextLost({ problem }: DocumentSummary): boolean {
  return problem?.code === "text-damaged";
}
