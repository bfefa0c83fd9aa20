// The stored documents: added once, read once, then asked for as long as the browser keeps them.
import type { DocumentSummary, Section } from "../../workers/protocol.ts";
import type { EngineClient } from "../client/index.ts";
import type { DocumentWatch, ProgressListener } from "./document-watch.ts";
import { ownOptions } from "./own-options.ts";

export interface AddOptions {
  /** Where pages or chapters begin, in UTF-16 units of the text; named in evidence. */
  readonly sections?: readonly Section[];
  readonly onProgress?: ProgressListener;
  /** Ends the reading and deletes what was read. */
  readonly signal?: AbortSignal;
}

export interface DocumentShelf {
  /** Stores and reads a text; resolves when questions can be asked. */
  add(title: string, text: string | Blob, options?: AddOptions): Promise<DocumentSummary>;
  list(): Promise<readonly DocumentSummary[]>;
  /** The text that evidence counts its UTF-16 units in. */
  text(documentId: string): Promise<string>;
  rename(documentId: string, title: string): Promise<void>;
  delete(documentId: string): Promise<void>;
  /** Holds a reading; whoever waits for it goes on waiting. */
  pause(documentId: string): Promise<void>;
  /** Goes on with a reading that was interrupted; resolves when it is complete. */
  resume(documentId: string, options?: Omit<AddOptions, "sections">): Promise<DocumentSummary>;
  /** Reads the text again with the present model. */
  rebuild(documentId: string, options?: Omit<AddOptions, "sections">): Promise<DocumentSummary>;
  /** A finished document with its index as one `.ltri` file. */
  export(documentId: string, signal?: AbortSignal): Promise<Blob>;
  /** Takes such a file in, or what lies at an absolute address. A known document is not doubled. */
  import(file: Blob | string, signal?: AbortSignal): Promise<DocumentSummary>;
}

export interface ShelfHost {
  readonly client: () => Promise<EngineClient>;
  /** With the chosen model on the GPU. */
  readonly loaded: () => Promise<EngineClient>;
  readonly watch: DocumentWatch;
}

export function openShelf({ client, loaded, watch }: ShelfHost): DocumentShelf {
  async function transfer<T>(
    signal: AbortSignal | undefined,
    run: (engine: EngineClient, jobId: string) => Promise<T>,
  ): Promise<T> {
    const engine = await client();
    const jobId = crypto.randomUUID();
    const cancel = (): void => void engine.cancel(jobId).catch(() => {}); // already over
    signal?.addEventListener("abort", cancel);
    try {
      signal?.throwIfAborted();
      return await run(engine, jobId);
    } finally {
      signal?.removeEventListener("abort", cancel);
    }
  }

  return {
    async add(title, text, options = {}) {
      const { sections = [], onProgress, signal } = ownOptions(options);
      const engine = await loaded();
      signal?.throwIfAborted();
      const documentId = await engine.addDocument(title, text, [...sections]);
      try {
        return await watch.untilRead(documentId, onProgress, signal);
      } catch (thrown) {
        if (signal?.aborted) await engine.deleteDocument(documentId);
        throw thrown;
      }
    },
    async list() {
      await client();
      return watch.documents;
    },
    text: async (documentId) => (await client()).documentText(documentId),
    rename: async (documentId, title) => (await client()).renameDocument(documentId, title),
    delete: async (documentId) => (await client()).deleteDocument(documentId),
    pause: async (documentId) => (await client()).pauseDocument(documentId),
    async resume(documentId, options = {}) {
      const { onProgress, signal } = ownOptions(options);
      const engine = await loaded();
      await engine.resumeDocument(documentId);
      return watch.untilRead(documentId, onProgress, signal);
    },
    async rebuild(documentId, options = {}) {
      const { onProgress, signal } = ownOptions(options);
      const engine = await loaded();
      await engine.rebuildDocument(documentId);
      return watch.untilRead(documentId, onProgress, signal);
    },
    export: (documentId, signal) =>
      transfer(signal, (engine, jobId) => engine.exportDocument(jobId, documentId)),
    import: (file, signal) =>
      transfer(signal, async (engine, jobId) => {
        const { documentId } = await engine.importDocument(jobId, file);
        const found = watch.documents.find((one) => one.id === documentId);
        if (!found) throw new Error("the imported document is not listed");
        return found;
      }),
  };
}
