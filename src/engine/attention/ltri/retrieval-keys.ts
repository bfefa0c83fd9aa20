// The keys of a document in the heads that retrieve: taken out of the stored spans once, when the first
// question needs them, and kept in RAM as they are stored. The caller keeps documents out whose keys are
// too many. Not here: what they are compared with (question-scan.ts).

import { kvRowBytes } from "../../../../kernels/index.ts";
import { EngineError } from "../../errors.ts";
import type { LoadSpans } from "./resident-spans.ts";
import type { PagedKv } from "../../mixers/softmax/paged-kv.ts";
import type { SpanIndex } from "./span-index.ts";
import type { RetrievalHeads } from "./key-scan.ts";

/** Spans of one layer that stand in a row. */
export interface KeyTile {
  /** Ordinal of the first one. */
  readonly first: number;
  /** u32 [spans + 1]: the first key of each span, and the end of the last. */
  readonly starts: Uint32Array<ArrayBuffer>;
  /** [key][heads][row], as stored, before RoPE. */
  readonly keys: Uint8Array<ArrayBuffer>;
}

export const TILE_SPANS = 512;
/** A single span may have more. */
export const TILE_BYTES = 2 * 1024 * 1024;

export class RetrievalKeys {
  readonly #kv: PagedKv;
  readonly #index: SpanIndex;
  readonly #load: LoadSpans;
  readonly #retrieving: readonly RetrievalHeads[];
  readonly #tiles: readonly KeyTile[][]; // as #retrieving

  constructor(
    kv: PagedKv,
    index: SpanIndex,
    load: LoadSpans,
    retrieving: readonly RetrievalHeads[],
  ) {
    this.#kv = kv;
    this.#index = index;
    this.#load = load;
    this.#retrieving = retrieving;
    this.#tiles = retrieving.map(() => []);
  }

  /** Of all keys of the document in these heads. */
  get totalBytes(): number {
    const tokens = this.#retrieving.map(
      ({ layer, heads }) => this.#index.table(layer).tokens * heads.length,
    );
    return tokens.reduce((sum, count) => sum + count * this.#rowBytes, 0);
  }

  /** In RAM now. */
  get residentBytes(): number {
    return this.#tiles.flat().reduce((sum, { keys }) => sum + keys.length, 0);
  }

  /** All tiles of the layer `retrieving[which]`, in document order. Throws `cancelled` between two. */
  async *tiles(which: number, signal: AbortSignal | undefined): AsyncGenerator<KeyTile> {
    const { layer } = this.#retrieving[which]!;
    const tiles = this.#tiles[which]!;
    const { count } = this.#index.table(layer);
    for (let first = 0, i = 0; first < count; i++) {
      if (signal?.aborted) throw new EngineError("cancelled", "The question was cancelled.");
      const tile = (tiles[i] ??= await this.#read(which, first));
      yield tile;
      first += tile.starts.length - 1;
    }
  }

  async #read(which: number, first: number): Promise<KeyTile> {
    const { layer, heads } = this.#retrieving[which]!;
    const { kvHeads } = this.#kv.config;
    const table = this.#index.table(layer);
    const keyBytes = heads.length * this.#rowBytes;
    const starts = [0];
    for (let at = 0; starts.length <= TILE_SPANS && first + starts.length <= table.count;) {
      at += table.length(first + starts.length - 1);
      if (at * keyBytes > TILE_BYTES && starts.length > 1) break;
      starts.push(at);
    }
    const ordinals = Array.from({ length: starts.length - 1 }, (_, i) => first + i);
    const spans = await this.#load(layer, ordinals);
    const keys = new Uint8Array(starts.at(-1)! * keyBytes);
    spans.forEach((bytes, i) => {
      const length = table.length(first + i);
      const row = this.#rowBytes;
      if (bytes.length !== 2 * length * kvHeads * row) {
        throw new Error(`span of ${length} tokens with ${bytes.length} bytes`);
      }
      for (let token = 0; token < length; token++) {
        heads.forEach((head, a) => {
          const from = (token * kvHeads + head) * row;
          const to = ((starts[i]! + token) * heads.length + a) * row;
          keys.set(bytes.subarray(from, from + row), to);
        });
      }
    });
    return { first, starts: Uint32Array.from(starts), keys };
  }

  get #rowBytes(): number {
    const { config, shape } = this.#kv;
    return kvRowBytes(shape.kvDtype, config.headDim);
  }
}
