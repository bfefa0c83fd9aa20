// Everything that crosses between page and engine worker: plain cloneable data and task-level verbs.
// No tensors, no tokens, no index rows. Comlink carries the calls; errors cross as EngineErrorData
// (Comlink loses `code` and `instanceof`), events through one proxied callback batched to ~30 ms.

import type { BenchmarkState, CallBenchmark } from "../src/evaluation/run/api.ts";
import type {
  Answer,
  AskRequest,
  DeviceChoice,
  DocumentFileSummary,
  DocumentOverview,
  EngineEvent as EngineOwnEvent,
  EngineName,
  GeneratedText,
  GenerateRequest,
  ImportedDocument,
  MemoryLedger,
  ModelLibraryApi,
  ModelSummary,
  Section,
  ServerChoice,
  ServerModel,
  StorageReport,
} from "../src/engine/index.ts";

export type {
  Answer,
  AnswerFormat,
  AnswerGrounding,
  AnswerManner,
  AnswerMode,
  AnswerStats,
  AskRequest,
  Citation,
  ClosestSentence,
  ConversationMessage,
  DeviceChoice,
  DeviceReport,
  DocumentFileSummary,
  DocumentOverview,
  DocumentState,
  DocumentSummary,
  EngineErrorCode as ErrorCode,
  EngineErrorData,
  EngineName,
  Evidence,
  GeneratedText,
  GenerateRequest,
  HeadsState,
  ImportedDocument,
  IngestProgress,
  MemoryLedger,
  ModelEntry,
  ModelLibraryApi,
  ModelLibraryState,
  ModelStandIn,
  ModelState,
  ModelSummary,
  ModelVerdict,
  Section,
  ServerChoice,
  ServerModel,
  StorageReport,
  TransferProgress,
  VerdictMemory,
} from "../src/engine/index.ts";
export type { CuratedId } from "../src/engine/model-cache/curated-models.ts";

export type {
  BenchmarkApi,
  BenchmarkDataFile,
  BenchmarkExportFormat,
  BenchmarkPreview,
  BenchmarkProgress,
  BenchmarkPrompt,
  BenchmarkRates,
  BenchmarkRequest,
  BenchmarkResult,
  BenchmarkRunSummary,
  BenchmarkState,
  CallBenchmark,
} from "../src/evaluation/run/api.ts";
export type * as NeedleBench from "../src/evaluation/types.ts";
export { answerModeOf } from "../src/evaluation/run-answers.ts";
export { ANSWER_MODES, DEFAULT_ANSWER_MODE } from "../src/engine/ask/answer-modes.ts";
export { ANSWER_STYLES, MAX_INSTRUCTIONS } from "../src/engine/tokenizer/question-wording.ts";
export {
  asksHeads,
  DEFAULT_ENGINE,
  ENGINE_NAMES,
  isEngineName,
  LOW_RANK_ENGINES,
} from "../src/engine/attention/engine-names.ts";
export { expectedRatio, LEAST_RATIO } from "../src/engine/attention/shadow/shadow-sizes.ts";

export { DEFAULT_ID, EMBEDDED_ID, LARGER_ID } from "../src/engine/host/model-ids.ts";
export { DEVICE_CHOICES, isDeviceChoice } from "../src/engine/host/device-choice.ts";
export { isLoopback, serverBase } from "../src/engine/model-server/server-address.ts";

/** What the engine tells, and the state of the benchmarks. */
export type EngineEvent =
  EngineOwnEvent | { readonly type: "benchmark"; readonly state: BenchmarkState };

