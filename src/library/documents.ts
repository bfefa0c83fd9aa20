// The stored documents: added once, read once, then asked for as long as the browser keeps them.
import type { ExtractionProgress } from "../../workers/extraction-protocol.ts";
import type { DocumentSummary, Section } from "../../workers/protocol.ts";
import { EngineCallError, type EngineClient, type Extraction } from "../client/index.ts";
import type { DocumentWatch, ProgressListener } from "./document-watch.ts";
import { ownOptions } from "./own-options.ts";

export interface ReadFileOptions {
  /** Pages, chapters or bytes that have been read. */
  readonly onFileProgress?: (progress: ExtractionProgress) => void;
  readonly signal?: AbortSignal;
}

/** What a file says, as plain text. */
export interface FileText {
  /** As the document names itself, else its file name. */
  readonly title: string;
  readonly text: Blob;
  readonly sections: readonly Section[];
  /** What could not be read, in sentences; empty where everything was. */
  readonly notices: readonly string[];
}

export interface AddFileOptions extends ReadFileOptions {
  /** Instead of the document's own. */
  readonly title?: string;
  readonly onProgress?: ProgressListener;
  /** A part of the file could not be read; the rest is added. */
  readonly onNotice?: (sentence: string) => void;
}

export interface AddOptions {
  /** Where pages or chapters begin, in UTF-16 units of the text; named in evidence. */
  readonly sections?: readonly Section[];
  /** Who adds it for itself: the app of this origin does not list it. */
  readonly owner?: string;
  readonly onProgress?: ProgressListener;
  /** Ends the reading and deletes what was read. */
  readonly signal?: AbortSignal;
}

export interface DocumentShelf {
  /** Stores and reads a text; resolves when questions can be asked: without a model as soon as it is stored. */
  add(title: string, text: string | Blob, options?: AddOptions): Promise<DocumentSummary>;
  /** The same, of a PDF, EPUB, Word, HTML, Markdown or text file. */
  add(file: File, options?: AddFileOptions): Promise<DocumentSummary>;
  /** The text of such a file and its pages or chapters; nothing is stored. */
  readFile(file: File, options?: ReadFileOptions): Promise<FileText>;
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
  import(file: Blob | string, signal?: AbortSignal, owner?: string): Promise<DocumentSummary>;
}

export interface ShelfHost {
  readonly client: () => Promise<EngineClient>;
  /** With the chosen model on the GPU. */
  readonly loaded: () => Promise<EngineClient>;
  /** False where documents are stored and asked without one. */
  readonly hasModel: () => boolean;
  readonly watch: DocumentWatch;
  /** The client's `startExtraction`. */
  readonly extract: (file: File, onProgress: (progress: ExtractionProgress) => void) => Extraction;
}

export function openShelf({ client, loaded, hasModel, watch, extract }: ShelfHost): DocumentShelf {
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

  function listed(documentId: string): DocumentSummary {
    const found = watch.documents.find((one) => one.id === documentId);
    if (!found) throw new Error("a stored document is not listed");
    return found;
  }

  async function addText(
    title: string,
    text: string | Blob,
    options: AddOptions = {},
  ): Promise<DocumentSummary> {
    const { sections = [], owner, onProgress, signal } = ownOptions(options);
    const reads = hasModel();
    const engine = await (reads ? loaded() : client());
    signal?.throwIfAborted();
    const documentId = await engine.addDocument(title, text, [...sections], owner);
    if (!reads) return listed(documentId);
    try {
      return await watch.untilRead(documentId, onProgress, signal);
    } catch (thrown) {
      if (signal?.aborted) await engine.deleteDocument(documentId);
      throw thrown;
    }
  }

  async function readFile(file: File, options: ReadFileOptions = {}): Promise<FileText> {
    const { onFileProgress, signal } = ownOptions(options);
    if (signal?.aborted) {
      throw new EngineCallError({ code: "cancelled", message: "The reading was cancelled." });
    }
    const reading = extract(file, (progress) => onFileProgress?.(progress));
    const cancel = () => reading.cancel();
    signal?.addEventListener("abort", cancel);
    try {
      const { title, ...read } = await reading.done;
      return { ...read, title: title ?? file.name };
    } finally {
      signal?.removeEventListener("abort", cancel);
    }
  }

  async function addFile(file: File, options: AddFileOptions = {}): Promise<DocumentSummary> {
    const { title, onProgress, onNotice, signal, ...reading } = ownOptions(options);
    const cancelled = signal ? { signal } : {};
    const read = await readFile(file, { ...reading, ...cancelled });
    for (const sentence of read.notices) onNotice?.(sentence);
    const { sections } = read;
    const progress = onProgress ? { onProgress } : {};
    return addText(title ?? read.title, read.text, { sections, ...progress, ...cancelled });
  }

  return {
    add: (subject: string | File, second?: string | Blob | AddFileOptions, third?: AddOptions) =>
      typeof subject === "string"
        ? addText(subject, second as string | Blob, third)
        : addFile(subject, second as AddFileOptions | undefined),
    readFile,
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
    import: (file, signal, owner) =>
      transfer(signal, async (engine, jobId) => {
        const { documentId } = await engine.importDocument(jobId, file, owner);
        return listed(documentId);
      }),
  };
}
