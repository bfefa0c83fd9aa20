// The span index of one token stream on the GPU: per layer the span table and the persistent recall,
// and the recording of one retrieval (score, vote, select).
// Not here: index vectors (index-vectors.ts), which KV is resident (resident-spans.ts), how spans come about
// (span-builder.ts).
// Source: docs/ltri.md §7, §8.

import {
  type Backend,
  meanQuery,
  readSelection,
  type Recorder,
  ropeRows,
  selectionWords,
  spanSelect,
  spanVote,
  spanVoteScratchLength,
  type DeviceBuffer,
} from "../../../../kernels/index.ts";
import { EngineError } from "../../errors.ts";
import type { ModelConfig } from "../../model/config.ts";
import type { LtriParameters } from "../parameters.ts";
import { IndexVectors, MOST_ROWS } from "./index-vectors.ts";
import type { LoadVectors } from "./paged-vectors.ts";
import type { PagedKv } from "../../mixers/softmax/paged-kv.ts";
import { SpanTable } from "./span-table.ts";

interface LayerIndex {
  readonly table: SpanTable;
  capacity: number;
  spans: DeviceBuffer; // u32 [capacity][4] {start, length, 0, 0}
  recall: DeviceBuffer; // f32 [capacity], e of docs/ltri.md §8
}

export interface Retrieval {
  readonly budgetTokens: number;
  /** 0 while a document is read. */
  readonly persistFrac: number;
  /** Update the persistent recall. */
  readonly persist: boolean;
}

/** Room of the span table, per layer. */
const START_CAPACITY = MOST_ROWS;
/** Above every vote, also after it has faded over a hundred steps. */
const FORCED_RECALL = 1e30;

export class SpanIndex {
  readonly vectors: IndexVectors;
  readonly #backend: Backend;
  readonly #config: ModelConfig;
  readonly #parameters: LtriParameters;
  readonly #layers: LayerIndex[];
  readonly #meanQueries: DeviceBuffer; // f32 [L][#queryStride]
  readonly #queryStride: number; // bytes, a multiple of 256
  readonly #rotated: DeviceBuffer; // f32 [K, D]
  readonly #scratch: DeviceBuffer;
  /** f32 [L][#weightStride]: K weights each; undefined where the peakedness decides. */
  readonly #headWeights: DeviceBuffer | undefined;
  readonly #weightStride: number; // bytes, a multiple of 256
  readonly #selected: DeviceBuffer; // u32 [L][#selectionStride]
  readonly #selectionStride: number; // bytes, a multiple of 256
  #raw: DeviceBuffer; // f32 [K][capacity]
  #votes: DeviceBuffer; // f32 [capacity]
  #ties: DeviceBuffer; // f32 [capacity]
  #shared: number;
  readonly #maxBudget: number;

