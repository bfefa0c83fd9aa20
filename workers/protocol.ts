// Everything that crosses between page and engine worker: plain cloneable data and task-level verbs.
// No tensors, no tokens, no index rows. Comlink carries the calls; errors cross as EngineErrorData
// (Comlink loses `code` and `instanceof`), events through one proxied callback batched to ~30 ms.

export type ErrorCode =
  | "no-webgpu"
  | "no-adapter"
  | "limit-exceeded"
  | "out-of-memory"
  | "device-lost"
  | "download-failed"
  | "checksum-mismatch"
  | "format-unsupported"
  | "format-invalid"
  | "quota-exceeded"
  | "index-stale"
  | "index-damaged"
  | "locked-by-other-tab"
  | "context-overflow"
  | "not-found"
  | "cancelled"
  | "internal";

/** What happened, to which object, and what the user can do. */
export interface EngineErrorData {
  readonly code: ErrorCode;
  readonly message: string;
}

export type EngineName = "ltri" | "streaming" | "infllm" | "full";

export interface DeviceReport {
  readonly adapter: string;
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
  readonly contextLength: number;
  readonly weightBytes: number;
  readonly kvBytesPerToken: number;
}

export type ModelState =
  | { readonly phase: "idle" }
  | {
      readonly phase: "loading";
      readonly stage: "download" | "weights" | "shaders";
      readonly loadedBytes: number;
      readonly totalBytes: number;
      readonly bytesPerSecond: number;
    }
  | { readonly phase: "ready"; readonly model: ModelSummary; readonly device: DeviceReport }
  | { readonly phase: "failed"; readonly error: EngineErrorData };

export type DocumentState =
  | "queued"
  | "ingesting"
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
  readonly spans: number;
  readonly bytesOnDisk: number;
  readonly createdAt: number; // ms since 1970
  readonly modelName: string;
  readonly problem?: EngineErrorData;
}

export interface IngestProgress {
  readonly documentId: string;
  readonly tokens: number;
  readonly totalTokens: number;
  readonly tokensPerSecond: number;
  readonly secondsLeft: number;
}

/** Half-open interval of UTF-16 units of the document's text. */
export interface Evidence {
  readonly documentId: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Share of the attention mass on recalled spans, 0 to 1. */
  readonly weight: number;
}

export interface AnswerStats {
  readonly documentTokens: number;
  /** Counted where tokens enter the forward pass; 0 when the index was really used. */
  readonly recomputedDocumentTokens: number;
  readonly promptTokens: number;
  readonly answerTokens: number;
  readonly spansRecalled: number;
  readonly timeToFirstTokenMs: number;
  readonly tokensPerSecond: number;
}

export interface AskRequest {
  /** Chosen by the caller; names the job in events and in `cancel`. */
  readonly jobId: string;
  readonly documentId: string;
  readonly question: string;
  /** Earlier turns about the same document, oldest first. */
  readonly history: readonly { readonly question: string; readonly answer: string }[];
  readonly maxTokens: number;
  readonly temperature: number;
  readonly topK: number;
  readonly topP: number;
  readonly seed: number;
}

export interface Answer {
  readonly text: string;
  readonly evidence: readonly Evidence[];
  readonly stats: AnswerStats;
  readonly stopped: "end" | "length" | "cancelled";
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
  readonly ramCacheBytes: number;
  readonly diskBytes: number;
}

export interface StorageReport {
  readonly backend: "opfs" | "indexeddb" | "memory";
  readonly usedBytes: number;
  readonly quotaBytes: number;
  readonly persisted: boolean;
}

export type EngineEvent =
  | { readonly type: "model"; readonly state: ModelState }
  | { readonly type: "documents"; readonly documents: readonly DocumentSummary[] }
  | { readonly type: "ingest"; readonly progress: IngestProgress }
  | { readonly type: "token"; readonly jobId: string; readonly text: string }
  | { readonly type: "ledger"; readonly ledger: MemoryLedger }
  | { readonly type: "device-lost"; readonly error: EngineErrorData };

/** Every call rejects with an Error whose message is JSON of EngineErrorData (see client/errors). */
export interface EngineApi {
  /** One listener; the current model state, documents and ledger are sent at once. */
  events(listener: (events: readonly EngineEvent[]) => void): Promise<void>;
  /** `id` is `default`, `nano`, or the id of another known model; loading again is a no-op. */
  loadModel(id: string): Promise<ModelSummary>;
  /** Stores text and token ids durably, then streams the document in. Resolves with its id as soon
   * as it is listed; progress, completion and failure arrive as events. */
  addDocument(title: string, text: string | Blob): Promise<string>;
  pauseDocument(documentId: string): Promise<void>;
  resumeDocument(documentId: string): Promise<void>;
  /** Reads a stale document again with the present model, in place. */
  rebuildDocument(documentId: string): Promise<void>;
  renameDocument(documentId: string, title: string): Promise<void>;
  deleteDocument(documentId: string): Promise<void>;
  documentText(documentId: string): Promise<string>;
  ask(request: AskRequest): Promise<Answer>;
  /** Ends an `ask` by its job id; the answer so far is returned with `stopped: "cancelled"`. */
  cancel(jobId: string): Promise<void>;
  storage(): Promise<StorageReport>;
  ledger(): Promise<MemoryLedger>;
}
