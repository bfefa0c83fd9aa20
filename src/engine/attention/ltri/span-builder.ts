// Turns the attention of each chunk into sealed spans, layer by layer: banded statistics while the
// chunk runs, discovery on the CPU after it, sealing once spans have left every later window.
// Source: docs/ltri.md §2 (early discovery, late sealing), §3 to §6. Not here: retrieval, storage.

import {
  band,
  bandRows,
  bandVotes,
  kvQuadBytes,
  kvRowBytes,
  kvRowQuads,
  type Backend,
  ownMass,
  packExtentRuns,
  packPageRuns,
  type Recorder,
  spanPageRuns,
  type ExtentRun,
  type PageRun,
  type DeviceBuffer,
} from "../../../../kernels/index.ts";
import type { PagedKv } from "../../mixers/softmax/paged-kv.ts";
import type { SpanIndex } from "./span-index.ts";
import { type DiscoveredSpan, openSpanStream, type SpanStream } from "./discovery.ts";
import { bandWidth, type LtriParameters } from "../parameters.ts";
import type { SealedSpans } from "../../store/types.ts";

export interface BuilderLayer {
  readonly votes: DeviceBuffer; // f32 [K][ringCapacity]
  readonly own: DeviceBuffer; // f32 [K][ringCapacity]
  readonly bandRing: DeviceBuffer; // f32 [rowCapacity][lMax][K]
  readonly stream: SpanStream;
  /** Discovered and still in the ring, in document order. */
  pending: DiscoveredSpan[];
}

/** One round of sealing in one layer, recorded; the bytes come with the submission. */
interface SealedLayer {
  readonly layer: number;
  readonly spans: readonly DiscoveredSpan[];
  readonly first: number; // ordinal
  readonly vectors: Promise<ArrayBuffer>;
  readonly extentBegin: number; // bytes
}

const LIST_BYTES = 16;

export class SpanBuilder {
  readonly layers: readonly BuilderLayer[];
  readonly #backend: Backend;
  readonly #kv: PagedKv;
  readonly #index: SpanIndex;
  readonly #p: LtriParameters;
  readonly #band: DeviceBuffer; // f32 [chunk][bandWidth][K], of the layer at work
  readonly #rows: DeviceBuffer; // f32 [L][#rowStride]: [chunk][lMax], padded
  readonly #rowStride: number; // bytes, a multiple of 256
  readonly #extents: DeviceBuffer; // dtype, one round of sealed tokens of all layers
  readonly #lists: DeviceBuffer; // u32 [entries][4]
  readonly #rowCapacity: number;
  readonly #listCapacity: number;
  readonly #roundTokens: number;
  readonly #keepFrom: number;
  #listUsed = 0;

  /** Spans that begin before token `keepFrom` are forgotten when they leave the window. */
  constructor(
    backend: Backend,
    kv: PagedKv,
    index: SpanIndex,
    p: LtriParameters,
    keepFrom: number,
  ) {
    this.#keepFrom = keepFrom;
    this.#backend = backend;
    this.#kv = kv;
    this.#index = index;
    this.#p = p;
    const { kvHeads, layers } = kv.config;
    const { ringCapacity } = kv.shape.layout;
    // Rows of a span are read when its window is complete: segLen + lMax rows, plus the chunk at work.
    this.#rowCapacity = p.segLen + 2 * p.lMax + p.chunk;
    this.#roundTokens = p.chunk + 2 * p.lMax;
    const spansPerRound = this.#roundTokens + ringCapacity / Math.max(1, p.lMin);
    const runsPerRound = 2 * spansPerRound + this.#roundTokens / 16;
    this.#listCapacity = Math.ceil(layers * (2 * spansPerRound + runsPerRound));
    const floats = (label: string, count: number) =>
      backend.createBuffer(label, "activations", count * 4);
    this.#band = floats("band", p.chunk * bandWidth(p) * kvHeads);
    this.#rowStride = Math.ceil((p.chunk * p.lMax * 4) / 256) * 256;
    this.#rows = floats("band rows", (layers * this.#rowStride) / 4);
    this.#lists = backend.createBuffer("span lists", "staging", this.#listCapacity * LIST_BYTES);
    const extentBytes = layers * this.#roundTokens * this.#tokenBytes;
    this.#extents = backend.createBuffer("extents", "staging", extentBytes);
    this.layers = Array.from({ length: layers }, () => ({
      votes: floats("votes", kvHeads * ringCapacity),
      own: floats("own mass", kvHeads * ringCapacity),
      bandRing: floats("band ring", this.#rowCapacity * p.lMax * kvHeads),
      stream: openSpanStream(p),
      pending: [],
    }));
  }

  /** Bytes of k and v of one token in one layer. */
  get #tokenBytes(): number {
    const { kvHeads, headDim } = this.#kv.config;
    return 2 * kvHeads * kvRowBytes(this.#p.kvDtype, headDim);
  }

  /** Call right after `kv.attend` of the layer: the working set still holds its keys. */
  recordBand(recorder: Recorder, layer: number, tokens: number): void {
    const kv = this.#kv;
    const { heads, kvHeads, headDim, attentionScale, attentionSoftCap } = kv.config;
    const plan = kv.planned(layer);
    const width = bandWidth(this.#p);
    const { votes, bandRing } = this.#layer(layer);
    // Tokens of the chunk that are sinks have no ring row: they are left out on both sides.
    const firstRingToken = Math.min(plan.firstRingToken, kv.now);
    const rowOfFirstRing = plan.ringBegin - (plan.firstRingToken - firstRingToken);
    band(recorder, kv.qRot, kv.kRot, kv.lse, this.#band, {
      tokens,
      heads,
      kvHeads,
      headDim,
      setCapacity: kv.shape.setCapacity,
      bandWidth: width,
      firstToken: kv.now,
      firstRingToken,
      rowOfFirstRing,
      window: kv.window(layer),
      scale: attentionScale,
      softCap: attentionSoftCap ?? 0,
    });
    bandVotes(recorder, this.#band, votes, {
      tokens,
      kvHeads,
      bandWidth: width,
      voteWidth: this.#p.nVote,
      firstToken: kv.now,
      firstRingToken,
      ringCapacity: kv.shape.layout.ringCapacity,
    });
    const sizeBytes = this.#rowStride;
    const rows = { buffer: this.#rows, offsetBytes: layer * sizeBytes, sizeBytes };
    bandRows(recorder, this.#band, rows, bandRing, {
      tokens,
      kvHeads,
      bandWidth: width,
      lMax: this.#p.lMax,
      firstToken: kv.now,
      rowCapacity: this.#rowCapacity,
    });
  }

