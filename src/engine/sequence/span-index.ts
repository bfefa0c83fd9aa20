// The span index of one token stream on the GPU: per layer the index vectors, the span table and the
// persistent recall, and the recording of one retrieval (score, vote, select).
// Not here: which bytes are resident (recall.ts), how spans come about (ingest/).
// Source: specification §6, §7.

import {
  type KernelRuntime,
  kvRowBytes,
  meanQuery,
  readSelection,
  type Recorder,
  ropeRows,
  selectionWords,
  spanScore,
  spanSelect,
  spanVote,
  spanVoteScratchLength,
} from "../../../kernels/index.ts";
import { EngineError } from "../errors.ts";
import type { ModelConfig } from "../model/config.ts";
import type { LtriParameters } from "../spans/parameters.ts";
import { type LoadVectors, PagedVectors } from "./paged-vectors.ts";
import type { Sequence } from "./sequence.ts";
import { SpanTable } from "./span-table.ts";

interface LayerIndex {
  readonly table: SpanTable;
  capacity: number;
  /** dtype [#window + #pageSpans][2][K][row], static then dynamic. Ordinals below #window have the row
   * of their number; the rows behind are for spans just sealed and for pages being scored. */
  readonly vectors: GPUBuffer;
  spans: GPUBuffer; // u32 [capacity][4] {start, length, 0, 0}
  recall: GPUBuffer; // f32 [capacity], e of §7
}

export interface Retrieval {
  readonly budgetTokens: number;
  /** 0 while a document is read. */
  readonly persistFrac: number;
  /** Update the persistent recall. */
  readonly persist: boolean;
}

/** Spans per layer: the most that keep a row of vectors on the GPU, and room of the span table. */
const MOST_ROWS = 4096;
const START_CAPACITY = MOST_ROWS;
const LEAST_ROWS = 16;
/** Vectors of all layers in RAM that have no row on the GPU. */
const RAM_BYTES = 128 * 1024 * 1024;

export class SpanIndex {
  readonly #runtime: KernelRuntime;
  readonly #config: ModelConfig;
  readonly #parameters: LtriParameters;
  readonly #layers: LayerIndex[];
  readonly #meanQueries: GPUBuffer; // f32 [L][#queryStride]
  readonly #queryStride: number; // bytes, a multiple of 256
  readonly #rotated: GPUBuffer; // f32 [K, D]
  readonly #scratch: GPUBuffer;
  /** f32 [L][#weightStride]: K weights each; undefined where the peakedness decides. */
  readonly #headWeights: GPUBuffer | undefined;
  readonly #weightStride: number; // bytes, a multiple of 256
  readonly #selected: GPUBuffer; // u32 [L][#selectionStride]
  readonly #selectionStride: number; // bytes, a multiple of 256
  #raw: GPUBuffer; // f32 [K][capacity]
  #votes: GPUBuffer; // f32 [capacity]
  #ties: GPUBuffer; // f32 [capacity]
  #shared: number;
  readonly #maxBudget: number;
  /** Spans per layer that keep a row of vectors on the GPU. */
  readonly #window: number;
  readonly #pageSpans: number;
  readonly #paged: PagedVectors;

