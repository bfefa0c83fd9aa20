// Reads a text with one of the engines, as `ask` and the benchmarks do: span engines through the same
// repository as in the browser, on memory stores.
import type { Backend } from "../../kernels/index.ts";
import {
  type OpenSession,
  openRingSession,
  openStoredSession,
} from "../engine/attention/ltri/open-session.ts";
import type { EngineName } from "../engine/attention/ltri/sizes.ts";
import type { DocumentBinding } from "../engine/attention/binding.ts";
import { EngineError } from "../engine/errors.ts";
import { openIngestor } from "../engine/attention/ltri/open-ingestor.ts";
import type { LoadedModel } from "../engine/transformer/loaded-model.ts";
import { FileStream } from "../engine/store/file-stream.ts";
import { openFile } from "../engine/store/import-document.ts";
import { freeLock, MemoryExtents, MemoryRecords } from "../engine/store/memory.ts";
import { DocumentRepository } from "../engine/store/repository.ts";
import type { TokenCounter } from "../engine/transformer/token-counter.ts";

export interface ReadDocument {
  readonly open: OpenSession;
  readonly text: string;
  readonly tokenStarts: Uint32Array;
  readonly tokensPerSecond: number;
  /** Text, index and KV of the stored document; 0 for engines that store nothing. */
  readonly bytesOnDisk: number;
  /** Another session to the same index, with other parameters that do not influence stored bytes. */
  reopen(binding: DocumentBinding): Promise<OpenSession>;
  /** The stored document as a file, for `openDocumentFile`. Throws for engines that store nothing. */
  pieces(): Promise<AsyncIterable<Uint8Array>>;
}

export async function readDocument(
  backend: Backend,
  loaded: LoadedModel,
  binding: DocumentBinding,
  engine: EngineName,
  source: { readonly title: string; readonly text: string },
  counter: TokenCounter,
  progress: (done: number, total: number) => void = () => undefined,
): Promise<ReadDocument> {
  const { title, text } = source;
  const { ids, starts } = binding.tokenizer.encodeWithOffsets(text);
  const report = (done: number) => progress(done, ids.length);
  const started = performance.now();
  if (engine === "full" || engine === "streaming") {
    const open = await openRingSession(backend, loaded, binding, engine, ids, counter, report);
    const reopen = () => Promise.reject(new EngineError("internal", "the ring is not stored"));
    const read = { open, text, tokenStarts: starts, tokensPerSecond: rate(), bytesOnDisk: 0 };
    return { ...read, reopen, pieces: reopen };
  }
  const repository = await memoryRepository();
  const docId = await repository.create({
    title,
    text,
    tokenIds: ids,
    tokenStarts: starts,
    fingerprint: binding.fingerprint,
    geometry: binding.geometry,
    modelName: loaded.model.config.name,
  });
  const writer = await repository.openWriter(docId, binding.fingerprint);
  const reading = await openIngestor(backend, loaded, binding, writer, counter);
  const { ingestor } = reading;
  while (!ingestor.isDone()) {
    await ingestor.step();
    report(ingestor.now);
  }
  await ingestor.finish();
  reading.destroy();
  await writer.close();
  const tokensPerSecond = rate();
  const stored = { repository, docId, text, tokenStarts: starts, tokensPerSecond };
  return openStored(backend, loaded, binding, stored, counter);

  function rate(): number {
    return (ids.length * 1000) / (performance.now() - started);
  }
}

/** A document from its file, read earlier at the given rate. Throws `index-stale` for other settings. */
export async function openDocumentFile(
  backend: Backend,
  loaded: LoadedModel,
  binding: DocumentBinding,
  source: { readonly text: string; readonly tokensPerSecond: number },
  file: ReadableStream<Uint8Array>,
  counter: TokenCounter,
): Promise<ReadDocument> {
  const repository = await memoryRepository();
  const stream = new FileStream(file);
  const docId = await repository.files.import(stream, await openFile(stream), () => undefined);
  const { starts } = binding.tokenizer.encodeWithOffsets(source.text);
  const stored = { repository, docId, ...source, tokenStarts: starts };
  return openStored(backend, loaded, binding, stored, counter);
}

interface StoredDocument extends Pick<ReadDocument, "text" | "tokenStarts" | "tokensPerSecond"> {
  readonly repository: DocumentRepository;
  readonly docId: string;
}

async function openStored(
  backend: Backend,
  loaded: LoadedModel,
  binding: DocumentBinding,
  { repository, docId, ...read }: StoredDocument,
  counter: TokenCounter,
): Promise<ReadDocument> {
  const reopen = async (other: DocumentBinding) => {
    const { checkpoint } = await repository.open(docId, other.fingerprint);
    if (!checkpoint) throw new EngineError("internal", "the document has no checkpoint");
    const reader = await repository.openReader(docId);
    return openStoredSession(backend, loaded, other, reader, checkpoint, counter);
  };
  const pieces = async () => (await repository.files.export(docId)).pieces;
  const open = await reopen(binding);
  return { ...read, open, bytesOnDisk: await repository.bytesOnDisk(docId), reopen, pieces };
}

function memoryRepository(): Promise<DocumentRepository> {
  return DocumentRepository.open({
    records: new MemoryRecords(),
    extents: new MemoryExtents(),
    lock: freeLock,
    cacheBytes: 256 * 1024 * 1024,
    now: () => Date.now(),
    newId: () => crypto.randomUUID(),
  });
}
