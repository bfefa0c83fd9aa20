// One layer of a stored document as bytes: its chunks come from the spans of the store, those of the
// prompt's prefix from the checkpoint. Everything is checked against the plan before it is used.

import type { DocumentReader } from "../../store/types.ts";
import { type StoredLayer, storedChunks } from "./layer-keys.ts";
import type { DocumentPlan, LayerPlan } from "./layer-plan.ts";
import { damagedCheckpoint } from "../checkpoint-header.ts";
import { CHUNK_TOKENS, RANK_STEP } from "./shadow-sizes.ts";
import { decodeChunk, elementBytes, type RowShape, tokenBytes } from "./stored-chunks.ts";

/** Spans that are read at once. */
const BATCH = 512;

export class LayerBytes {
  readonly plan: LayerPlan;
  readonly stored: StoredLayer;
  readonly #document: DocumentPlan;
  readonly #layer: number;
  readonly #reader: DocumentReader;
  readonly #shape: RowShape;
  /** Payload and landmark of every chunk of the prefix. */
  readonly #head: readonly { readonly payload: Uint8Array; readonly landmark: Uint8Array }[];

  /** Throws `index-damaged`. */
  constructor(
    document: DocumentPlan,
    layer: number,
    stored: StoredLayer,
    reader: DocumentReader,
    shape: RowShape,
  ) {
    const plan = document.layers[layer];
    if (!plan) throw damagedCheckpoint(`it has a layer ${layer}`);
    this.plan = plan;
    this.stored = stored;
    this.#document = document;
    this.#layer = layer;
    this.#reader = reader;
    this.#shape = shape;
    this.#check();
    this.#head = this.#cutHead();
  }

  /** Bytes of [8][D] of one head. */
  get #row(): number {
    return tokenBytes(this.#shape) / this.#shape.kvHeads;
  }

  /** Of the low-rank chunks. */
  get valueBytes(): number {
    return this.plan.isLowRank ? this.plan.chunks * CHUNK_TOKENS * tokenBytes(this.#shape) : 0;
  }

  /** Calls `visit` for every stored chunk in order: number, tokens, values [K][count][D], keys, landmark [K][D]. */
  async each(visit: (chunk: StoredChunk) => void): Promise<void> {
    const { from, end } = storedChunks(this.#document, this.plan);
    const { headChunks, tokens } = this.#document;
    const mark = tokenBytes(this.#shape);
    const open = (chunk: number, payload: Uint8Array, landmark: Uint8Array) => {
      const count = Math.min(CHUNK_TOKENS, tokens - chunk * CHUNK_TOKENS);
      const isInTail = chunk * CHUNK_TOKENS >= this.plan.tailStart;
      const rank = isInTail ? 0 : this.stored.rank;
      visit({ chunk, count, landmark, ...decodeChunk(payload, count, rank, this.#shape) });
    };
    for (const [chunk, { payload, landmark }] of this.#head.entries()) {
      open(from + chunk, payload, landmark);
    }
    const first = Math.max(from, headChunks);
    for (let at = first; at < end; at += BATCH) {
      const count = Math.min(BATCH, end - at);
      const ordinals = Array.from({ length: count }, (_, i) => at - first + i);
      const payloads = await this.#reader.readSpanKv(this.#layer, ordinals);
      const { mStat } = await this.#reader.vectors(this.#layer, at - first, count);
      payloads.forEach((payload, i) => {
        open(at + i, payload, mStat.subarray(i * mark, (i + 1) * mark));
      });
    }
  }

  /** Values of chunks of the low-rank part, in the order asked for: [K][8][D] each. */
  async values(chunks: readonly number[]): Promise<Uint8Array[]> {
    const { headChunks } = this.#document;
    const later = chunks.filter((chunk) => chunk >= headChunks);
    const ordinals = later.map((chunk) => chunk - headChunks);
    const payloads = await this.#reader.readSpanKv(this.#layer, ordinals);
    const found = new Map(later.map((chunk, i) => [chunk, payloads[i]]));
    return chunks.map((chunk) => {
      const payload = chunk < headChunks ? this.#head[chunk]?.payload : found.get(chunk);
      if (!payload) throw damagedCheckpoint(`it has no chunk ${chunk}`);
      return decodeChunk(payload, CHUNK_TOKENS, this.stored.rank, this.#shape).values;
    });
  }

  #check(): void {
    const { plan, stored } = this;
    const { kvHeads, headDim, dtype } = this.#shape;
    const { from, end } = storedChunks(this.#document, plan);
    const inHead = Math.max(0, Math.min(this.#document.headChunks, end) - from);
    const spans = this.#reader.spans(this.#layer);
    const first = from + inHead;
    const isRank = plan.isLowRank
      ? stored.rank > 0 && stored.rank <= plan.rankCap && stored.rank % RANK_STEP === 0
      : stored.rank === 0;
    const width = kvHeads * headDim;
    const slots = kvHeads * plan.outliers;
    const exact = slots * CHUNK_TOKENS * this.#row;
    const sizes =
      stored.basis.byteLength === elementBytes(dtype, stored.rank * width) &&
      stored.mean.length === (plan.isLowRank ? width : 0) &&
      stored.outliers.length === slots &&
      stored.outlierKeys.byteLength === exact &&
      stored.outlierValues.byteLength === exact;
    if (!isRank || !sizes) throw damagedCheckpoint(`layer ${this.#layer} has other sizes`);
    if (spans.count !== end - first)
      throw damagedCheckpoint(`layer ${this.#layer} has other spans`);
    for (let i = 0; i < spans.count; i++) {
      const start = (first + i) * CHUNK_TOKENS;
      const length = Math.min(CHUNK_TOKENS, this.#document.tokens - start);
      if (spans.start[i] !== start || spans.length[i] !== length) {
        throw damagedCheckpoint(`layer ${this.#layer} has another span ${i}`);
      }
    }
    for (let head = 0; head < kvHeads; head++) {
      const own = stored.outliers.subarray(head * plan.outliers, (head + 1) * plan.outliers);
      const isAscending = own.every((chunk, i) => i === 0 || chunk > (own[i - 1] ?? 0));
      if (!isAscending || own.some((chunk) => chunk >= plan.chunks)) {
        throw damagedCheckpoint(`layer ${this.#layer} has impossible outliers`);
      }
    }
  }

  #cutHead(): { payload: Uint8Array; landmark: Uint8Array }[] {
    const { from, end } = storedChunks(this.#document, this.plan);
    const { headChunks, tokens } = this.#document;
    const mark = tokenBytes(this.#shape);
    const cut: { payload: Uint8Array; landmark: Uint8Array }[] = [];
    let at = 0;
    for (let chunk = from; chunk < Math.min(headChunks, end); chunk++) {
      const size = 2 * mark * Math.min(CHUNK_TOKENS, tokens - chunk * CHUNK_TOKENS);
      const payload = this.stored.head.subarray(at, at + size);
      cut.push({ payload, landmark: this.stored.head.subarray(at + size, at + size + mark) });
      at += size + mark;
    }
    if (at !== this.stored.head.byteLength)
      throw damagedCheckpoint(`layer ${this.#layer} has other chunks`);
    return cut;
  }
}

export interface StoredChunk {
  readonly chunk: number;
  readonly count: number; // tokens
  readonly values: Uint8Array; // dtype [K][count][D]
  readonly keys: Uint8Array; // dtype [K][count][D] rotated, or [count][rank]
  readonly landmark: Uint8Array; // dtype [K][D]
}
