// What the worker last told of documents, and waiting for one of them to be read.
import type { DocumentSummary, EngineEvent, IngestProgress } from "../../workers/protocol.ts";
import { EngineCallError } from "../client/index.ts";

export type ProgressListener = (progress: IngestProgress) => void;

interface Waiting {
  readonly documentId: string;
  readonly onProgress: ProgressListener | undefined;
  readonly resolve: (document: DocumentSummary) => void;
  readonly reject: (error: EngineCallError) => void;
  /** It has been in a list: from then on its absence means that it was deleted. */
  seen: boolean;
}

export class DocumentWatch {
  readonly #waiting = new Set<Waiting>();
  documents: readonly DocumentSummary[] = [];

  take(event: EngineEvent): void {
    if (event.type === "documents") {
      this.documents = event.documents;
      for (const one of [...this.#waiting]) this.#settle(one);
    }
    if (event.type === "ingest") {
      for (const one of this.#waiting) {
        if (one.documentId === event.progress.documentId) one.onProgress?.(event.progress);
      }
    }
  }

  /** Resolves when the document has been read to its end. A pause by somebody is waited for. */
  untilRead(
    documentId: string,
    onProgress?: ProgressListener,
    signal?: AbortSignal,
  ): Promise<DocumentSummary> {
    return new Promise<DocumentSummary>((resolve, reject) => {
      const waiting: Waiting = { documentId, onProgress, resolve, reject, seen: false };
      const aborted = (): void => {
        this.#waiting.delete(waiting);
        reject(cancelled("The reading was cancelled."));
      };
      if (signal?.aborted) return aborted();
      signal?.addEventListener("abort", aborted, { once: true });
      this.#waiting.add(waiting);
      this.#settle(waiting);
    });
  }

  #settle(waiting: Waiting): void {
    const document = this.documents.find((one) => one.id === waiting.documentId);
    const done = (): void => {
      this.#waiting.delete(waiting);
    };
    if (!document) {
      if (!waiting.seen) return;
      done();
      waiting.reject(cancelled("The document was deleted before it was read."));
      return;
    }
    waiting.seen = true;
    if (document.state === "complete") {
      done();
      waiting.resolve(document);
    } else if (document.problem && document.state !== "ingesting" && document.state !== "queued") {
      done();
      waiting.reject(new EngineCallError(document.problem));
    }
  }

  /** Nobody will hear of a document any more. */
  giveUp(): void {
    for (const { reject } of this.#waiting) reject(cancelled("The engine was closed."));
    this.#waiting.clear();
  }
}

const cancelled = (message: string): EngineCallError =>
  new EngineCallError({ code: "cancelled", message });
