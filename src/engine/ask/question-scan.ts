// Before the last token of a question is read: the queries of its tokens are compared with every key of
// the document in the heads that retrieve, in batches from RAM or disk, and what they find becomes the
// persistent recall of all layers. What is compared and how layers agree: spans/key-scan.ts.

import { kvRowBytes, unpackPool } from "../../../kernels/index.ts";
import { EngineError } from "../errors.ts";
import type { LoadSpans } from "../sequence/recall.ts";
import type { Sequence } from "../sequence/sequence.ts";
import type { SpanIndex } from "../sequence/span-index.ts";
import { KeyScan, type RetrievalHeads, sharedVotes } from "../spans/key-scan.ts";

/** Spans whose KV is in RAM at a time. */
const BATCH_SPANS = 256;

export class QuestionScan {
  readonly #sequence: Sequence;
  readonly #index: SpanIndex;
  readonly #load: LoadSpans;
  readonly #z0: number;
  /** Whose keys are compared. */
  readonly #retrieving: readonly RetrievalHeads[];
  #isOn = false;
  /** Per layer, f32 [tokens][K][D] each. */
  #queries: Float32Array[][] = [];

  constructor(
    sequence: Sequence,
    index: SpanIndex,
    load: LoadSpans,
    z0: number,
    retrieving: readonly RetrievalHeads[],
  ) {
    this.#sequence = sequence;
    this.#index = index;
    this.#load = load;
    this.#z0 = z0;
    this.#retrieving = retrieving;
  }

  /** Of the document's spans in the layers that are compared, as stored. */
  get keyBytes(): number {
    const { config, shape } = this.#sequence;
    const row = config.kvHeads * kvRowBytes(shape.kvDtype, config.headDim);
    const tokens = this.#retrieving.map(({ layer }) => this.#index.table(layer).tokens);
    return tokens.reduce((sum, count) => sum + count * row, 0);
  }

  /** A question; off, nothing is kept and nothing is to be run. */
  begin(isOn: boolean): void {
    this.#isOn = isOn;
    this.#queries = this.#sequence.layers.map(() => []);
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
    const { heads, kvHeads, headDim } = this.#sequence.config;
    const group = heads / kvHeads;
    const mean = new Float32Array(q.length / group);
    for (let i = 0; i < mean.length; i++) {
      const head = Math.floor(i / headDim) * group;
      for (let h = 0; h < group; h++) {
        mean[i]! += q[(head + h) * headDim + (i % headDim)]! / group;
      }
    }
    this.#queries[layer]!.push(mean);
  }

  async run(signal: AbortSignal | undefined): Promise<void> {
    const voted = [];
    for (const { layer, heads } of this.#retrieving) {
      const table = this.#index.table(layer);
      voted.push({ table, votes: await this.#votes(layer, heads, table.count, signal) });
    }
    const divisions = this.#sequence.layers.map((_, layer) => this.#index.table(layer));
    sharedVotes(voted, divisions).forEach((votes, layer) => this.#index.setRecall(layer, votes));
  }

  async #votes(
    layer: number,
    heads: readonly number[],
    spans: number,
    signal: AbortSignal | undefined,
  ): Promise<Float32Array> {
    const { kvHeads, headDim } = this.#sequence.config;
    const { kvDtype } = this.#sequence.shape;
    const scan = new KeyScan(joined(this.#queries[layer]!), kvHeads, headDim, spans, heads);
    for (let first = 0; first < spans; first += BATCH_SPANS) {
      if (signal?.aborted) throw new EngineError("cancelled", "The question was cancelled.");
      const count = Math.min(BATCH_SPANS, spans - first);
      const ordinals = Array.from({ length: count }, (_, i) => first + i);
      const batch = await this.#load(layer, ordinals);
      batch.forEach((bytes, i) => {
        const length = this.#index.table(layer).length(first + i);
        // Keys, then values; a copy of their own is aligned to words.
        const keys = bytes.slice(0, length * kvHeads * kvRowBytes(kvDtype, headDim));
        scan.add(first + i, unpackPool(new Uint32Array(keys.buffer), kvDtype, headDim));
      });
    }
    return scan.votes(this.#z0);
  }
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
