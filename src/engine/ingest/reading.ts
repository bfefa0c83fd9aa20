// The reading of one document as a task: opens its writer, streams chunks, commits as it goes, can be
// paused at any chunk and continues from the last commit. Errors end it and stay with the document.

import type { Backend } from "../../../kernels/index.ts";
import type { EngineErrorData, IngestProgress } from "../api.ts";
import type { DocumentBinding } from "../attention/binding.ts";
import type { LoadedModel } from "../transformer/loaded-model.ts";
import { nameError } from "../name-error.ts";
import type { DocumentRepository } from "../store/repository.ts";
import type { TokenCounter } from "../transformer/token-counter.ts";
import type { Turnstile } from "../host/turnstile.ts";
import type { Ingestor } from "../attention/ltri/ingestor.ts";
import { openIngestor } from "../attention/ltri/open-ingestor.ts";

export interface ReadingParts {
  readonly backend: Backend;
  readonly loaded: LoadedModel;
  readonly binding: DocumentBinding;
  readonly repository: DocumentRepository;
  readonly counter: TokenCounter;
  readonly turnstile: Turnstile;
  readonly now: () => number; // ms
  readonly onProgress: (progress: IngestProgress) => void;
  /** In the middle of the document; its end is the reading's own. */
  readonly onCommit: () => void;
}

/** A commit follows after this many tokens or this much time: what a reload loses at most. */
const COMMIT_TOKENS = 2048;
const COMMIT_MS = 10_000;
const RATE_WINDOW_MS = 10_000;

export class Reading {
  readonly documentId: string;
  readonly #parts: ReadingParts;
  #paused = false;
  #ended: (() => void) | undefined;
  #ingestor: Ingestor | undefined;
  readonly #end: Promise<void>;
  /** Why the reading stopped before its end, if it did. */
  problem: EngineErrorData | undefined;

  constructor(documentId: string, parts: ReadingParts) {
    this.documentId = documentId;
    this.#parts = parts;
    this.#end = new Promise((resolve) => {
      this.#ended = resolve;
    });
  }

  get documentTokensDone(): number {
    return Math.max(0, (this.#ingestor?.now ?? 0) - this.#parts.binding.prompt.prefixIds.length);
  }

  get spans(): number {
    return this.#ingestor?.spans ?? 0;
  }

  /** Index vectors that are in RAM. */
  get indexRamBytes(): number {
    return this.#ingestor?.indexRamBytes ?? 0;
  }

  /** Resolves when the last commit is durable and the GPU state is given back. */
  pause(): Promise<void> {
    this.#paused = true;
    return this.#end;
  }

  /** Never rejects: a failure is kept in `problem`. */
  async run(): Promise<void> {
    try {
      await this.#read();
    } catch (error) {
      const { code, message } = nameError(error);
      this.problem = { code, message };
    } finally {
      this.#ended?.();
    }
  }

  async #read(): Promise<void> {
    const { repository, binding, backend, loaded, counter, turnstile } = this.#parts;
    const writer = await repository.openWriter(this.documentId, binding.fingerprint);
    try {
      if (writer.complete) return;
      const open = await openIngestor(backend, loaded, binding, writer, counter);
      this.#ingestor = open.ingestor;
      try {
        await this.#stream(open.ingestor, turnstile);
      } finally {
        open.destroy();
      }
    } finally {
      await writer.close();
    }
  }

  async #stream(ingestor: Ingestor, turnstile: Turnstile): Promise<void> {
    let committed = ingestor.now;
    let committedAt = this.#parts.now();
    const marks = [{ at: this.#parts.now(), tokens: ingestor.now }];
    while (!ingestor.isDone()) {
      if (this.#paused) {
        if (ingestor.now > committed) await turnstile.run("chunk", () => ingestor.commit());
        return;
      }
      await turnstile.run("chunk", () => ingestor.step());
      const isDue =
        ingestor.now - committed >= COMMIT_TOKENS || this.#parts.now() - committedAt >= COMMIT_MS;
      if (isDue && !ingestor.isDone()) {
        await turnstile.run("chunk", () => ingestor.commit());
        committed = ingestor.now;
        committedAt = this.#parts.now();
        this.#parts.onCommit();
      }
      this.#report(ingestor, marks);
    }
    await turnstile.run("chunk", () => ingestor.finish());
  }

  #report(ingestor: Ingestor, marks: { at: number; tokens: number }[]): void {
    const at = this.#parts.now();
    marks.push({ at, tokens: ingestor.now });
    while (marks.length > 2 && at - marks[0]!.at > RATE_WINDOW_MS) marks.shift();
    const first = marks[0]!;
    const tokensPerSecond = ((ingestor.now - first.tokens) * 1000) / Math.max(1, at - first.at);
    const prefix = this.#parts.binding.prompt.prefixIds.length;
    const totalTokens = ingestor.totalTokens - prefix;
    const tokens = this.documentTokensDone;
    this.#parts.onProgress({
      documentId: this.documentId,
      tokens,
      totalTokens,
      tokensPerSecond,
      secondsLeft: tokensPerSecond > 0 ? (totalTokens - tokens) / tokensPerSecond : 0,
    });
  }
}
