// The library as it is told to the page: after every change of our own, and after a change in another
// tab, of which the host brings word. While another tab reads a document, the list is looked at again
// now and then, because a tab that is closed says nothing.
import type { EngineEvent } from "../api.ts";
import type { SessionCache } from "../ask/session-cache.ts";
import type { DocumentBinding } from "../attention/binding.ts";
import { attentionEngine } from "../attention/engines.ts";
import { EngineError, type EngineErrorCode } from "../errors.ts";
import { summarise } from "./document-summary.ts";
import type { ReadingQueue } from "../ingest/reading-queue.ts";
import type { DocumentRepository } from "../store/repository.ts";
import type { DocumentInfo } from "../store/types.ts";
import type { Turnstile } from "./turnstile.ts";

/** Word between the engines of one origin that stored documents have changed. */
export interface DocumentChanges {
  publish(): void;
  subscribe(listener: () => void): void;
}

export interface ListParts {
  readonly repository: DocumentRepository;
  /** Absent where there is no other tab. */
  readonly changes: DocumentChanges | undefined;
  readonly readings: ReadingQueue;
  readonly sessions: SessionCache;
  readonly turnstile: Turnstile;
  /** What documents are bound to now; undefined while no model is loaded. */
  readonly binding: () => DocumentBinding | undefined;
  readonly emit: (event: EngineEvent) => void;
}

const LOOK_AGAIN_MS = 5000;

/** What a task can find out about a document that the list did not know. */
const TOLD: ReadonlySet<EngineErrorCode> = new Set([
  "index-damaged",
  "text-damaged",
  "not-read-yet",
  "not-found",
]);

export function changesList(error: unknown): boolean {
  return error instanceof EngineError && TOLD.has(error.code);
}

export class DocumentList {
  readonly #parts: ListParts;
  /** What was stored when the list was last told. */
  #told = "";
  #lookAgain: ReturnType<typeof setTimeout> | undefined;
  diskBytes = 0;

  constructor(parts: ListParts) {
    this.#parts = parts;
    parts.changes?.subscribe(() => void this.#changedElsewhere());
  }

  /** Tells the list, and other tabs if what is stored has changed. */
  async announce(): Promise<void> {
    const infos = await this.#tell();
    const stored = factsOf(infos);
    if (stored === this.#told) return;
    this.#told = stored;
    this.#parts.changes?.publish();
  }

  async #changedElsewhere(): Promise<void> {
    const infos = await this.#tell();
    this.#told = factsOf(infos);
    const { sessions, turnstile } = this.#parts;
    const usable = infos.filter(({ state }) => state === "complete").map(({ docId }) => docId);
    if (sessions.documentIds.every((id) => usable.includes(id))) return;
    await turnstile.run("question", () => sessions.drop());
  }

  async #tell(): Promise<DocumentInfo[]> {
    const { repository, readings, emit } = this.#parts;
    const infos = await repository.list();
    const binding = this.#parts.binding();
    const asksPrefix = binding !== undefined && attentionEngine(binding.engine).asksPrefix;
    this.diskBytes = infos.reduce((sum, info) => sum + info.bytesOnDisk, 0);
    const documents = await Promise.all(
      infos.map(async (info) =>
        summarise(info, binding?.fingerprint, {
          asksPrefix,
          reading: readings.reading(info.docId),
          queued: readings.isWaiting(info.docId),
          problem: readings.problem(info.docId),
          isReadElsewhere:
            info.state === "ingesting" && (await repository.isHeldElsewhere(info.docId)),
        }),
      ),
    );
    emit({ type: "documents", documents });
    clearTimeout(this.#lookAgain);
    if (documents.some(({ state }) => state === "elsewhere")) {
      this.#lookAgain = setTimeout(() => void this.#changedElsewhere(), LOOK_AGAIN_MS);
    }
    return infos;
  }
}

function factsOf(infos: readonly DocumentInfo[]): string {
  return JSON.stringify(
    infos.map(({ docId, title, state, committedTokens, createdAt, bytesOnDisk }) => [
      docId,
      title,
      state,
      committedTokens,
      createdAt,
      bytesOnDisk,
    ]),
  );
}
