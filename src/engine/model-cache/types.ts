// What the page sees of the model library: every known model with its figures, what it would need on
// this device, and what is happening to it. Plain and cloneable.
import type { EngineErrorCode } from "../errors.ts";
import type { LoadFormat } from "../model/load-format.ts";

export interface ModelFigures {
  /** Family of the checkpoint, such as `qwen2`; empty while the file's header has not been read. */
  readonly architecture: string;
  readonly quantisation: string;
  readonly parameters: number;
  readonly contextLength: number;
  /** KV bytes of all layers per token; 0 while the file's header has not been read. */
  readonly kvBytesPerToken: number;
  /** Of a recurrent model: all that it remembers of a text of any length. */
  readonly stateBytes?: number;
  /** Weights on the device per format in which they may be loaded; absent where the header has not been read. */
  readonly loadedBytes?: Readonly<Record<LoadFormat, number>>;
}

export interface ModelNeeds {
  /** Graphics memory of the weights alone, which stay quantised there. */
  readonly weightBytes: number;
  /** What becomes of them on the way. */
  readonly loadFormat: LoadFormat;
  /** Graphics memory for weights, KV pool and working buffers; independent of a document's length. */
  readonly graphicsBytes: number;
  /** Graphics memory of the span index, per 100,000 tokens of document. */
  readonly indexBytesPer100k: number;
  /** Disk for the KV states of 100,000 tokens of document. */
  readonly diskBytesPer100k: number;
}

/** What a verdict rests on, in bytes; the page has the words. */
export type VerdictReason =
  /** Nothing computes here; `message` is what the device said. */
  | { readonly kind: "no-device"; readonly message: string }
  | { readonly kind: "embedded" | "header-unread" | "software-adapter" }
  | { readonly kind: "download-too-large"; readonly download: number; readonly free: number }
  | {
      readonly kind: "device-memory";
      readonly takes: number;
      readonly of: VerdictMemory;
      readonly device: number;
    }
  | { readonly kind: "page-memory"; readonly takes: number; readonly most: number }
  | { readonly kind: "small-adapter"; readonly takes: number; readonly buffer: number }
  | { readonly kind: "little-storage"; readonly document: number; readonly free: number }
  | { readonly kind: "slow-processor"; readonly takes: number }
  /** `free` is undefined where the browser does not tell. */
  | {
      readonly kind: "room";
      readonly takes: number;
      readonly of: VerdictMemory;
      readonly free: number | undefined;
    };

export type VerdictMemory = "memory" | "graphics-memory";

export interface ModelVerdict {
  readonly fit: "fits" | "tight" | "does-not-fit" | "unknown";
  readonly reason: VerdictReason;
}

export interface ModelTransfer {
  readonly phase: "download" | "verify";
  readonly doneBytes: number;
  /** 0 when the server does not tell. */
  readonly totalBytes: number;
  readonly bytesPerSecond: number;
  readonly secondsLeft: number;
}

export interface ModelEntry {
  readonly id: string;
  readonly name: string;
  readonly origin: "embedded" | "hub" | "address" | "file";
  /**
   * `ready`: can be loaded from this device. `remote`: has to be fetched. `partial`: a download can go
   * on. `damaged`: kept apart because its bytes are not the expected ones; never loaded.
   */
  readonly state: "ready" | "remote" | "partial" | "downloading" | "verifying" | "damaged";
  /** One of the models proposed for long documents. */
  readonly curated: boolean;
  /** As its makers name it; empty for models of the user. */
  readonly licence: string;
  readonly address: string;
  /** 0 when unknown. */
  readonly fileBytes: number;
  /** Bytes kept on this device, whole or in part. */
  readonly keptBytes: number;
  readonly figures: ModelFigures | null;
  readonly needs: ModelNeeds | null;
  readonly verdict: ModelVerdict;
  readonly transfer: ModelTransfer | null;
  readonly problem: { readonly code: EngineErrorCode; readonly message: string } | null;
}

export interface ModelLibraryState {
  readonly entries: readonly ModelEntry[];
  /** False where the browser offers no private file system: models are read from the network. */
  readonly canKeep: boolean;
}

/** The library's verbs; all of them reject with a typed error. */
export interface ModelLibraryApi {
  listModels(): Promise<ModelLibraryState>;
  /** One GGUF, its split parts, or the files of a safetensors folder; they are read by ranges. */
  openModelFile(files: readonly File[]): Promise<ModelEntry>;
  /** `owner/repo/file.gguf`, `owner/repo` or an https address. The token is kept in memory only. */
  openModelAddress(address: string, revision?: string, token?: string): Promise<ModelEntry>;
  /** Fetches a model into the store, or goes on with it. Progress arrives as events. */
  downloadModel(id: string): Promise<ModelEntry>;
  /** Stops a download; what has arrived is kept. */
  cancelDownload(id: string): Promise<void>;
  deleteModel(id: string): Promise<void>;
  /** Reads every byte again and fetches damaged ranges anew. */
  verifyModel(id: string): Promise<ModelEntry>;
}
