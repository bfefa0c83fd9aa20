// The data that the engine takes and gives: what a model, a document, an answer look like from
// outside. Plain and cloneable; the page sees the same types through the worker's protocol.

import type { AnswerMode } from "./ask/answer-modes.ts";
import type { EngineName } from "./attention/engine-names.ts";
import type { EngineErrorCode } from "./errors.ts";
import type { Grounding } from "./evidence/grounding.ts";
import type { ReadableEvidence, Strength } from "./evidence/readable.ts";
import type { ModelLibraryState } from "./model-cache/types.ts";
import type { DocumentOverview } from "./overview/types.ts";
import type { TransferProgress } from "./transfer/types.ts";
import type { ConversationMessage } from "./tokenizer/prompt-parts.ts";
import type { AnswerManner } from "./tokenizer/question-wording.ts";

export type * from "./model-cache/types.ts";
export type { AnswerManner, ConversationMessage };
export type { DocumentOverview } from "./overview/types.ts";
export type { Section } from "./sections.ts";
export type * from "./transfer/types.ts";
export type { EngineName } from "./attention/engine-names.ts";
export type { AnswerMode } from "./ask/answer-modes.ts";

/** What happened, to which object, and what the user can do. */
export interface EngineErrorData {
  readonly code: EngineErrorCode;
  readonly message: string;
}

export interface DeviceReport {
  readonly kind: "webgpu" | "cpu";
  readonly adapter: string;
  /** No graphics card computes: everything works, slowly. */
  readonly fallback: boolean;
  readonly features: readonly string[];
  readonly maxBufferBytes: number;
  readonly maxBindingBytes: number;
}

export interface ModelSummary {
  readonly id: string;
  readonly name: string;
  readonly architecture: string;
  readonly parameters: number;
  readonly quantisation: string;
  /** Name of the LoRA adapter that changes what it computes; null without one. */
  readonly adapter: string | null;
  readonly contextLength: number;
  readonly weightBytes: number;
  /** 0 where what is remembered of a text has one size: `stateBytes`. */
  readonly kvBytesPerToken: number;
  /** Elements of one layer's keys per token: KV heads · head size; 0 without attention. */
  readonly keyWidth: number;
  readonly stateBytes: number;
  /** Recurrent models: the last tokens that are seen as they are (0: none); what came before is in the state alone. */
  readonly recurrentWindow: number | null;
  /** Follows instructions and writes sentences; false for a model that was trained to find facts alone. */
  readonly converses: boolean;
  /** Attention engines that can work with it. */
  readonly engines: readonly EngineName[];
}

/** Why the embedded model was opened where a larger one is meant. */
export type ModelStandIn =
  | { readonly because: "slow"; readonly tokensPerSecond: number }
  /** `unfetched`: it could not be had this time. */
  | { readonly because: "missing" | "unfetched" };

export type ModelState =
  | { readonly phase: "idle" }
  | {
      readonly phase: "loading";
      readonly stage: "download" | "weights" | "shaders";
      readonly loadedBytes: number;
      readonly totalBytes: number;
      readonly bytesPerSecond: number;
    }
  | {
      readonly phase: "ready";
      readonly model: ModelSummary;
      readonly device: DeviceReport;
      readonly standIn: ModelStandIn | null;
    }
  | { readonly phase: "failed"; readonly error: EngineErrorData };

export type DocumentState =
  | "unread" // text and words are stored; no model has begun to read it
  | "queued"
  | "ingesting"
  | "elsewhere" // being read in another tab
  | "paused"
  | "complete"
  | "stale" // made by another model or engine version; `problem` names the fields
  | "damaged";

export interface DocumentSummary {
  readonly id: string;
  readonly title: string;
  readonly state: DocumentState;
  readonly characters: number;
  readonly tokens: number;
  /** Tokens streamed in so far, durable or not. */
  readonly ingestedTokens: number;
  /** Tokens that survive a reload. */
  readonly committedTokens: number;
  /** Tokens whose index a question can use: all of a finished document, of one being read what is durable. */
  readonly askableTokens: number;
  readonly spans: number;
  readonly bytesOnDisk: number;
  readonly createdAt: number; // ms since 1970
  readonly modelName: string;
  /** Who added it for itself (a widget of this origin); absent for the person's own. */
  readonly owner?: string;
  readonly problem?: EngineErrorData;
}

