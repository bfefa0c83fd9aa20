// Documents in and out of the library as files: progress, and the same document only once. The file
// format and the store's side are in store/; where bytes come from and go to is the host's.
import type { EngineEvent } from "../api.ts";
import { EngineError } from "../errors.ts";
import type { FileStream } from "../store/file-stream.ts";
import type { OpenedFile } from "../store/import-document.ts";
import type { DocumentRepository } from "../store/repository.ts";
import type { DocumentFileSummary, ImportedDocument, TransferProgress } from "./types.ts";

/** Where an import comes from. */
export interface DocumentFile {
  /** Absolute; kept with the document, so that the same address opens it again. */
  readonly address?: string;
  open(signal: AbortSignal | undefined): Promise<ReadableStream<Uint8Array>>;
}

export type WriteChunk = (chunk: Uint8Array) => void | Promise<void>;

const PROGRESS_MS = 100;

export class DocumentTransfers {
  readonly #repository: DocumentRepository;
  readonly #now: () => number;
  readonly #emit: (event: EngineEvent) => void;
  /** Imports under way, by what they will become. */
  readonly #imports = new Map<string, Promise<string>>();

  constructor(
    repository: DocumentRepository,
    now: () => number, // ms
    emit: (event: EngineEvent) => void,
  ) {
    this.#repository = repository;
    this.#now = now;
    this.#emit = emit;
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

  /** What a file holds; only its beginning is read. */
  async inspect(file: DocumentFile): Promise<DocumentFileSummary> {
    const known = await this.#known(file);
    if (known !== undefined) {
      const { manifest } = await this.#repository.open(known);
      const { title, modelName, characters, tokens } = manifest;
      const bytes = await this.#repository.bytesOnDisk(known);
      return { title, modelName, characters, tokens, bytes, existingId: known };
    }
    const { FileStream, openFile } = await fileReader();
    const stream = new FileStream(await file.open(undefined));
    try {
      const { header, bytes } = await openFile(stream);
      const { title, modelName, characters, tokens } = header;
      const existingId = (await this.#repository.files.findSame(header)) ?? null;
      return { title, modelName, characters, tokens, bytes, existingId };
    } finally {
      await stream.cancel();
    }
  }

  async import(jobId: string, file: DocumentFile, signal: AbortSignal): Promise<ImportedDocument> {
    const { files } = this.#repository;
    const known = await this.#known(file);
    if (known !== undefined) return { documentId: known, existed: true };
    const { FileStream, openFile } = await fileReader();
    const stream = new FileStream(await file.open(signal), signal);
    try {
      const opened = await openFile(stream);
      const { textHash, fingerprint } = opened.header;
      const key = `${textHash} ${JSON.stringify(fingerprint)}`;
      const same = (await files.findSame(opened.header)) ?? this.#imports.get(key);
      if (same !== undefined) return { documentId: await same, existed: true };
      const running = this.#take(jobId, stream, opened, file.address);
      this.#imports.set(key, running);
      try {
        return { documentId: await running, existed: false };
      } finally {
        this.#imports.delete(key);
      }
    } catch (error) {
      // A source that fails because it was told to stop has not failed.
      if (!signal.aborted) throw error;
      throw new EngineError("cancelled", "The import was cancelled.", { cause: error });
    } finally {
      await stream.cancel();
    }
  }

  /** Imported from the same address before: found without the network. */
  async #known({ address }: DocumentFile): Promise<string | undefined> {
    return address === undefined ? undefined : this.#repository.files.findImported(address);
  }

  #take(
    jobId: string,
    stream: FileStream,
    opened: OpenedFile,
    address: string | undefined,
  ): Promise<string> {
    const { title } = opened.header;
    const report = this.#meter({ jobId, kind: "import", title }, opened.bytes);
    return this.#repository.files.import(stream, opened, report, address);
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

/** Fetched when a file is opened: most visits see none. */
async function fileReader() {
  const { FileStream } = await import("../store/file-stream.ts");
  const { openFile } = await import("../store/import-document.ts");
  return { FileStream, openFile };
}
