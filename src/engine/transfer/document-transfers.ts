// Documents in and out of the library as files: progress, and the same document only once. The file
// format and the store's side are in store/; where bytes come from and go to is the host's.
import type { EngineEvent } from "../api.ts";
import type { DocumentBinding } from "../attention/binding.ts";
import { EngineError } from "../errors.ts";
import type { FileStream } from "../store/file-stream.ts";
import type { Prove } from "../store/import-document.ts";
import type { DocumentRepository } from "../store/repository.ts";
import { proveDocument } from "./prove-document.ts";
import type { DocumentFileSummary, ImportedDocument, TransferProgress } from "./types.ts";

/** Where an import comes from. */
export interface DocumentFile {
  /** Absolute; kept with the document, so that the same address opens it again. */
  readonly address?: string;
  open(signal: AbortSignal): Promise<OpenedSource>;
}

export interface OpenedSource {
  readonly body: ReadableStream<Uint8Array>;
  /** The address that answered, behind every redirect. */
  readonly address?: string;
}

export type WriteChunk = (chunk: Uint8Array) => void | Promise<void>;

const PROGRESS_MS = 100;
/** For the header of a file: at most 4 MB. */
const INSPECT_MS = 30_000;

export class DocumentTransfers {
  readonly #repository: DocumentRepository;
  readonly #now: () => number;
  readonly #emit: (event: EngineEvent) => void;
  /** Of the loaded model. */
  readonly #binding: () => DocumentBinding | undefined;

  constructor(
    repository: DocumentRepository,
    now: () => number, // ms
    emit: (event: EngineEvent) => void,
    binding: () => DocumentBinding | undefined,
  ) {
    this.#repository = repository;
    this.#now = now;
    this.#emit = emit;
    this.#binding = binding;
  }

  async export(
    jobId: string,
    documentId: string,
    write: WriteChunk,
    signal: AbortSignal,
  ): Promise<void> {
    const { manifest } = await this.#repository.open(documentId);
    const { bytes, pieces } = await this.#repository.files.export(documentId, signal);
    const report = this.#meter({ jobId, kind: "export", title: manifest.title }, bytes);
    let done = 0;
    for await (const piece of pieces) {
      await write(piece);
      report((done += piece.byteLength));
    }
  }

  /** What a file holds; only its beginning is read, and it must come soon. */
  async inspect(file: DocumentFile, signal: AbortSignal): Promise<DocumentFileSummary> {
    const known = await this.#known(file);
    if (known !== undefined) {
      const { manifest } = await this.#repository.open(known);
      const { title, modelName, characters, tokens } = manifest;
      const bytes = await this.#repository.bytesOnDisk(known);
      const from = file.address ?? null;
      return { title, modelName, characters, tokens, bytes, from, existingId: known };
    }
    const { FileStream, openFile } = await fileReader();
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), INSPECT_MS);
    const either = AbortSignal.any([signal, late.signal]);
    let stream: FileStream | undefined;
    try {
      const source = await file.open(either);
      stream = new FileStream(source.body, either);
      // A source may leave a read open for ever: closing it ends the read.
      either.addEventListener("abort", () => void stream?.cancel(), { once: true });
      const { header, bytes } = await openFile(stream);
      const { title, modelName, characters, tokens } = header;
      const existingId = (await this.#repository.files.findSame(header)) ?? null;
      const from = source.address ?? null;
      return { title, modelName, characters, tokens, bytes, from, existingId };
    } catch (error) {
      throw stopped(error, signal, late.signal);
    } finally {
      clearTimeout(timer);
      await stream?.cancel();
    }
  }

  async import(
    jobId: string,
    file: DocumentFile,
    signal: AbortSignal,
    owner?: string,
  ): Promise<ImportedDocument> {
    const { files } = this.#repository;
    const found = async (documentId: string): Promise<ImportedDocument> => {
      if (owner === undefined) await this.#repository.adopt(documentId);
      return { documentId, existed: true };
    };
    const known = await this.#known(file);
    if (known !== undefined) return await found(known);
    const { FileStream, openFile } = await fileReader();
    let stream: FileStream | undefined;
    try {
      stream = new FileStream((await file.open(signal)).body, signal);
      const opened = await openFile(stream);
      const same = await files.findSame(opened.header);
      if (same !== undefined) return await found(same);
      const { title } = opened.header;
      const report = this.#meter({ jobId, kind: "import", title }, opened.bytes);
      const prove: Prove = (document) => proveDocument(document, this.#binding());
      const taken = await files.import(stream, opened, report, file.address, prove, owner);
      return taken.existed ? await found(taken.docId) : { documentId: taken.docId, existed: false };
    } catch (error) {
      throw stopped(error, signal);
    } finally {
      await stream?.cancel();
    }
  }

  /**
   * Compares the text of a document from a file with its tokens, once a model is there that can tell.
   * Throws `index-damaged` and marks the document where they differ.
   */
  async prove(documentId: string): Promise<void> {
    const { manifest, checkpoint, state } = await this.#repository.open(documentId);
    if (!manifest.unproven || state !== "complete" || !checkpoint) return;
    const index = await this.#repository.openReader(documentId);
    try {
      if (await proveDocument({ index, checkpoint }, this.#binding())) {
        await this.#repository.settleProof(documentId);
      }
    } catch (error) {
      if (!(error instanceof EngineError && error.code === "format-invalid")) throw error;
      const message = `The index of "${manifest.title}" does not belong to its text. It came in a file and is not used; the text can be read again.`;
      await this.#repository.settleProof(documentId, message);
      throw new EngineError("index-damaged", message, { cause: error });
    } finally {
      await index.close();
    }
  }

  /** Imported from the same address before: found without the network. */
  async #known({ address }: DocumentFile): Promise<string | undefined> {
    return address === undefined ? undefined : this.#repository.files.findImported(address);
  }

  #meter(
    transfer: Pick<TransferProgress, "jobId" | "kind" | "title">,
    totalBytes: number,
  ): (bytes: number) => void {
    const started = this.#now();
    let told = started;
    const tell = (bytes: number, bytesPerSecond: number) => {
      const secondsLeft = bytesPerSecond > 0 ? (totalBytes - bytes) / bytesPerSecond : 0;
      const progress = { ...transfer, bytes, totalBytes, bytesPerSecond, secondsLeft };
      this.#emit({ type: "transfer", progress });
    };
    tell(0, 0);
    return (bytes) => {
      const at = this.#now();
      if (at - told < PROGRESS_MS) return;
      told = at;
      tell(bytes, (bytes * 1000) / (at - started));
    };
  }
}

/** A source that fails because it was told to stop has not failed. */
function stopped(error: unknown, signal: AbortSignal, late?: AbortSignal): unknown {
  if (signal.aborted) {
    return new EngineError("cancelled", "The transfer was cancelled.", { cause: error });
  }
  if (!late?.aborted) return error;
  const message = `The file did not send its beginning within ${INSPECT_MS / 1000} seconds.`;
  return new EngineError("download-failed", message, { cause: error });
}

/** Fetched when a file is opened: most visits see none. */
async function fileReader() {
  const { FileStream } = await import("../store/file-stream.ts");
  const { openFile } = await import("../store/import-document.ts");
  return { FileStream, openFile };
}
