// A document as far as its last commit goes, as if it ended there: an attention engine closes it in memory, so that
// questions can be put to it while its own reading goes on. Nothing of it is ever written.
import type { Section } from "../sections.ts";
import type { DocumentIndex } from "./document-index.ts";
import type {
  CommitInput,
  DocumentReader,
  DocumentWriter,
  Manifest,
  SealedSpans,
  SpanColumns,
  SpanVectors,
} from "./types.ts";

/** What closes the prefix appends its last spans and ends with `finish`; then `checkpoint` is that of the end. */
export class ReadPrefix implements DocumentWriter {
  readonly tokensCommitted: number;
  readonly reader: DocumentReader;
  complete = false;
  checkpoint: Uint8Array;
  readonly #index: DocumentIndex;

  /** `index` holds what the commit speaks of; `checkpoint` is the engine's, of the same commit. */
  constructor(index: DocumentIndex, tokensCommitted: number, checkpoint: Uint8Array) {
    this.#index = index;
    this.tokensCommitted = tokensCommitted;
    this.checkpoint = checkpoint;
    this.reader = new PrefixReader(index, tokensCommitted);
  }

  append(layer: number, spans: SealedSpans): Promise<void> {
    const { layers, unwrittenExtents, unwrittenVectors } = this.#index;
    layers[layer]!.append(
      spans,
      ({ extent, record }) => {
        unwrittenExtents.set(`${layer}/${extent}`, record);
        return 0; // never in a file
      },
      ({ part, vectors }) => unwrittenVectors.set(`${layer}/${part}`, vectors),
    );
    return Promise.resolve();
  }

  commit({ checkpoint }: CommitInput): Promise<void> {
    this.checkpoint = checkpoint;
    return Promise.resolve();
  }

  finish(input: CommitInput): Promise<void> {
    this.complete = true;
    return this.commit(input);
  }

  close(): Promise<void> {
    return this.#index.close();
  }
}

/** The tokens of the prefix alone; text and sections are whole. */
class PrefixReader implements DocumentReader {
  readonly manifest: Manifest;
  readonly #index: DocumentIndex;

  constructor(index: DocumentIndex, tokens: number) {
    this.#index = index;
    this.manifest = { ...index.manifest, tokens };
  }

  spans(layer: number): SpanColumns {
    return this.#index.spans(layer);
  }

  vectors(layer: number, from?: number, count?: number): Promise<SpanVectors> {
    return this.#index.vectors(layer, from, count);
  }

  readSpanKv(layer: number, ordinals: ArrayLike<number>): Promise<Uint8Array[]> {
    return this.#index.readSpanKv(layer, ordinals);
  }

  text(): Promise<string> {
    return this.#index.text();
  }

  async tokenIds(): Promise<Uint32Array> {
    return (await this.#index.tokenIds()).slice(0, this.manifest.tokens);
  }

  async tokenStarts(): Promise<Uint32Array> {
    return (await this.#index.tokenStarts()).slice(0, this.manifest.tokens);
  }

  sections(): Promise<readonly Section[]> {
    return this.#index.sections();
  }

  close(): Promise<void> {
    return this.#index.close();
  }
}