  constructor(
    runtime: KernelRuntime,
    config: ModelConfig,
    parameters: LtriParameters,
    maxBudgetTokens: number,
    headWeights?: readonly (readonly number[])[],
    loadVectors?: LoadVectors,
  ) {
    if (parameters.voting === "calibrated" && !headWeights) {
      throw new EngineError("not-found", "Calibrated voting: the model has no head weights.");
    }
    this.#runtime = runtime;
    this.#config = config;
    this.#parameters = parameters;
    this.#maxBudget = maxBudgetTokens;
    const { kvHeads, headDim, layers } = config;
    const make = (label: string, bytes: number) => runtime.createBuffer(label, "index", bytes);
    const rows = Math.floor(parameters.indexBytes / (layers * this.vectorPairBytes));
    // Where no span fits the budget nothing is ever scored.
    const most = maxBudgetTokens < parameters.lMin ? LEAST_ROWS : MOST_ROWS;
    this.#window = Math.max(LEAST_ROWS, Math.min(most, rows));
    // One round of sealing must fit, and its spans are at least one token long.
    this.#pageSpans = Math.max(parameters.chunk + 2 * parameters.lMax, this.#window >> 3);
    this.#paged = new PagedVectors(
      this.#window,
      this.#pageSpans,
      this.vectorPairBytes,
      RAM_BYTES,
      loadVectors,
    );
    this.#queryStride = align(kvHeads * headDim * 4);
    this.#meanQueries = make("mean queries", layers * this.#queryStride);
    this.#rotated = make("rotated query", kvHeads * headDim * 4);
    this.#scratch = make("vote scratch", spanVoteScratchLength(kvHeads) * 4);
    this.#weightStride = align(kvHeads * 4);
    if (parameters.voting !== "peaked") {
      this.#headWeights = make("head weights", layers * this.#weightStride);
      for (let layer = 0; layer < layers; layer++) {
        const row = parameters.voting === "calibrated" ? headWeights?.[layer] : undefined;
        const weights = row ?? new Array<number>(kvHeads).fill(1);
        const at = layer * this.#weightStride;
        runtime.upload(this.#headWeights, at, Float32Array.from(weights));
      }
    }
    const words = selectionWords({ spans: maxBudgetTokens, budgetTokens: maxBudgetTokens });
    this.#selectionStride = align(words * 4);
    this.#selected = make("selected", layers * this.#selectionStride);
    this.#shared = START_CAPACITY;
    this.#raw = make("raw scores", START_CAPACITY * kvHeads * 4);
    this.#votes = make("votes", START_CAPACITY * 4);
    this.#ties = make("ties", START_CAPACITY * 4);
    this.#layers = Array.from({ length: layers }, () => ({
      table: new SpanTable(),
      capacity: START_CAPACITY,
      vectors: make("span vectors", (this.#window + this.#pageSpans) * this.vectorPairBytes),
      ...this.#layerBuffers(START_CAPACITY),
    }));
  }

  table(layer: number): SpanTable {
    return this.#layer(layer).table;
  }

  vectors(layer: number): GPUBuffer {
    return this.#layer(layer).vectors;
  }

  /** The row of `vectors` where those of spans just appended from `first` on are to be written. */
  rowOf(first: number): number {
    return Math.min(first, this.#window);
  }

  /** Some layer has vectors that are scored from RAM. */
  get isPaged(): boolean {
    return this.#layers.some(({ table }) => table.count > this.#window);
  }

  /** Bytes of vectors in RAM. */
  get pagedBytes(): number {
    return this.#paged.bytes;
  }

  /** Bytes of one span's two vectors. */
  get vectorPairBytes(): number {
    const { kvHeads, headDim } = this.#config;
    return 2 * kvHeads * kvRowBytes(this.#parameters.kvDtype, headDim);
  }

  /** Room for `count` spans more in `layer`; call before recording. Buffers may be replaced. */
  reserve(layer: number, count: number): void {
    const index = this.#layer(layer);
    const wanted = index.table.count + count;
    if (wanted > index.capacity) this.#grow(index, Math.max(wanted, index.capacity * 2));
    if (index.capacity > this.#shared) this.#growShared(index.capacity);
  }

  /** Adds spans to the table; their vectors are written by the caller (kernel or `uploadVectors`). */
  append(layer: number, spans: readonly { readonly start: number; readonly length: number }[]) {
    this.reserve(layer, spans.length);
    const index = this.#layer(layer);
    const first = index.table.count;
    const words = new Uint32Array(spans.length * 4);
    spans.forEach(({ start, length }, i) => {
      index.table.push(start, length);
      words.set([start, length, 0, 0], i * 4);
    });
    if (spans.length > 0) this.#runtime.upload(index.spans, first * 16, words);
  }

  /** mStat, mDyn: [count][K][row] bytes of spans `first`…, as stored, on the GPU or in RAM. */
  uploadVectors(layer: number, first: number, mStat: Uint8Array, mDyn: Uint8Array): void {
    const pairs = interleaveVectors(mStat, mDyn, this.vectorPairBytes / 2);
    const onGpu = Math.max(0, this.#window - first) * this.vectorPairBytes;
    if (onGpu > 0) {
      const offset = first * this.vectorPairBytes;
      this.#runtime.upload(this.#layer(layer).vectors, offset, pairs.subarray(0, onGpu));
    }
    this.#keep(layer, first, pairs);
  }

  /** The same for vectors that a kernel wrote to `rowOf(first)`…: those without a row of their own. */
  keepVectors(layer: number, first: number, mStat: Uint8Array, mDyn: Uint8Array): void {
    this.#keep(layer, first, interleaveVectors(mStat, mDyn, this.vectorPairBytes / 2));
  }

  #keep(layer: number, first: number, pairs: Uint8Array): void {
    const onGpu = Math.max(0, this.#window - first);
    const rest = pairs.subarray(onGpu * this.vectorPairBytes);
    if (rest.length > 0) this.#paged.put(layer, first + onGpu, rest);
  }

  /** Forgets the persistent recall: a new user turn. */
  resetRecall(): void {
    const recorder = this.#runtime.record();
    for (const { recall } of this.#layers) recorder.clear(recall);
    recorder.submit();
  }

  /** Keeps the mean of rows [rowBegin, rowEnd) of q (f32 [T, H*D], before RoPE) for `retrieve`. */
  keepMeanQuery(
    recorder: Recorder,
    layer: number,
    q: GPUBuffer,
    rowBegin: number,
    rowEnd: number,
  ): void {
    const { heads, kvHeads, headDim } = this.#config;
    const shape = { heads, kvHeads, headDim, rowBegin, rowEnd };
    meanQuery(recorder, q, this.#meanQuery(layer), shape);
  }

  /**
   * Scores all spans of `layer` with the kept mean query and selects; see `readSelected`. Returns the
   * recorder to go on with: `recorder` is submitted when vectors must be paged in.
   */
  async retrieve(
    recorder: Recorder,
    sequence: Sequence,
    layer: number,
    retrieval: Retrieval,
  ): Promise<Recorder> {
    const { kvHeads, headDim } = this.#config;
    const { kvDtype, z0, voting, neighbourBoost, gamma, queryRotation, nLocal } = this.#parameters;
    if (retrieval.budgetTokens > this.#maxBudget) throw new Error("retrieval beyond its budget");
    const index = this.#layer(layer);
    const spans = index.table.count;
    const rope = sequence.rope(layer);
    let query = this.#meanQuery(layer);
    if (queryRotation === "clamped") {
      ropeRows(recorder, query, rope.table, this.#rotated, {
        rope: rope.spec,
        tokens: 1,
        heads: kvHeads,
        positionBase: nLocal - 1,
        positionStep: 0,
      });
      query = { buffer: this.#rotated, offsetBytes: 0, sizeBytes: this.#rotated.size };
    }
    const shape = { spans, spanCapacity: this.#shared, kvHeads };
    const score = { spanCapacity: this.#shared, kvHeads, headDim, dtype: kvDtype };
    const onGpu = Math.min(spans, this.#window);
    const ofWindow = { ...score, spans: onGpu, firstSpan: 0, firstRow: 0 };
    spanScore(recorder, query, index.vectors, this.#raw, ofWindow);
    for (let first = onGpu; first < spans; first += this.#pageSpans) {
      const count = Math.min(this.#pageSpans, spans - first);
      const page = await this.#paged.read(layer, first, count);
      // Queue order keeps the page apart from the one before: it is written between two submissions.
      recorder.submit();
      recorder = this.#runtime.record();
      this.#runtime.upload(index.vectors, this.#window * this.vectorPairBytes, page);
      const ofPage = { ...score, spans: count, firstSpan: first, firstRow: this.#window };
      spanScore(recorder, query, index.vectors, this.#raw, ofPage);
    }
    const { recall } = index;
    const buffers = {
      raw: this.#raw,
      scratch: this.#scratch,
      votes: this.#votes,
      ties: this.#ties,
    };
    const headWeights = this.#headWeights && {
      buffer: this.#headWeights,
      offsetBytes: layer * this.#weightStride,
      sizeBytes: kvHeads * 4,
    };
    spanVote(
      recorder,
      { ...buffers, recall, ...(headWeights ? { headWeights } : {}) },
      {
        ...shape,
        // Without voting a span counts by the sum of its scores that are above the mean.
        z0: voting === "equal" ? 0 : z0,
        boost: neighbourBoost,
        gamma,
        persist: retrieval.persist,
      },
    );
    const selected = {
      buffer: this.#selected,
      offsetBytes: layer * this.#selectionStride,
      sizeBytes: this.#selectionStride,
    };
    spanSelect(recorder, index.spans, recall, this.#votes, this.#ties, selected, {
      spans,
      budgetTokens: retrieval.budgetTokens,
      persistFrac: retrieval.persistFrac,
      residentOnly: false,
    });
    return recorder;
  }

  /** Ordinals selected in `layer` as of this point of the recording, in document order. */
  async readSelected(recorder: Recorder, layer: number): Promise<number[]> {
    const at = layer * this.#selectionStride;
    return this.#decode(await recorder.readback(this.#selected, at, this.#selectionStride), layer);
  }

  /** The same for all layers in one read. */
  async readAllSelected(recorder: Recorder): Promise<number[][]> {
    const bytes = await recorder.readback(this.#selected, 0, this.#selected.size);
    return this.#layers.map((_, layer) => {
      const at = layer * this.#selectionStride;
      return this.#decode(bytes.slice(at, at + this.#selectionStride), layer);
    });
  }

  destroy(): void {
    for (const { vectors, spans, recall } of this.#layers) {
      for (const buffer of [vectors, spans, recall]) this.#runtime.destroyBuffer(buffer);
    }
    const shared = [this.#meanQueries, this.#rotated, this.#scratch, this.#selected];
    if (this.#headWeights) shared.push(this.#headWeights);
    for (const buffer of [...shared, this.#raw, this.#votes, this.#ties]) {
      this.#runtime.destroyBuffer(buffer);
    }
  }

  /** Ids from the GPU index RAM and disk: they are checked like any input. */
  #decode(bytes: ArrayBuffer, layer: number): number[] {
    const ids = [...readSelection(new Uint32Array(bytes)).ids];
    const { count } = this.table(layer);
    ids.forEach((id, i) => {
      if (id >= count || (i > 0 && id <= ids[i - 1]!))
        throw new Error(`selected span ${id} of ${count}`);
    });
    return ids;
  }

  #layer(layer: number): LayerIndex {
    const index = this.#layers[layer];
    if (!index) throw new Error(`layer ${layer}`);
    return index;
  }

  #meanQuery(layer: number) {
    const { kvHeads, headDim } = this.#config;
    const offsetBytes = layer * this.#queryStride;
    return { buffer: this.#meanQueries, offsetBytes, sizeBytes: kvHeads * headDim * 4 };
  }

  #layerBuffers(capacity: number) {
    const make = (label: string, bytes: number) =>
      this.#runtime.createBuffer(label, "index", bytes);
    return {
      spans: make("spans", capacity * 16),
      recall: make("recall", capacity * 4),
    };
  }

  #grow(index: LayerIndex, capacity: number): void {
    const grown = this.#layerBuffers(capacity);
    const recorder = this.#runtime.record();
    for (const name of ["spans", "recall"] as const) {
      recorder.copy(index[name], 0, grown[name], 0, index[name].size);
    }
    recorder.submit();
    for (const name of ["spans", "recall"] as const) {
      this.#runtime.destroyBuffer(index[name]);
    }
    Object.assign(index, grown, { capacity });
  }

  #growShared(capacity: number): void {
    for (const buffer of [this.#raw, this.#votes, this.#ties]) this.#runtime.destroyBuffer(buffer);
    const make = (label: string, bytes: number) =>
      this.#runtime.createBuffer(label, "index", bytes);
    this.#raw = make("raw scores", capacity * this.#config.kvHeads * 4);
    this.#votes = make("votes", capacity * 4);
    this.#ties = make("ties", capacity * 4);
    this.#shared = capacity;
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

function align(bytes: number): number {
  return Math.ceil(bytes / 256) * 256;
}
