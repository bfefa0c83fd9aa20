// The open session: restoring one takes a moment, so follow-up questions to the same document use it
// again. One at a time, because its pools are the larger part of the GPU memory.
import type { KernelRuntime } from "../../../kernels/index.ts";
import type { DocumentBinding } from "../document-binding.ts";
import { EngineError } from "../errors.ts";
import type { LoadedModel } from "../loaded-model.ts";
import type { Section } from "../sections.ts";
import type { DocumentRepository } from "../store/repository.ts";
import type { TokenCounter } from "../token-counter.ts";
import { type OpenSession, openStoredSession } from "./open-session.ts";

export interface SessionParts {
  readonly runtime: KernelRuntime;
  readonly loaded: LoadedModel;
  readonly binding: DocumentBinding;
  readonly repository: DocumentRepository;
  readonly counter: TokenCounter;
}

export interface CachedSession {
  readonly documentId: string;
  readonly open: OpenSession;
  readonly text: string;
  readonly tokenStarts: Uint32Array;
  readonly sections: readonly Section[];
  close(): Promise<void>;
}

export class SessionCache {
  #session: CachedSession | undefined;

  async get(documentId: string, parts: SessionParts): Promise<CachedSession> {
    if (this.#session?.documentId === documentId) return this.#session;
    await this.drop();
    this.#session = await openSession(documentId, parts);
    return this.#session;
  }

  isOpen(documentId: string): boolean {
    return this.#session?.documentId === documentId;
  }

  async drop(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    await session?.close();
  }
}

async function openSession(documentId: string, parts: SessionParts): Promise<CachedSession> {
  const { runtime, loaded, binding, repository, counter } = parts;
  const { state, checkpoint, manifest } = await repository.open(documentId, binding.fingerprint);
  if (state === "damaged") {
    throw new EngineError("index-damaged", manifest.damage ?? "The document is damaged.");
  }
  if (state !== "complete" || !checkpoint) {
    throw new EngineError("not-found", `"${manifest.title}" has not been read to its end yet.`);
  }
  const reader = await repository.openReader(documentId);
  try {
    const text = await reader.text();
    const tokenStarts = await reader.tokenStarts();
    const sections = await reader.sections();
    const open = await openStoredSession(runtime, loaded, binding, reader, checkpoint, counter);
    const close = () => {
      open.destroy();
      return reader.close();
    };
    return { documentId, open, text, tokenStarts, sections, close };
  } catch (error) {
    await reader.close();
    throw error;
  }
}
