// Documents that begin alike, for the engines that keep an index (`ltri`, `infllm`): the first one is
// read with commits where later ones part from it, later ones continue from such a commit.

import { type OpenSession, openStoredSession } from "../../engine/attention/ltri/open-session.ts";
import type { Session } from "../../engine/attention/ltri/session.ts";
import { openIngestor } from "../../engine/attention/ltri/open-ingestor.ts";
import type { Manifest } from "../../engine/store/types.ts";
import { type DocumentSeries, forkPoint, isSame, type SeriesParts } from "./document-series.ts";
import { streamOf } from "./document-series.ts";
import { type DocumentState, MemoryDocument } from "./memory-document.ts";

export class SpanSeries implements DocumentSeries {
  readonly #parts: SeriesParts;
  readonly #base: Uint32Array;
  /** States of the first document by stream token. */
  readonly #kept = new Map<number, DocumentState>();
  #open: { readonly ids: Uint32Array; readonly session: OpenSession } | undefined;

  constructor(parts: SeriesParts) {
    this.#parts = parts;
    const [first] = parts.documents;
    if (!first) throw new Error("a series of no documents");
    this.#base = streamOf(parts.binding, first);
  }

  async open(index: number, onChunk: (tokens: number) => void): Promise<Session> {
    const ids = this.#parts.documents[index];
    if (!ids) throw new Error(`document ${index}`);
    if (this.#open && isSame(this.#open.ids, ids)) return this.#open.session.session;
    this.#close();
    const document = await this.#read(ids, onChunk);
    const { backend, loaded, binding, counter } = this.#parts;
    const { checkpoint } = document.state;
    const session = await openStoredSession(
      backend,
      loaded,
      binding,
      document,
      checkpoint,
      counter,
    );
    this.#open = { ids, session };
    return session.session;
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
    const { backend, loaded, binding, counter, turn } = this.#parts;
    const { chunk } = binding.parameters;
    const stream = streamOf(binding, ids);
    // Every document that is not read from the start has its place kept by the first one.
    const start = this.#kept.get(forkPoint(this.#base, stream, chunk));
    const isBase = this.#kept.size === 0 && isSame(this.#base, stream);
    const places = isBase ? this.#places() : new Set<number>();
    const document = new MemoryDocument(this.#manifest(ids.length), ids, start);
    const reading = await openIngestor(backend, loaded, binding, document, counter);
    const { ingestor } = reading;
    try {
      while (!ingestor.isDone()) {
        const before = ingestor.now;
        await turn(() => ingestor.step());
        onChunk(ingestor.now - before);
        if (!places.has(ingestor.now)) continue;
        await turn(() => ingestor.commit());
        this.#kept.set(ingestor.now, document.state);
      }
      await turn(() => ingestor.finish());
    } finally {
      reading.destroy();
    }
    return document;
  }

  /** Where later documents part from the first one. */
  #places(): Set<number> {
    const { binding, documents } = this.#parts;
    const { chunk } = binding.parameters;
    const places = documents
      .slice(1)
      .map((ids) => forkPoint(this.#base, streamOf(binding, ids), chunk));
    return new Set(places.filter((at) => at > 0));
  }

  /** Names sizes only: nothing of it is stored. */
  #manifest(tokens: number): Manifest {
    const { fingerprint, geometry } = this.#parts.binding;
    return {
      docId: "haystack",
      title: "haystack",
      createdAt: 0,
      modelName: this.#parts.loaded.model.config.name,
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