  constructor(
    backend: Backend,
    config: ModelConfig,
    parameters: LtriParameters,
    maxBudgetTokens: number,
    headWeights?: readonly (readonly number[])[],
    loadVectors: LoadVectors = noVectors,
  ) {
    if (parameters.voting === "calibrated" && !headWeights) {
      throw new EngineError(
        "invalid-argument",
        "Calibrated voting: the model has no head weights.",
      );
    }
    this.#backend = backend;
    this.#config = config;
    this.#parameters = parameters;
    this.#maxBudget = maxBudgetTokens;
    const { kvHeads, headDim, layers } = config;
    const make = (label: string, bytes: number) => backend.createBuffer(label, "index", bytes);
    // Where no span fits the budget nothing is ever scored.
    const isScored = maxBudgetTokens >= parameters.lMin;
    this.vectors = new IndexVectors(backend, config, parameters, isScored, loadVectors);
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
        backend.upload(this.#headWeights, at, Float32Array.from(weights));
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
      ...this.#layerBuffers(START_CAPACITY),
    }));
  }

  table(layer: number): SpanTable {
    return this.#layer(layer).table;
  }

  /** Some layer has vectors that are scored from RAM or from the store. */
  get isPaged(): boolean {
    return this.#layers.some(({ table }) => this.vectors.isPaged(table.count));
  }

  /** Room for `count` spans more in `layer`; call before recording. Buffers may be replaced. */
  reserve(layer: number, count: number): void {
    const index = this.#layer(layer);
    const wanted = index.table.count + count;
    if (wanted > index.capacity) this.#grow(index, Math.max(wanted, index.capacity * 2));
    if (index.capacity > this.#shared) this.#growShared(index.capacity);
  }

  /** Adds spans to the table; their vectors are the caller's (a kernel writes them, or `restore`). */
  append(layer: number, spans: readonly { readonly start: number; readonly length: number }[]) {
    this.reserve(layer, spans.length);
    const index = this.#layer(layer);
    const first = index.table.count;
    const words = new Uint32Array(spans.length * 4);
    spans.forEach(({ start, length }, i) => {
      index.table.push(start, length);
      words.set([start, length, 0, 0], i * 4);
    });
    if (spans.length > 0) this.#backend.upload(index.spans, first * 16, words);
  }

  /** Forgets the persistent recall: a new user turn. */
  resetRecall(): void {
    const recorder = this.#backend.record();
    for (const { recall } of this.#layers) recorder.clear(recall);
    recorder.submit();
  }

  /**
   * From here to the next `resetRecall` or `setRecall` the persistent recall holds the spans of these tokens before all
   * others, those of earlier tokens of the list first, as far as its share of the budget goes.
   */
  forceRecall(tokens: readonly number[]): void {
    for (const { table, recall } of this.#layers) {
      const forced = new Set<number>();
      for (const [place, token] of tokens.entries()) {
        const ordinal = table.holding(token);
        if (ordinal === undefined || forced.has(ordinal)) continue;
        forced.add(ordinal);
        const value = FORCED_RECALL * (1 - place / (2 * tokens.length));
        this.#backend.upload(recall, ordinal * 4, Float32Array.of(value));
      }
    }
  }

  /** f32 [spans of the layer] in place of the persistent recall. */
  setRecall(layer: number, recall: Float32Array): void {
    if (recall.length > 0) this.#backend.upload(this.#layer(layer).recall, 0, recall);
  }

  /** Keeps the mean of rows [rowBegin, rowEnd) of q (f32 [T, H*D], before RoPE) for `retrieve`. */
  keepMeanQuery(
    recorder: Recorder,
    layer: number,
    q: DeviceBuffer,
    rowBegin: number,
    rowEnd: number,
  ): void {
    const { heads, kvHeads, headDim } = this.#config;
    const shape = { heads, kvHeads, headDim, rowBegin, rowEnd };
    meanQuery(recorder, q, this.#meanQuery(layer), shape);
  }

  /**
   * Scores all spans of `layer` with the kept mean query and selects; see `readSelected`. Cuts the
   * recording when vectors must be paged in.
   */
  async retrieve(
    recorder: Recorder,
    kv: PagedKv,
    layer: number,
    retrieval: Retrieval,
  ): Promise<void> {
    const { kvHeads } = this.#config;
    const { z0, voting, neighbourBoost, gamma, queryRotation, nLocal } = this.#parameters;
    if (retrieval.budgetTokens > this.#maxBudget) throw new Error("retrieval beyond its budget");
    const index = this.#layer(layer);
    const spans = index.table.count;
    const rope = kv.rope(layer);
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
    await this.vectors.score(recorder, layer, query, this.#raw, shape);
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
    });
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
    this.vectors.destroy();
    for (const { spans, recall } of this.#layers) {
      for (const buffer of [spans, recall]) this.#backend.destroyBuffer(buffer);
    }
    const shared = [this.#meanQueries, this.#rotated, this.#scratch, this.#selected];
    if (this.#headWeights) shared.push(this.#headWeights);
    for (const buffer of [...shared, this.#raw, this.#votes, this.#ties]) {
      this.#backend.destroyBuffer(buffer);
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
      this.#backend.createBuffer(label, "index", bytes);
    return {
      spans: make("spans", capacity * 16),
      recall: make("recall", capacity * 4),
    };
  }

  #grow(index: LayerIndex, capacity: number): void {
    const grown = this.#layerBuffers(capacity);
    const recorder = this.#backend.record();
    for (const name of ["spans", "recall"] as const) {
      recorder.copy(index[name], 0, grown[name], 0, index[name].size);
    }
    recorder.submit();
    for (const name of ["spans", "recall"] as const) {
      this.#backend.destroyBuffer(index[name]);
    }
    Object.assign(index, grown, { capacity });
  }

  #growShared(capacity: number): void {
    for (const buffer of [this.#raw, this.#votes, this.#ties]) this.#backend.destroyBuffer(buffer);
    const make = (label: string, bytes: number) =>
      this.#backend.createBuffer(label, "index", bytes);
    this.#raw = make("raw scores", capacity * this.#config.kvHeads * 4);
    this.#votes = make("votes", capacity * 4);
    this.#ties = make("ties", capacity * 4);
    this.#shared = capacity;
  }
}

function noVectors(): Promise<never> {
  return Promise.reject(new Error("an index of nothing stored"));
}

function align(bytes: number): number {
  return Math.ceil(bytes / 256) * 256;
}
