// Reads a text as `ask` and the benchmarks do: through the same engines and the same repository as in the
// browser, on memory stores.
import type { BoundModel } from "../engine/attention/bound-model.ts";
import type { DocumentSession } from "../engine/attention/engine.ts";
import { attentionEngine } from "../engine/attention/engines.ts";
import type { DocumentBinding } from "../engine/attention/binding.ts";
import type { AskedDocument } from "../engine/ask/ask-documents.ts";
import { openTexts } from "../engine/ask/asked-texts.ts";
import { EngineError } from "../engine/errors.ts";
import { FileStream } from "../engine/store/file-stream.ts";
import { openFile } from "../engine/store/import-document.ts";
import { freeLock, MemoryExtents, MemoryRecords } from "../engine/store/memory.ts";
import { DocumentRepository } from "../engine/store/repository.ts";
import type { DocumentWriter } from "../engine/store/types.ts";

export interface ReadDocument {
  readonly session: DocumentSession;
  /** As it is asked. */
  readonly document: AskedDocument;
  readonly tokensPerSecond: number;
  /** Text, index and KV of the stored document. */
  readonly bytesOnDisk: number;
  /** Another session to the same index, with other parameters that do not influence stored bytes. */
  readonly reopen: (binding: DocumentBinding) => Promise<DocumentSession>;
  /** The stored document as a file, for `openDocumentFile`. */
  pieces(): Promise<AsyncIterable<Uint8Array>>;
}

export async function readDocument(
  model: BoundModel,
  source: { readonly title: string; readonly text: string },
  progress: (done: number, total: number) => void = () => undefined,
): Promise<ReadDocument> {
  const started = performance.now();
  const { repository, docId, writer } = await createUnread(model, source);
  const { tokens } = writer.reader.manifest;
  const reading = await attentionEngine(model.binding.engine).read(model, writer);
  while (!reading.isDone()) {
    await reading.step();
    progress(reading.now, tokens);
  }
  await reading.finish();
  reading.destroy();
  await writer.close();
  const tokensPerSecond = (tokens * 1000) / (performance.now() - started);
  return openStored(model, { repository, docId, tokensPerSecond });
}

/** A document in a repository of its own, and where its reading goes. */
export async function createUnread(
  { loaded, binding }: BoundModel,
  { title, text }: { readonly title: string; readonly text: string },
): Promise<{ repository: DocumentRepository; docId: string; writer: DocumentWriter }> {
  const { ids, starts } = binding.tokenizer.encodeWithOffsets(text);
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
  return { repository, docId, writer: await repository.openWriter(docId, binding.fingerprint) };
}

/** A document from its file, read earlier at the given rate. Throws `index-stale` for other settings. */
export async function openDocumentFile(
  model: BoundModel,
  tokensPerSecond: number,
  file: ReadableStream<Uint8Array>,
): Promise<ReadDocument> {
  const repository = await memoryRepository();
  const stream = new FileStream(file);
  const { docId } = await repository.files.import(stream, await openFile(stream), () => undefined);
  return openStored(model, { repository, docId, tokensPerSecond });
}

interface StoredDocument {
  readonly tokensPerSecond: number;
  readonly repository: DocumentRepository;
  readonly docId: string;
}

/** A document that was read to its end. */
export async function openStored(
  model: BoundModel,
  { repository, docId, tokensPerSecond }: StoredDocument,
): Promise<ReadDocument> {
  const reopen = async (other: DocumentBinding) => {
    const { checkpoint } = await repository.open(docId, other.fingerprint);
    if (!checkpoint) throw new EngineError("internal", "the document has no checkpoint");
    const reader = await repository.openReader(docId);
    const stored = [{ reader, checkpoint }];
    return attentionEngine(other.engine).session({ ...model, binding: other }, stored);
  };
  const pieces = async () => (await repository.files.export(docId)).pieces;
  const session = await reopen(model.binding);
  const [text] = await openTexts([docId], repository);
  const reader = await repository.openReader(docId);
  const document = { ...text!, tokenStarts: await reader.tokenStarts() };
  await reader.close();
  const bytesOnDisk = await repository.bytesOnDisk(docId);
  return { document, session, tokensPerSecond, bytesOnDisk, reopen, pieces };
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
