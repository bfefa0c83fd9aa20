// A document being read or read, held in memory, whose kept states share their spans: continuing from
// a state costs no copy of stored bytes. It stands where the durable store stands in the app; nothing
// of a benchmark's haystacks enters the user's library.

import type {
  CommitInput,
  DocumentReader,
  DocumentWriter,
  Manifest,
  SealedSpans,
  SpanColumns,
  SpanVectors,
} from "../../engine/store/types.ts";

/** One sealed span; never changed once it is here. */
interface StoredSpan {
  readonly start: number; // token index
  readonly length: number;
  readonly score: number;
  readonly mStat: Uint8Array; // [K][D]
  readonly mDyn: Uint8Array; // [K][D]
  readonly kv: Uint8Array; // k° [length][K][D], then v
}

/** What a reading can be continued from. */
export interface ReadingState {
  readonly tokensCommitted: number;
  readonly complete: boolean;
  readonly checkpoint: Uint8Array;
  readonly layers: readonly (readonly StoredSpan[])[];
}

export class MemoryDocument implements DocumentReader, DocumentWriter {
  readonly manifest: Manifest;
  readonly #ids: Uint32Array;
  readonly #layers: StoredSpan[][];
  #state: ReadingState | undefined;

  constructor(manifest: Manifest, ids: Uint32Array, start: ReadingState | undefined) {
    this.manifest = manifest;
    this.#ids = ids;
    this.#state = start;
    this.#layers = Array.from({ length: manifest.geometry.layers }, (_, layer) => [
      ...(start?.layers[layer] ?? []),
    ]);
  }

  /** The last commit. */
  get state(): ReadingState {
    if (!this.#state) throw new Error("nothing was committed");
    return this.#state;
  }

  get tokensCommitted(): number {
    return this.#state?.tokensCommitted ?? 0;
  }

  get complete(): boolean {
    return this.#state?.complete ?? false;
  }

  get checkpoint(): Uint8Array | undefined {
    return this.#state?.checkpoint;
  }

  get reader(): DocumentReader {
    return this;
  }

  /** Bytes of spans that are held, without the checkpoints. */
  get bytes(): number {
    const spans = this.#layers.flat();
    return spans.reduce((sum, { kv, mStat }) => sum + kv.length + 2 * mStat.length, 0);
  }

  async append(layer: number, spans: SealedSpans): Promise<void> {
    const { vectorBytes } = this.manifest.geometry;
    const stored = this.#layer(layer);
    spans.kv.forEach((kv, i) => {
      const from = i * vectorBytes;
      stored.push({
        start: spans.start[i]!,
        length: spans.length[i]!,
        score: spans.score[i]!,
        mStat: spans.mStat.slice(from, from + vectorBytes),
        mDyn: spans.mDyn.slice(from, from + vectorBytes),
        kv,
      });
    });
  }

  async commit(input: CommitInput): Promise<void> {
    this.#keep(input, false);
  }

  async finish(input: CommitInput): Promise<void> {
    this.#keep(input, true);
  }

  spans(layer: number): SpanColumns {
    const spans = this.#layer(layer);
    return {
      count: spans.length,
      start: Uint32Array.from(spans, ({ start }) => start),
      length: Uint16Array.from(spans, ({ length }) => length),
      score: Float32Array.from(spans, ({ score }) => score),
    };
  }

  async vectors(layer: number, from = 0): Promise<SpanVectors> {
    const { vectorBytes } = this.manifest.geometry;
    const spans = this.#layer(layer).slice(from);
    const mStat = new Uint8Array(spans.length * vectorBytes);
    const mDyn = new Uint8Array(spans.length * vectorBytes);
    spans.forEach((span, i) => {
      mStat.set(span.mStat, i * vectorBytes);
      mDyn.set(span.mDyn, i * vectorBytes);
    });
    return { mStat, mDyn };
  }

  async readSpanKv(layer: number, ordinals: ArrayLike<number>): Promise<Uint8Array[]> {
    const spans = this.#layer(layer);
    return Array.from(ordinals, (ordinal) => {
      const span = spans[ordinal];
      if (!span) throw new Error(`layer ${layer} has no span ${ordinal}`);
      return span.kv;
    });
  }

  /** The text stays with the plan of the run. */
  async text(): Promise<string> {
    return "";
  }

  async tokenIds(): Promise<Uint32Array> {
    return this.#ids;
  }

  sections() {
    return Promise.resolve([]);
  }

  async tokenStarts(): Promise<Uint32Array> {
    return new Uint32Array(this.#ids.length);
  }

  async close(): Promise<void> {}

  #keep({ tokensCommitted, checkpoint }: CommitInput, complete: boolean): void {
    const layers = this.#layers.map((spans) => spans.slice());
    this.#state = { tokensCommitted, complete, checkpoint, layers };
  }

  #layer(layer: number): StoredSpan[] {
    const spans = this.#layers[layer];
    if (!spans) throw new Error(`layer ${layer}`);
    return spans;
  }
}
