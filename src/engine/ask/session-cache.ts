// The open session: restoring one takes a moment, so follow-up questions to the same documents use it
// again. One at a time, because its pools are the larger part of the GPU memory.
import { EngineError } from "../errors.ts";
import type { DocumentRepository } from "../store/repository.ts";
import { requireUndamaged } from "../store/document-state.ts";
import type { DocumentReader } from "../store/types.ts";
import type { BoundModel } from "../attention/bound-model.ts";
import type { DocumentBinding } from "../attention/binding.ts";
import type { StoredDocument } from "../attention/engine.ts";
import { attentionEngine } from "../attention/engines.ts";
import type { AskedDocument, OpenDocuments } from "./ask-documents.ts";
import { openTexts } from "./asked-texts.ts";

export interface CachedSession extends OpenDocuments {
  close(): Promise<void>;
}

export class SessionCache {
  #documentIds: readonly string[] = [];
  #binding: DocumentBinding | undefined;
  #session: CachedSession | undefined;

  /** A session to these documents; their order is that of the stream. */
  async get(
    documentIds: readonly string[],
    model: BoundModel,
    repository: DocumentRepository,
  ): Promise<CachedSession> {
    const isSame =
      documentIds.length === this.#documentIds.length &&
      documentIds.every((id, i) => id === this.#documentIds[i]) &&
      model.binding === this.#binding;
    if (this.#session && isSame) return this.#session;
    await this.drop();
    this.#session = await openSession(documentIds, model, repository);
    this.#documentIds = documentIds;
    this.#binding = model.binding;
    return this.#session;
  }

  /** Of the open session; none without one. */
  get documentIds(): readonly string[] {
    return this.#session ? this.#documentIds : [];
  }

  /** Index vectors and compared keys of the open session that are in RAM. */
  get ramBytes(): number {
    return this.#session?.session.ramBytes ?? 0;
  }

  isOpen(documentId: string): boolean {
    return this.documentIds.includes(documentId);
  }

  async drop(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    await session?.close();
  }
}

async function openSession(
  documentIds: readonly string[],
  model: BoundModel,
  repository: DocumentRepository,
): Promise<CachedSession> {
  const texts = await openTexts(documentIds, repository);
  const { binding } = model;
  const readers: DocumentReader[] = [];
  const closeReaders = async () => {
    for (const reader of readers) await reader.close();
  };
  try {
    const stored: StoredDocument[] = [];
    const documents: AskedDocument[] = [];
    for (const text of texts) {
      const { documentId } = text;
      const checkpoint = await finishedCheckpoint(documentId, repository, binding);
      const reader = await repository.openReader(documentId);
      readers.push(reader);
      stored.push({ reader, checkpoint });
      documents.push({ ...text, tokenStarts: await reader.tokenStarts() });
    }
    const session = await attentionEngine(binding.engine).session(model, stored);
    const close = async () => {
      session.destroy();
      await closeReaders();
    };
    return { session, documents, close };
  } catch (error) {
    await closeReaders();
    throw error;
  }
}

/** Throws `index-stale`, `index-damaged`, `text-damaged`, or `not-read-yet` for one that is still being read. */
async function finishedCheckpoint(
  documentId: string,
  repository: DocumentRepository,
  binding: DocumentBinding,
): Promise<Uint8Array> {
  const opened = await repository.open(documentId, binding.fingerprint);
  requireUndamaged(opened);
  const { state, checkpoint, manifest } = opened;
  if (state !== "complete" || !checkpoint) {
    throw new EngineError("not-read-yet", `"${manifest.title}" has not been read to its end yet.`);
  }
  return checkpoint;
}
