// The open session: restoring one takes a moment, so follow-up questions to the same documents use it
// again. One at a time, because its pools are the larger part of the GPU memory.
import type { DocumentRepository } from "../store/repository.ts";
import type { BoundModel } from "../attention/bound-model.ts";
import type { DocumentBinding } from "../attention/binding.ts";
import { attentionEngine } from "../attention/engines.ts";
import type { AskedDocument, OpenDocuments } from "./ask-documents.ts";
import { openTexts } from "./asked-texts.ts";
import { openForAsking, type OpenedForAsking } from "./stored-document.ts";

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
    // Of what has been read so far there is more at every commit.
    if (this.#session && isSame && this.#session.readShare === undefined) return this.#session;
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
  const stored: OpenedForAsking[] = [];
  const closeReaders = async () => {
    for (const { reader } of stored) await reader.close();
  };
  try {
    const documents: AskedDocument[] = [];
    for (const text of texts) {
      const opened = await openForAsking(text.documentId, model, repository);
      stored.push(opened);
      documents.push({ ...text, tokenStarts: await opened.reader.tokenStarts() });
    }
    const session = await attentionEngine(binding.engine).session(model, stored);
    const close = async () => {
      session.destroy();
      await closeReaders();
    };
    return { session, documents, ...shareOf(stored), close };
  } catch (error) {
    await closeReaders();
    throw error;
  }
}

function shareOf(stored: readonly OpenedForAsking[]): Pick<OpenDocuments, "readShare"> {
  const all = stored.reduce((sum, { totalTokens }) => sum + totalTokens, 0);
  const read = stored.reduce((sum, { reader }) => sum + reader.manifest.tokens, 0);
  return read < all ? { readShare: read / all } : {};
}
