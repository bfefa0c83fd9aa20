// What an attention engine is: how a document is read and stored, how a session to stored documents is
// opened, and what it needs. Everything outside attention/ asks this interface; no engine is named there.

import type { ModelConfig } from "../model/config.ts";
import type { DocumentReader, DocumentWriter } from "../store/types.ts";
import type { AttendedInterval } from "../ask/token-heat.ts";
import type { BoundModel } from "./bound-model.ts";
import type { Decoded, DecodeOptions } from "./decoder.ts";
import type { DocumentMemory } from "./fitting.ts";
import type { EngineName } from "./engine-names.ts";
import type { LtriParameters } from "./parameters.ts";

export interface AttentionEngine {
  /** Parameters for a model trained on `contextLength` tokens. Throws for values that cannot be. */
  parameters(contextLength: number, overrides: Partial<LtriParameters>): LtriParameters;
  /** Name in the fingerprint: engines with one name store the same bytes. Default: its own id. */
  readonly storesAs?: EngineName;
  /** Parameters that influence stored bytes, in the order of every fingerprint. */
  readonly fingerprintFields: readonly (keyof LtriParameters)[];
  /** What of a document it works with; `read` and `session` throw `engine-limit` for a model that keeps another. */
  readonly memory: DocumentMemory;
  /** Chooses what a question sees, so that the share of its evidence that was found is a result. */
  readonly recalls: boolean;
  /** What a commit holds of a reading can be closed and asked while the reading goes on. */
  readonly asksPrefix: boolean;
  /** Beyond the trained context its answers mean nothing. */
  readonly isBoundToTrainedContext: boolean;
  /** Memory that grows with a document of `tokens` tokens: the largest buffer, and all. */
  documentBytes(
    config: ModelConfig,
    parameters: LtriParameters,
    tokens: number,
  ): { readonly largest: number; readonly total: number };
  /**
   * Starts at the document's first token, or goes on from the writer's last commit. Throws
   * `engine-limit` for a document that it cannot hold.
   */
  read(model: BoundModel, writer: DocumentWriter): Promise<DocumentReading>;
  /** A session to documents in this order, one stream. Throws `index-damaged`. */
  session(model: BoundModel, documents: readonly StoredDocument[]): Promise<DocumentSession>;
  /** Whether a finished checkpoint from a file can be that of its index. Throws `format-invalid`. */
  prove(reader: DocumentReader, checkpoint: Uint8Array): Promise<void>;
}

/** A document being read. Nothing is durable before `commit` or `finish`. */
export interface DocumentReading {
  /** Tokens of the stream that are done, the prompt's prefix included, and how many there are. */
  readonly now: number;
  readonly totalTokens: number;
  /** Spans sealed so far, over all layers. */
  readonly spans: number;
  /** What of the index is in RAM. */
  readonly ramBytes: number;
  isDone(): boolean;
  /** The next chunk. */
  step(): Promise<void>;
  /** A place where a later reading goes on. */
  commit(): Promise<void>;
  /** After the last step: makes the document complete. */
  finish(): Promise<void>;
  destroy(): void;
}

export interface StoredDocument {
  readonly reader: DocumentReader;
  /** The one taken at completion. */
  readonly checkpoint: Uint8Array;
}

/** Questions to stored documents. Nothing of one question is left for the next. */
export interface DocumentSession {
  /** Tokens of the prompt's prefix and of all documents. */
  readonly documentTokens: number;
  /** Tokens that question, history and answer may take together. */
  readonly sessionTokens: number;
  /** Index vectors and compared keys that are in RAM. */
  readonly ramBytes: number;
  /** Reads `prompt` behind the documents for what it recalls. Throws `context-overflow`. */
  recall(
    prompt: readonly number[],
    options: Pick<DecodeOptions, "signal" | "turn">,
  ): Promise<Recollection>;
  /** Reads `prompt` behind the documents and answers. Throws `context-overflow`. */
  generate(prompt: readonly number[], options: GenerateOptions): Promise<Generation>;
  destroy(): void;
}

/** What a question finds, before anything is answered. */
export interface Recollection {
  /** Per layer, as in a generation: what the last token of the question attends to. */
  readonly attended: readonly (readonly AttendedInterval[])[];
  /** Per layer: the spans whose keys the question's words match, with their votes; empty without keys. */
  readonly matched: readonly (readonly AttendedInterval[])[];
  /** Distinct spans, over all layers. */
  readonly spansRecalled: number;
}

export interface GenerateOptions extends DecodeOptions {
  /** Told of every decode step and layer. */
  readonly onChoice?: ((choice: LayerChoice) => void) | undefined;
  /** Tokens of the stream that are recalled in every layer whatever their score, as far as the engine chooses at all. */
  readonly forced?: readonly number[] | undefined;
}

export interface Generation extends Decoded {
  /**
   * Per layer: attended spans, and blocks of the document's tokens in the sinks, with their mass summed
   * over heads and decode steps.
   */
  readonly attended: readonly (readonly AttendedInterval[])[];
  /** Distinct spans that were recalled, over all layers. */
  readonly spansRecalled: number;
  readonly timeToFirstTokenMs: number;
  readonly decodeMs: number;
}

/** What one layer attended to in one decode step. */
export interface LayerChoice {
  readonly layer: number;
  readonly used: readonly TokenSpan[];
  /** What its own query would have chosen, in steps that score it. */
  readonly wanted: readonly TokenSpan[] | undefined;
}

export interface TokenSpan {
  readonly start: number;
  readonly length: number;
}