export interface IngestProgress {
  readonly documentId: string;
  readonly tokens: number;
  readonly totalTokens: number;
  readonly tokensPerSecond: number;
  readonly secondsLeft: number;
}

/** Whole sentences of a document: a half-open interval of UTF-16 units of its text. */
export interface Evidence {
  readonly documentId: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Of the strongest passage's, 0 to 1: an order, not a probability. */
  readonly weight: number;
  /** The same in a word. */
  readonly strength: Strength;
  /** Page or chapter it stands in, as shown; for documents that have them. */
  readonly place?: string;
}

/** Whether the answer stands in its passages, and where. */
export interface AnswerGrounding {
  /**
   * `absent`: the answer says that the text does not tell. `unsupported`: nothing that it says stands in the passages, or it
   * only repeats the question. `unclaimed`: yes or no.
   */
  readonly state: Grounding["state"];
  /**
   * `closest`: the passages are only near the question; nothing in them supports the answer, or the words of the
   * question hardly stand together anywhere.
   */
  readonly kind: ReadableEvidence["kind"];
  /** Sentences of the answer that stand in passages; others are not named. */
  readonly citations: readonly Citation[];
  /** For an answer that nothing supports: the sentence that is nearest to the question. */
  readonly closest?: ClosestSentence;
}

export interface Citation {
  /** The sentence: a half-open interval of UTF-16 units of the answer. */
  readonly start: number;
  readonly end: number;
  /** Places in the evidence, from 0, best first. */
  readonly passages: readonly number[];
}

export interface ClosestSentence {
  /** Place in the evidence. */
  readonly passage: number;
  /** Half-open interval of UTF-16 units of that document's text. */
  readonly start: number;
  readonly end: number;
}

export interface AnswerStats {
  /** Tokens of the documents whose index was searched; 0 for texts that are not read yet. */
  readonly documentTokens: number;
  /**
   * Of the documents' own streams, counted where tokens enter the forward pass; 0 when the index was used.
   * What is read again in a prompt of its own is `rereadTokens`.
   */
  readonly recomputedDocumentTokens: number;
  /** Document tokens that were read again as passages; 0 for recalled answers. */
  readonly rereadTokens: number;
  /** Of question, history and what stands around them. */
  readonly promptTokens: number;
  readonly answerTokens: number;
  readonly spansRecalled: number;
  readonly timeToFirstTokenMs: number;
  readonly tokensPerSecond: number;
}

/** An OpenAI-compatible server that answers from passages. Its key is used for this address alone and never kept. */
export interface ServerChoice {
  /** https, or this computer; as a person writes it. */
  readonly address: string;
  readonly model: string;
  /** Null for a server that asks for none. */
  readonly key: string | null;
  /** What its model reads at once; 4,096 tokens where nobody says. */
  readonly contextTokens?: number;
}

export interface ServerModel {
  readonly id: string;
  /** Undefined where the server does not say. */
  readonly contextTokens: number | undefined;
}

export interface AskRequest {
  /** Chosen by the caller; names the job in events and in `cancel`. */
  readonly jobId: string;
  /** One, or several that are asked together with one budget; evidence names its document. */
  readonly documentIds: readonly string[];
  readonly question: string;
  readonly answerMode: AnswerMode;
  /** Earlier turns about the same documents, oldest first. */
  readonly history: readonly { readonly question: string; readonly answer: string }[];
  /** What is wished of the answer; brief without it. A model that does not converse goes without. */
  readonly manner?: AnswerManner;
  readonly maxTokens: number;
  readonly temperature: number;
  readonly topK: number;
  readonly topP: number;
  readonly seed: number;
  /**
   * Question, earlier turns and the passages that were found go to this server, which answers instead of the
   * loaded model. No model need be loaded: passages are then found by words alone.
   */
  readonly server?: ServerChoice;
}