/** Every call rejects with an Error whose message is JSON of EngineErrorData (see client/errors). */
export interface EngineApi extends ModelLibraryApi {
  /** One listener; the current model state, documents and ledger are sent at once. */
  events(listener: (events: readonly EngineEvent[]) => void): Promise<void>;
  /**
   * `id` is `default` (the larger model that comes with the page, where this device reads fast enough, else
   * `nano`), `nano`, or the id of another known model; loading again is a no-op.
   */
  loadModel(id: string): Promise<ModelSummary>;
  /** Lets go of the loaded model: documents are then added as text and words (`unread`), for a model server. */
  unloadModel(): Promise<void>;
  /** What computes; a loaded model moves there. Without it, a graphics card where there is one. */
  chooseDevice(choice: DeviceChoice): Promise<void>;
  /**
   * Whether the larger model works with the adapter that comes with it (it does until told otherwise); a loaded
   * one is loaded anew, and documents read the other way are stale until it is chosen again.
   */
  chooseAdapter(isOn: boolean): Promise<void>;
  /**
   * The attention engine, and whether the measured heads of the model decide what it recalls (where
   * they have been measured); documents of another choice are stale until it is chosen again.
   */
  chooseEngine(name: EngineName, byMeasuredHeads?: boolean): Promise<void>;
  /** Measures which heads of the loaded model copy; kept with the model, progress as `heads` events. */
  measureHeads(jobId: string): Promise<void>;
  /**
   * Stores text and token ids durably, then streams the document in. Resolves with its id as soon
   * as it is listed; progress, completion and failure arrive as events. Without a model text and words
   * are stored. `owner`: who adds it for itself, not for the person's library.
   */
  addDocument(
    title: string,
    text: string | Blob,
    sections?: readonly Section[],
    owner?: string,
  ): Promise<string>;
  pauseDocument(documentId: string): Promise<void>;
  resumeDocument(documentId: string): Promise<void>;
  /** Reads a stale document again with the present model, in place. */
  rebuildDocument(documentId: string): Promise<void>;
  renameDocument(documentId: string, title: string): Promise<void>;
  deleteDocument(documentId: string): Promise<void>;
  documentText(documentId: string): Promise<string>;
  /** Its pages or chapters in order; empty for one that has none. */
  documentSections(documentId: string): Promise<readonly Section[]>;
  /** A finished document as one `.ltri` file; progress arrives as events, `cancel` ends it. */
  exportDocument(jobId: string, documentId: string): Promise<Blob>;
  /** Reads the beginning of the file at an absolute address; nothing is stored, `cancel` ends it. */
  inspectDocumentFile(jobId: string, address: string): Promise<DocumentFileSummary>;
  /** Takes in a file or what lies at an absolute address. Needs no model. */
  importDocument(jobId: string, file: Blob | string, owner?: string): Promise<ImportedDocument>;
  /** First questions, made in idle time; null where that has not been tried. */
  documentOverview(documentId: string): Promise<DocumentOverview | null>;
  /**
   * The one document whose overview is to be made while nothing is read or asked; null: none. It arrives as an event, and
   * stays with the document. A model that does not converse makes none.
   */
  wishOverview(documentId: string | null): Promise<void>;
  ask(request: AskRequest): Promise<Answer>;
  /** The models of an OpenAI-compatible server; nothing of any document is sent. */
  listServerModels(server: Pick<ServerChoice, "address" | "key">): Promise<readonly ServerModel[]>;
  /** Plain completion without a document; its tokens arrive as `pieces` events. */
  generate(request: GenerateRequest): Promise<GeneratedText>;
  /** Ends an `ask` or `generate` by its job id; the answer so far is returned with `stopped: "cancelled"`. */
  cancel(jobId: string): Promise<void>;
  /** Benchmarks by verb, see BenchmarkApi. */
  readonly benchmark: CallBenchmark;
  storage(): Promise<StorageReport>;
  ledger(): Promise<MemoryLedger>;
}

/**
 * The verbs that the worker hands on as they are, to the engine and to the library of models; the rest
 * (`HOST_VERBS`) need something of the browser. A verb stands in its interface and in one of these lists.
 */
export const ENGINE_VERBS = [
  "loadModel",
  "unloadModel",
  "chooseDevice",
  "chooseAdapter",
  "chooseEngine",
  "measureHeads",
  "pauseDocument",
  "resumeDocument",
  "rebuildDocument",
  "renameDocument",
  "deleteDocument",
  "documentText",
  "documentSections",
  "documentOverview",
  "wishOverview",
  "ask",
  "listServerModels",
  "generate",
  "cancel",
  "ledger",
] as const;
export const MODEL_VERBS = [
  "listModels",
  "openModelFile",
  "openModelAddress",
  "downloadModel",
  "cancelDownload",
  "deleteModel",
  "verifyModel",
] as const;
export const HOST_VERBS = [
  "events",
  "addDocument",
  "exportDocument",
  "inspectDocumentFile",
  "importDocument",
  "benchmark",
  "storage",
] as const;
/** All of them: what is made of it is an EngineApi, or the compiler says which verb stands in no list. */
export const VERBS = [...ENGINE_VERBS, ...MODEL_VERBS, ...HOST_VERBS] as const;

/** What answers verbs, at once or later. */
export type Answering<V extends keyof EngineApi> = {
  readonly [K in V]: (
    ...parameters: Parameters<EngineApi[K]>
  ) => ReturnType<EngineApi[K]> | Awaited<ReturnType<EngineApi[K]>>;
};

type Call = (...parameters: unknown[]) => unknown;

/** An object with the verbs, each of which reaches its target through `call`. */
export function forwardVerbs<V extends keyof EngineApi, T extends Answering<V>>(
  verbs: readonly V[],
  call: (run: (target: T) => unknown) => Promise<unknown>,
): Pick<EngineApi, V> {
  const forward =
    (verb: V) =>
    (...parameters: unknown[]) =>
      call((target) => (target as Record<V, Call>)[verb](...parameters));
  return Object.fromEntries(verbs.map((verb) => [verb, forward(verb)])) as Pick<EngineApi, V>;
}

/** Where a worker finds its files when they do not lie beside its script. */
export interface WorkerFiles {
  /** Address of the embedded model's GGUF file. */
  readonly defaultModel: string;
}

/** What the worker exposes: the engine, and the page's word on its surroundings before all else. */
export interface WorkerApi extends EngineApi {
  configure(files: WorkerFiles): Promise<void>;
}
