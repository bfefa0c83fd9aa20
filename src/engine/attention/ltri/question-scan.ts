// Before the last token of a question is read: the queries of its tokens are compared with every key of
// the document in the heads that retrieve, tile by tile on the GPU, and what they find becomes the
// persistent recall of all layers. How matches become votes and layers agree: key-scan.ts. Source: docs/ltri.md §9.

import { keyMatch, type Backend, type DeviceBuffer } from "../../../../kernels/index.ts";
import type { PagedKv } from "../../mixers/softmax/paged-kv.ts";
import type { AttendedInterval } from "../../ask/token-heat.ts";
import type { SpanIndex } from "./span-index.ts";
import { questionVotes, type RetrievalHeads, sharedVotes } from "./key-scan.ts";
import { interleavedQueries, meanPerKvHead } from "./question-queries.ts";
import { type KeyTile, type RetrievalKeys, TILE_BYTES, TILE_SPANS } from "./retrieval-keys.ts";

/** Tiles whose matches are on their way back: more would only take memory. */
const IN_FLIGHT = 4;

interface ScanBuffers {
  readonly queries: DeviceBuffer; // f32 [D/4][rows][4]
  readonly starts: DeviceBuffer; // u32 [TILE_SPANS + 1]
  readonly raw: DeviceBuffer; // f32 [rows][TILE_SPANS]
  keys: DeviceBuffer;
}

export class QuestionScan {
  readonly #backend: Backend;
  readonly #kv: PagedKv;
  readonly #index: SpanIndex;
  readonly #keys: RetrievalKeys;
  readonly #z0: number;
  readonly #retrieving: readonly RetrievalHeads[];
  /** Question tokens that are kept at most. */
  readonly #mostTokens: number;
  #buffers: ScanBuffers | undefined;
  #isOn = false;
  /** Per layer, f32 [tokens][K][D] each. */
  #queries: Float32Array[][] = [];

  constructor(
    backend: Backend,
    kv: PagedKv,
    index: SpanIndex,
    keys: RetrievalKeys,
    z0: number,
    retrieving: readonly RetrievalHeads[],
    mostTokens: number,
  ) {
    this.#backend = backend;
    this.#kv = kv;
    this.#index = index;
    this.#keys = keys;
    this.#z0 = z0;
    this.#retrieving = retrieving;
    this.#mostTokens = mostTokens;
  }

  /** A question; off, nothing is kept and nothing is to be run. */
  begin(isOn: boolean): void {
    this.#isOn = isOn;
    this.#queries = this.#kv.config.layerConfigs.map(() => []);
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  /** The queries of this layer are to be kept. */
  compares(layer: number): boolean {
    return this.#isOn && this.#retrieving.some((one) => one.layer === layer);
  }

  /** q: f32 [tokens, H*D] of question tokens, before RoPE. */
  keep(layer: number, q: Float32Array): void {
    this.#queries[layer]!.push(meanPerKvHead(q, this.#kv.config));
  }

  /** Per layer: the spans with a vote. */
  async run(signal: AbortSignal | undefined): Promise<AttendedInterval[][]> {
    const voted = [];
    for (const [which, { layer, heads }] of this.#retrieving.entries()) {
      const table = this.#index.table(layer);
      const raw = await this.#matches(which, table.count, signal);
      voted.push({ table, votes: questionVotes(raw, heads.length, table.count, this.#z0) });
    }
    const divisions = this.#kv.config.layerConfigs.map((_, layer) => this.#index.table(layer));
    const votes = sharedVotes(voted, divisions);
    return votes.map((own, layer) => {
      this.#index.setRecall(layer, own);
      const table = divisions[layer]!;
      return Array.from(own.keys(), (ordinal) => ({
        start: table.start(ordinal),
        length: table.length(ordinal),
        mass: own[ordinal]!,
      })).filter(({ mass }) => mass > 0);
    });
  }

  destroy(): void {
    if (!this.#buffers) return;
    const { queries, starts, raw, keys } = this.#buffers;
    for (const buffer of [queries, starts, raw, keys]) this.#backend.destroyBuffer(buffer);
  }

  /** f32 [tokens][heads][spans] of the layer `retrieving[which]`. */
  async #matches(
    which: number,
    spans: number,
    signal: AbortSignal | undefined,
  ): Promise<Float32Array> {
    const { layer, heads } = this.#retrieving[which]!;
    const queries = interleavedQueries(this.#queries[layer]!, heads, this.#kv.config);
    const rows = queries.length / this.#kv.config.headDim;
    const matches = new Float32Array(rows * spans);
    const buffers = (this.#buffers ??= this.#makeBuffers());
    this.#backend.upload(buffers.queries, 0, queries);
    const pending: Promise<void>[] = [];
    try {
      for await (const tile of this.#keys.tiles(which, signal)) {
        const { first, starts } = tile;
        const count = starts.length - 1;
        const matched = this.#match(buffers, tile, rows, heads.length).then((raw) => {
          for (let row = 0; row < rows; row++) {
            matches.set(raw.subarray(row * count, (row + 1) * count), row * spans + first);
          }
        });
        pending.push(matched);
        if (pending.length === IN_FLIGHT) await pending.shift();
      }
      await Promise.all(pending);
    } finally {
      // After an error or a cancel nobody else waits for the others.
      await Promise.allSettled(pending);
    }
    return matches;
  }

  /** f32 [rows][spans of the tile]. */
  async #match(
    buffers: ScanBuffers,
    { starts, keys }: KeyTile,
    rows: number,
    heads: number,
  ): Promise<Float32Array> {
    const { headDim } = this.#kv.config;
    if (keys.length > buffers.keys.size) {
      this.#backend.destroyBuffer(buffers.keys);
      buffers.keys = this.#backend.createBuffer("compared keys", "index", keys.length);
    }
    this.#backend.upload(buffers.keys, 0, keys);
    this.#backend.upload(buffers.starts, 0, starts);
    const spans = starts.length - 1;
    const recorder = this.#backend.record();
    keyMatch(recorder, buffers.queries, buffers.keys, buffers.starts, buffers.raw, {
      spans,
      rows,
      heads,
      headDim,
      dtype: this.#kv.shape.kvDtype,
    });
    const raw = recorder.readback(buffers.raw, 0, rows * spans * 4);
    recorder.submit();
    return new Float32Array(await raw);
  }

  #makeBuffers(): ScanBuffers {
    const { headDim } = this.#kv.config;
    const rows = this.#mostTokens * Math.max(...this.#retrieving.map(({ heads }) => heads.length));
    const make = (label: string, bytes: number) =>
      this.#backend.createBuffer(label, "index", bytes);
    return {
      queries: make("compared queries", rows * headDim * 4),
      keys: make("compared keys", TILE_BYTES),
      starts: make("compared spans", (TILE_SPANS + 1) * 4),
      raw: make("matches", rows * TILE_SPANS * 4),
    };
  }
}
