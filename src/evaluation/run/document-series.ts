// Documents that begin alike, read one after another: what a document shares with the first one is
// not read again. The state is kept at the chunk boundary before the place where they part, so that
// the continued reading computes exactly what a reading from the start would.
// Not here: which documents belong together (plan), questions (run-item.ts).

import type { DocumentBinding } from "../../engine/attention/binding.ts";
import type { BoundModel } from "../../engine/attention/bound-model.ts";
import type { DocumentSession } from "../../engine/attention/engine.ts";
import type { Manifest } from "../../engine/store/types.ts";
import { attentionEngine } from "../../engine/attention/engines.ts";
import { MemoryDocument, type ReadingState } from "./memory-document.ts";

export interface SeriesParts {
  readonly model: BoundModel;
  /** Token ids of every document, in the order they will be read: deepest insertion first. */
  readonly documents: readonly Uint32Array[];
  /** Runs one chunk of work when it is its turn; rejects with `cancelled` when the run was ended. */
  readonly turn: <T>(task: () => Promise<T>) => Promise<T>;
}

export class DocumentSeries {
  readonly #parts: SeriesParts;
  readonly #base: Uint32Array;
  /** States of the first document by stream token. */
  readonly #kept = new Map<number, ReadingState>();
  #open: { readonly ids: Uint32Array; readonly session: DocumentSession } | undefined;

  constructor(parts: SeriesParts) {
    this.#parts = parts;
    const [first] = parts.documents;
    if (!first) throw new Error("a series of no documents");
    this.#base = streamOf(parts.model.binding, first);
  }

  /**
   * A session behind document `index`, valid until the next call. `onChunk` gets the tokens that were
   * read in each chunk, prefix included.
   */
  async open(index: number, onChunk: (tokens: number) => void): Promise<DocumentSession> {
    const { documents, model } = this.#parts;
    const ids = documents[index];
    if (!ids) throw new Error(`document ${index}`);
    if (this.#open && isSame(this.#open.ids, ids)) return this.#open.session;
    this.#close();
    const document = await this.#read(ids, onChunk);
    const stored = { reader: document, checkpoint: document.state.checkpoint };
    const session = await attentionEngine(model.binding.engine).session(model, [stored]);
    this.#open = { ids, session };
    return session;
  }

  destroy(): void {
    this.#close();
    this.#kept.clear();
  }

  #close(): void {
    this.#open?.session.destroy();
    this.#open = undefined;
  }

  async #read(ids: Uint32Array, onChunk: (tokens: number) => void): Promise<MemoryDocument> {
    const { model, turn } = this.#parts;
    const { binding } = model;
    const { chunk } = binding.parameters;
    const stream = streamOf(binding, ids);
    // Every document that is not read from the start has its place kept by the first one.
    const start = this.#kept.get(forkPoint(this.#base, stream, chunk));
    const isBase = this.#kept.size === 0 && isSame(this.#base, stream);
    const places = isBase ? this.#places() : new Set<number>();
    const document = new MemoryDocument(this.#manifest(ids.length), ids, start);
    const reading = await attentionEngine(binding.engine).read(model, document);
    try {
      while (!reading.isDone()) {
        const before = reading.now;
        await turn(() => reading.step());
        onChunk(reading.now - before);
        if (!places.has(reading.now)) continue;
        await turn(() => reading.commit());
        this.#kept.set(reading.now, document.state);
      }
      await turn(() => reading.finish());
    } finally {
      reading.destroy();
    }
    return document;
  }

  /** Where later documents part from the first one. */
  #places(): Set<number> {
    const { model, documents } = this.#parts;
    const { binding } = model;
    const { chunk } = binding.parameters;
    const places = documents
      .slice(1)
      .map((ids) => forkPoint(this.#base, streamOf(binding, ids), chunk));
    return new Set(places.filter((at) => at > 0));
  }

  /** Names sizes only: nothing of it is stored. */
  #manifest(tokens: number): Manifest {
    const { binding, loaded } = this.#parts.model;
    const { fingerprint, geometry } = binding;
    return {
      docId: "haystack",
      title: "haystack",
      createdAt: 0,
      modelName: loaded.model.config.name,
      characters: 0,
      tokens,
      fingerprint,
      fingerprintHash: "",
      geometry,
      sourceParts: [0, 0, 0],
      sourceBytes: [0, 0, 0],
    };
  }
}

/** Prompt prefix and document as one stream. */
export function streamOf(binding: DocumentBinding, document: Uint32Array): Uint32Array {
  const { prefixIds } = binding.prompt;
  const stream = new Uint32Array(prefixIds.length + document.length);
  stream.set(prefixIds);
  stream.set(document, prefixIds.length);
  return stream;
}

/**
 * Where the reading of `stream` may start when `base` has been read: the last chunk boundary before
 * they part, and before the end, so that at least one chunk is left to read.
 */
export function forkPoint(base: Uint32Array, stream: Uint32Array, chunk: number): number {
  const most = Math.min(base.length, stream.length - 1);
  let common = 0;
  while (common < most && base[common] === stream[common]) common++;
  return Math.floor(common / chunk) * chunk;
}

export function isSame(a: Uint32Array, b: Uint32Array): boolean {
  return a.length === b.length && a.every((id, i) => id === b[i]);
}