  /** The rows of `recordBand` of all layers. */
  async readRows(recorder: Recorder): Promise<Float32Array> {
    return new Float32Array(await recorder.readback(this.#rows, 0, this.#rows.size));
  }

  /**
   * Feeds the rows of a chunk that began at `firstToken` to discovery and records the own mass of the
   * spans found. `rows` undefined: the end of the document, everything is committed.
   */
  discover(recorder: Recorder, rows: Float32Array | undefined, firstToken: number, tokens: number) {
    this.#listUsed = 0;
    const { kvHeads } = this.#kv.config;
    const { lMax } = this.#p;
    let found: DiscoveredSpan[] = [];
    this.layers.forEach((state, layer) => {
      // The first layer of a group divides for all of them; its stream is the only one in use.
      if (layer % this.#p.divisionLayers === 0) {
        found = rows
          ? state.stream.push(this.#groupRows(rows, layer, tokens), firstToken)
          : state.stream.flush();
      }
      if (found.length === 0) return;
      state.pending.push(...found);
      const firstSpan = this.#list(found.flatMap(({ start, length }) => [start, length, 0, 0]));
      ownMass(recorder, state.bandRing, this.#lists, state.own, {
        kvHeads,
        lMax,
        rowCapacity: this.#rowCapacity,
        ringCapacity: this.#kv.shape.layout.ringCapacity,
        firstSpan,
        spanCount: found.length,
      });
    });
  }

  /**
   * Records one round of sealing of spans that end before token `end` and returns what was sealed, or
   * undefined when nothing was. `take` awaits the bytes after the submission. Call again until
   * undefined.
   */
  seal(recorder: Recorder, end: number): (() => Promise<Map<number, SealedSpans>>) | undefined {
    const sealed: SealedLayer[] = [];
    let extentBytes = 0;
    this.layers.forEach((state, layer) => {
      this.#forget(layer, state, end);
      const spans = this.#ready(state, end);
      if (spans.length === 0) return;
      const bytes = spans.reduce((sum, { length }) => sum + length, 0) * this.#tokenBytes;
      const vectors = this.#sealLayer(recorder, layer, spans, extentBytes);
      const first = this.#index.table(layer).count - spans.length;
      sealed.push({ layer, spans, first, vectors, extentBegin: extentBytes });
      extentBytes += bytes;
    });
    if (sealed.length === 0) return undefined;
    const extents = recorder.readback(this.#extents, 0, extentBytes);
    return async () => {
      const bytes = new Uint8Array(await extents);
      const result = new Map<number, SealedSpans>();
      for (const layer of sealed) result.set(layer.layer, await this.#collect(layer, bytes));
      return result;
    };
  }

  /** Forgets the lists of the last submission. */
  resetLists(): void {
    this.#listUsed = 0;
  }

  destroy(): void {
    for (const { votes, own, bandRing } of this.layers) {
      for (const buffer of [votes, own, bandRing]) this.#backend.destroyBuffer(buffer);
    }
    for (const buffer of [this.#band, this.#rows, this.#extents, this.#lists]) {
      this.#backend.destroyBuffer(buffer);
    }
  }

  /** Rows [tokens][lMax] of the layers that share the division of `first`, summed. */
  #groupRows(rows: Float32Array, first: number, tokens: number): Float32Array {
    const { lMax, divisionLayers } = this.#p;
    const of = (layer: number) => {
      const begin = (layer * this.#rowStride) / 4;
      return rows.subarray(begin, begin + tokens * lMax);
    };
    const end = Math.min(first + divisionLayers, this.layers.length);
    if (end === first + 1) return of(first);
    const sum = of(first).slice();
    for (let layer = first + 1; layer < end; layer++) {
      of(layer).forEach((value, i) => (sum[i]! += value));
    }
    return sum;
  }

  /** Something that ends before token `end` waits to be sealed. */
  hasReady(end: number): boolean {
    return this.layers.some(({ pending: [next] }) => next && next.start + next.length <= end);
  }

  #forget(layer: number, state: BuilderLayer, end: number): void {
    const isForgotten = ({ start, length }: DiscoveredSpan) =>
      start < this.#keepFrom && start + length <= end;
    const kept = state.pending.findIndex((span) => !isForgotten(span));
    const last = state.pending.splice(0, kept < 0 ? state.pending.length : kept).at(-1);
    if (last) this.#kv.leaveRing(layer, last.start + last.length);
  }

  #ready(state: BuilderLayer, end: number): DiscoveredSpan[] {
    let tokens = 0;
    let count = 0;
    for (const { start, length } of state.pending) {
      if (start + length > end || tokens + length > this.#roundTokens) break;
      tokens += length;
      count++;
    }
    return state.pending.splice(0, count);
  }

  #sealLayer(
    recorder: Recorder,
    layer: number,
    spans: readonly DiscoveredSpan[],
    extentBegin: number,
  ): Promise<ArrayBuffer> {
    const { kvHeads, headDim } = this.#kv.config;
    const { kvDtype: dtype, representatives, vectors } = this.#p;
    const pages = this.#kv.pages(layer);
    const { votes, own } = this.#layer(layer);
    const first = this.#index.table(layer).count;
    this.#index.append(layer, spans);
    const target = this.#index.vectors.buffer(layer);
    const row = this.#index.vectors.rowOf(first);

    const list = spans.flatMap(({ start, length }, i) => [start, length, row + i, 0]);
    this.#kv.sealVectors(recorder, layer, [this.#lists, votes, own, target], {
      firstSpan: this.#list(list),
      spanCount: spans.length,
      representatives,
      vectors,
    });

    const quadBytes = kvQuadBytes[dtype];
    const extentRuns: ExtentRun[] = [];
    const pageRuns: PageRun[] = [];
    let at = extentBegin / quadBytes;
    let longest = 0;
    spans.forEach(({ start, length }, i) => {
      const half = length * kvHeads * kvRowQuads(dtype, headDim);
      extentRuns.push({ startToken: start, count: length, kQuad: at, vQuad: at + half });
      at += 2 * half;
      longest = Math.max(longest, length);
      // A full pool of pinned spans cannot happen here: nothing is pinned between two chunks.
      const free = pages.allocate(first + i, length, new Set());
      if (free) pageRuns.push(...spanPageRuns(start, length, free));
    });
    const firstRun = this.#list(packExtentRuns(extentRuns));
    this.#kv.packExtent(recorder, layer, [this.#lists, this.#extents], {
      firstRun,
      runCount: extentRuns.length,
      maxRunTokens: longest,
    });
    if (pageRuns.length > 0) {
      const run = this.#list(packPageRuns(pageRuns));
      const shape = { firstRun: run, runCount: pageRuns.length };
      this.#kv.copyToPages(recorder, layer, this.#lists, shape);
    }
    const last = spans.at(-1)!;
    this.#kv.leaveRing(layer, last.start + last.length);
    const pair = this.#index.vectors.pairBytes;
    return recorder.readback(target, row * pair, spans.length * pair);
  }

  async #collect(
    { layer, spans, first, vectors, extentBegin }: SealedLayer,
    extents: Uint8Array,
  ): Promise<SealedSpans> {
    const half = this.#index.vectors.pairBytes / 2;
    const pairs = new Uint8Array(await vectors);
    const mStat = new Uint8Array(spans.length * half);
    const mDyn = new Uint8Array(spans.length * half);
    spans.forEach((_, i) => {
      mStat.set(pairs.subarray(2 * i * half, (2 * i + 1) * half), i * half);
      mDyn.set(pairs.subarray((2 * i + 1) * half, (2 * i + 2) * half), i * half);
    });
    this.#index.vectors.keep(layer, first, pairs);
    let at = extentBegin;
    const kv = spans.map(({ length }) => {
      const bytes = extents.slice(at, at + length * this.#tokenBytes);
      at += bytes.length;
      return bytes;
    });
    return {
      start: Uint32Array.from(spans, ({ start }) => start),
      length: Uint16Array.from(spans, ({ length }) => length),
      score: Float32Array.from(spans, ({ score }) => score),
      mStat,
      mDyn,
      kv,
    };
  }

  #layer(layer: number): BuilderLayer {
    const state = this.layers[layer];
    if (!state) throw new Error(`layer ${layer}`);
    return state;
  }

  /** Puts entries of four words on the list of this submission; returns the first entry's index. */
  #list(words: ArrayLike<number>): number {
    const first = this.#listUsed;
    this.#listUsed += words.length / 4;
    if (this.#listUsed > this.#listCapacity) throw new Error("span lists overflow");
    this.#backend.upload(this.#lists, first * LIST_BYTES, Uint32Array.from(words));
    return first;
  }
}