export interface Answer {
  readonly text: string;
  /** Best first. */
  readonly evidence: readonly Evidence[];
  readonly grounding: AnswerGrounding;
  readonly mode: Exclude<AnswerMode, "auto">;
  /**
   * How much of what was asked the index held, above 0 and below 1, while a reading was unfinished. Absent where it
   * held all, and where passages were found by words alone.
   */
  readonly readShare?: number;
  /** Who answered, where it was not the loaded model. */
  readonly server?: { readonly origin: string; readonly model: string };
  readonly stats: AnswerStats;
  readonly stopped: "end" | "length" | "cancelled";
}

/** A form that every answer has, whatever the model would write. */
export type AnswerFormat =
  /** JSON that the schema allows; of JSON Schema what can be kept by construction. */
  | { readonly type: "json-schema"; readonly schema: unknown }
  /** A grammar in the notation of llama.cpp. */
  | { readonly type: "gbnf"; readonly grammar: string };

export interface GenerateRequest {
  /** Chosen by the caller; names the job in events and in `cancel`. */
  readonly jobId: string;
  /** Text to continue, or a conversation to answer. */
  readonly prompt: string | readonly ConversationMessage[];
  readonly maxTokens: number;
  readonly temperature: number;
  readonly topK: number;
  readonly topP: number;
  readonly seed: number;
  /** Go on behind the token that ends a text: every run then writes `maxTokens`. */
  readonly ignoreEndToken: boolean;
  readonly format?: AnswerFormat;
}

export interface GeneratedText {
  readonly text: string;
  readonly stopped: "end" | "length" | "cancelled";
  readonly stats: {
    readonly promptTokens: number;
    readonly generatedTokens: number;
    readonly timeToFirstTokenMs: number;
    readonly tokensPerSecond: number;
  };
}

/** Exact live bytes; `gpu` values sum to every GPU buffer of the engine. */
export interface MemoryLedger {
  readonly gpu: {
    readonly weights: number;
    readonly "kv-pool": number;
    readonly activations: number;
    readonly index: number;
    readonly staging: number;
  };
  /** KV of the stored documents, and index vectors that have no place on the GPU. */
  readonly ramCacheBytes: number;
  readonly diskBytes: number;
}

export interface StorageReport {
  readonly backend: "opfs" | "indexeddb" | "memory";
  readonly usedBytes: number;
  readonly quotaBytes: number;
  readonly persisted: boolean;
}

/** Head weights of the loaded model, for retrieval by measured heads. */
export interface HeadsState {
  /** KV heads of all layers, and how many of them copy; null while nobody knows. */
  readonly measured: { readonly heads: number; readonly copying: number } | null;
  readonly progress: HeadsProgress | null;
}

export interface HeadsProgress {
  readonly jobId: string;
  readonly tokens: number;
  readonly totalTokens: number;
  readonly tokensPerSecond: number;
  readonly secondsLeft: number;
}

export type EngineEvent =
  | { readonly type: "model"; readonly state: ModelState }
  | { readonly type: "models"; readonly library: ModelLibraryState }
  | { readonly type: "documents"; readonly documents: readonly DocumentSummary[] }
  | { readonly type: "ingest"; readonly progress: IngestProgress }
  | { readonly type: "heads"; readonly state: HeadsState }
  | {
      readonly type: "overview";
      readonly documentId: string;
      readonly overview: DocumentOverview;
    }
  | { readonly type: "transfer"; readonly progress: TransferProgress }
  | { readonly type: "token"; readonly jobId: string; readonly text: string }
  /** Of `generate`: one piece per token, so that tokens can be counted. */
  | { readonly type: "pieces"; readonly jobId: string; readonly pieces: readonly string[] }
  | { readonly type: "ledger"; readonly ledger: MemoryLedger }
  | { readonly type: "device-lost"; readonly error: EngineErrorData };
