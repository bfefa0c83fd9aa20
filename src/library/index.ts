export { createInkspan } from "./inkspan.ts";
export type {
  AskOptions,
  GenerateOptions,
  Inkspan,
  InkspanEvents,
  InkspanOptions,
  Sampling,
} from "./inkspan.ts";
export type {
  ChatCompletion,
  ChatCompletionChunk,
  ChatCompletionRequest,
  ChatCompletions,
  CompletionUsage,
} from "./chat-completions.ts";
export type { ResponseFormat } from "./response-format.ts";
export type {
  AddFileOptions,
  AddOptions,
  DocumentShelf,
  FileText,
  ReadFileOptions,
} from "./documents.ts";
export type { ProgressListener } from "./document-watch.ts";
export type { TextStream } from "./text-stream.ts";
export { EngineCallError as InkspanError, toErrorData } from "../client/index.ts";
export type { EngineFiles } from "../client/index.ts";
export type {
  Answer,
  AnswerFormat,
  AnswerGrounding,
  AnswerMode,
  AnswerStats,
  Citation,
  ClosestSentence,
  ConversationMessage,
  DeviceChoice,
  DeviceReport,
  DocumentState,
  DocumentSummary,
  EngineErrorData,
  EngineName,
  ErrorCode,
  Evidence,
  GeneratedText,
  IngestProgress,
  ModelState,
  ModelSummary,
  Section,
  ServerChoice,
} from "../../workers/protocol.ts";
