// What crosses between the page and the worker that reads files. The text crosses as a Blob: the page
// hands it on to the engine's worker and never holds it itself.
import type { ExtractionProgress } from "../src/documents/index.ts";
import type { Section } from "../src/engine/index.ts";

export type { ExtractionProgress } from "../src/documents/index.ts";

export interface ExtractedFile {
  /** As the document names itself; null where it does not. */
  readonly title: string | null;
  readonly text: Blob;
  readonly sections: readonly Section[];
  /** What could not be read, in sentences. */
  readonly notices: readonly string[];
}

export interface ExtractionApi {
  /** Rejects with an Error whose message is JSON of EngineErrorData. To cancel, end the worker. */
  extract(file: File, onProgress: (progress: ExtractionProgress) => void): Promise<ExtractedFile>;
}
