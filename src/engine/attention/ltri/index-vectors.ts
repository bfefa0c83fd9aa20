// The index vectors of one token stream and their scoring: the first spans of a layer have rows on the
// GPU, the vectors of the others are brought there page by page while they are scored.
// Not here: which spans there are and which are chosen (span-index.ts), pages in RAM (paged-vectors.ts).

import {
  type BindingSlice,
  type Backend,
  kvRowBytes,
  type Recorder,
  spanScore,
  type DeviceBuffer,
} from "../../../../kernels/index.ts";
import type { ModelConfig } from "../../model/config.ts";
import type { LtriParameters } from "../parameters.ts";
import { type LoadVectors, PagedVectors } from "./paged-vectors.ts";

/** Spans per layer that keep a row of vectors on the GPU: at most, and at least. */
export const MOST_ROWS = 4096;
const LEAST_ROWS = 16;

export class IndexVectors {
  readonly #backend: Backend;
  readonly #config: ModelConfig;
  readonly #parameters: LtriParameters;
  /**
   * dtype [#window + #pageSpans][2][K][row] per layer, static then dynamic. Ordinals below #window have
   * the row of their number; the rows behind are for spans just sealed and for pages being scored.
   */
  readonly #rows: readonly DeviceBuffer[];
  readonly #window: number;
  readonly #pageSpans: number;
  readonly #load: LoadVectors;
  readonly #paged: PagedVectors;

  constructor(
    backend: Backend,
    config: ModelConfig,
    parameters: LtriParameters,
    isScored: boolean,
    load: LoadVectors,
  ) {
    this.#backend = backend;
    this.#config = config;
    this.#parameters = parameters;
    const { layers } = config;
    const rows = Math.floor(parameters.indexBytes / (layers * this.pairBytes));
    this.#window = Math.max(LEAST_ROWS, Math.min(isScored ? MOST_ROWS : LEAST_ROWS, rows));
    // One round of sealing must fit, and its spans are at least one token long.
    this.#pageSpans = Math.max(parameters.chunk + 2 * parameters.lMax, this.#window >> 3);
    this.#load = load;
    this.#paged = new PagedVectors(
      this.#window,
      this.#pageSpans,
      this.pairBytes,
      parameters.indexRamBytes,
      load,
    );
    const bytes = (this.#window + this.#pageSpans) * this.pairBytes;
    this.#rows = config.layerConfigs.map(() =>
      backend.createBuffer("span vectors", "index", bytes),
    );
  }

  /** Bytes of one span's two vectors. */
  get pairBytes(): number {
    const { kvHeads, headDim } = this.#config;
    return 2 * kvHeads * kvRowBytes(this.#parameters.kvDtype, headDim);
  }

  /** Bytes of vectors in RAM. */
  get pagedBytes(): number {
    return this.#paged.bytes;
  }

  /** A layer of `spans` spans has vectors that are scored from RAM or from the store. */
  isPaged(spans: number): boolean {
    return spans > this.#window;
  }

  buffer(layer: number): DeviceBuffer {
    const rows = this.#rows[layer];
    if (!rows) throw new Error(`layer ${layer}`);
    return rows;
  }

  /** The row of `buffer` where the vectors of spans just sealed from `first` on are to be written. */
  rowOf(first: number): number {
    return Math.min(first, this.#window);
  }

  /** Vectors that a kernel wrote to `rowOf(first)`…: [count][2][K][row]. */
  keep(layer: number, first: number, pairs: Uint8Array): void {
    const onGpu = Math.max(0, this.#window - first);
    const rest = pairs.subarray(onGpu * this.pairBytes);
    if (rest.length > 0) this.#paged.put(layer, first + onGpu, rest);
  }

  /** Brings what has a row on the GPU there; the rest of `spans` is read when it is scored. */
  async restore(layer: number, spans: number): Promise<void> {
    const end = Math.min(spans, this.#window);
    for (let first = 0; first < end; first += this.#pageSpans) {
      const pairs = await this.#load(layer, first, Math.min(this.#pageSpans, end - first));
      this.#backend.upload(this.buffer(layer), first * this.pairBytes, pairs);
    }
  }

  /**
   * raw[a][span] = score of every span for `query` (f32 [K, D]). Cuts the recording when vectors must be
   * paged in.
   */
  async score(
    recorder: Recorder,
    layer: number,
    query: BindingSlice,
    raw: DeviceBuffer, // f32 [K][spanCapacity]
    { spans, spanCapacity }: { readonly spans: number; readonly spanCapacity: number },
  ): Promise<void> {
    const { kvHeads, headDim } = this.#config;
    const shape = { spanCapacity, kvHeads, headDim, dtype: this.#parameters.kvDtype };
    const rows = this.buffer(layer);
    const onGpu = Math.min(spans, this.#window);
    spanScore(recorder, query, rows, raw, { ...shape, spans: onGpu, firstSpan: 0, firstRow: 0 });
    for (let first = onGpu; first < spans; first += this.#pageSpans) {
      const count = Math.min(this.#pageSpans, spans - first);
      const page = await this.#paged.read(layer, first, count);
      // Queue order keeps the page apart from the one before: it is written between two submissions.
      recorder.cut();
      this.#backend.upload(rows, this.#window * this.pairBytes, page);
      const ofPage = { spans: count, firstSpan: first, firstRow: this.#window };
      spanScore(recorder, query, rows, raw, { ...shape, ...ofPage });
    }
  }

  destroy(): void {
    for (const rows of this.#rows) this.#backend.destroyBuffer(rows);
  }
}

/** Columns of vectors as stored, [count][K][row] each → [count][2][K][row]. */
export function interleaveVectors(
  mStat: Uint8Array,
  mDyn: Uint8Array,
  vectorBytes: number,
): Uint8Array {
  const count = mStat.length / vectorBytes;
  const pairs = new Uint8Array(count * vectorBytes * 2);
  for (let i = 0; i < count; i++) {
    const range = [i * vectorBytes, (i + 1) * vectorBytes] as const;
    pairs.set(mStat.subarray(...range), 2 * i * vectorBytes);
    pairs.set(mDyn.subarray(...range), (2 * i + 1) * vectorBytes);
  }
  return pairs;
}
