// The reading of one document as a task: opens its writer, streams chunks, commits as it goes, can be
// paused at any chunk and continues from the last commit. Errors end it and stay with the document.

import type { EngineErrorData, IngestProgress } from "../api.ts";
import { nameError } from "../name-error.ts";
import type { DocumentRepository } from "../store/repository.ts";
import type { Turnstile } from "../host/turnstile.ts";
import type { BoundModel } from "../attention/bound-model.ts";
import type { DocumentReading } from "../attention/engine.ts";
import { attentionEngine } from "../attention/engines.ts";

export interface ReadingParts {
  readonly model: BoundModel;
  readonly repository: DocumentRepository;
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
  #reading: DocumentReading | undefined;
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
    return Math.max(
      0,
      (this.#reading?.now ?? 0) - this.#parts.model.binding.prompt.prefixIds.length,
    );
  }

  get spans(): number {
    return this.#reading?.spans ?? 0;
  }

  /** What of the index is in RAM. */
  get indexRamBytes(): number {
    return this.#reading?.ramBytes ?? 0;
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
    const { repository, model, turnstile } = this.#parts;
    const writer = await repository.openWriter(this.documentId, model.binding.fingerprint);
    try {
      if (writer.complete) return;
      const reading = await attentionEngine(model.binding.engine).read(model, writer);
      this.#reading = reading;
      try {
        await this.#stream(reading, turnstile);
      } finally {
        reading.destroy();
      }
    } finally {
      await writer.close();
    }
  }

  async #stream(reading: DocumentReading, turnstile: Turnstile): Promise<void> {
    let committed = reading.now;
    let committedAt = this.#parts.now();
    const marks = [{ at: this.#parts.now(), tokens: reading.now }];
    while (!reading.isDone()) {
      if (this.#paused) {
        if (reading.now > committed) await turnstile.run("chunk", () => reading.commit());
        return;
      }
      await turnstile.run("chunk", () => reading.step());
      const isDue =
        reading.now - committed >= COMMIT_TOKENS || this.#parts.now() - committedAt >= COMMIT_MS;
      if (isDue && !reading.isDone()) {
        await turnstile.run("chunk", () => reading.commit());
        committed = reading.now;
        committedAt = this.#parts.now();
        this.#parts.onCommit();
      }
      this.#report(reading, marks);
    }
    await turnstile.run("chunk", () => reading.finish());
  }

  #report(reading: DocumentReading, marks: { at: number; tokens: number }[]): void {
    const at = this.#parts.now();
    marks.push({ at, tokens: reading.now });
    while (marks.length > 2 && at - marks[0]!.at > RATE_WINDOW_MS) marks.shift();
    const first = marks[0]!;
    const tokensPerSecond = ((reading.now - first.tokens) * 1000) / Math.max(1, at - first.at);
    const prefix = this.#parts.model.binding.prompt.prefixIds.length;
    const totalTokens = reading.totalTokens - prefix;
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
