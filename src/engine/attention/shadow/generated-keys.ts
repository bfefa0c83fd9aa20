// ShadowKV+: keys of question and answer as rows of A in the basis of the document's keys. One pool of keys
// serves all layers: a layer's exact and chosen keys are copied into it, the generated ones rebuilt behind them.
// Source: arXiv 2410.21465 appendix A.3; not in its code.

import {
  appendRows,
  type Backend,
  type DeviceBuffer,
  kvRowBytes,
  matmul,
  packSlotItems,
  rebuildKeys,
  type Recorder,
  type SlotItem,
} from "../../../../kernels/index.ts";
import type { LayerRope } from "../../mixers/softmax/rope-tables.ts";
import type { KeyProjection, LayerMemory, LowRankMemory } from "./layer-memory.ts";
import { CHUNK_TOKENS } from "./shadow-sizes.ts";
import type { RowShape } from "./stored-chunks.ts";

export interface GeneratedKeysShape extends RowShape {
  readonly documentTokens: number;
  readonly room: number;
  readonly maxTokens: number;
}

/** New keys of one step: `keys` f32 [T, K*D] before RoPE, of tokens from position `now` on. */
export interface NewKeys {
  readonly keys: DeviceBuffer;
  readonly tokens: number;
  readonly now: number;
}

export class GeneratedKeys {
  /** dtype [page][K][16][D], rotated: what a layer's attention reads once `place` was recorded. */
  readonly pool: DeviceBuffer;
  readonly #backend: Backend;
  readonly #shape: GeneratedKeysShape;
  readonly #coefficients: DeviceBuffer; // f32 [T, rank]
  readonly #items: ReadonlyMap<LayerMemory, DeviceBuffer>; // u32 [chunks · K, 4], by chunk

  /** `layers`: those that keep generated keys by low rank, at least one. */
  constructor(backend: Backend, layers: readonly LayerMemory[], shape: GeneratedKeysShape) {
    this.#backend = backend;
    this.#shape = shape;
    const { kvHeads, headDim, dtype } = shape;
    const rows = Math.max(...layers.map((layer) => layer.rows));
    const rank = Math.max(...layers.map(({ lowRank }) => lowRank?.rank ?? 0));
    const row = kvRowBytes(dtype, headDim);
    this.pool = backend.createBuffer("k pool at work", "kv-pool", rows * kvHeads * row);
    this.#coefficients = backend.createBuffer(
      "key coefficients",
      "activations",
      shape.maxTokens * rank * 4,
    );
    this.#items = new Map(
      layers.map((layer) => [
        layer,
        backend.createBufferFrom("generated chunks", "activations", this.#chunksOf(layer)),
      ]),
    );
  }

  /** The layer's keys that are not generated: they stand in the pool before anything is added. */
  open(recorder: Recorder, { kPool }: LayerMemory): void {
    recorder.copy(kPool, 0, this.pool, 0, kPool.size);
  }

  /** Keeps new keys, and rebuilds all generated ones, new ones too, in the pool. */
  place(
    recorder: Recorder,
    layer: LayerMemory,
    lowRank: LowRankMemory,
    projection: KeyProjection,
    { spec, table }: LayerRope,
    { keys, tokens, now }: NewKeys,
  ): void {
    const { kvHeads, headDim, dtype, documentTokens } = this.#shape;
    const { rank, a, basis, mean } = lowRank;
    const block = { data: projection.weights, rowBegin: 0, rowCount: rank };
    const format = dtype === "f16" ? "F16" : "F32";
    const matrix = { format, rows: rank, cols: kvHeads * headDim, blocks: [block] } as const;
    const columns = { yStride: rank, yBegin: 0, accumulate: false };
    matmul(recorder, keys, matrix, projection.shift, this.#coefficients, { tokens, ...columns });
    const rows = { tokens, width: rank, firstRow: now, dtype };
    appendRows(recorder, this.#coefficients, a, rows);
    const items = this.#items.get(layer);
    if (!items) throw new Error("a layer with exact keys");
    const chunks = Math.ceil((now + tokens) / CHUNK_TOKENS) - firstChunk(documentTokens);
    const buffers = { items, a, b: basis, mean, ropeTable: table, kPool: this.pool };
    const range = { firstItem: 0, itemCount: chunks * kvHeads };
    rebuildKeys(recorder, buffers, { ...range, kvHeads, dtype, rank, rope: spec });
  }

  destroy(): void {
    const owned = [this.pool, this.#coefficients, ...this.#items.values()];
    for (const buffer of owned) this.#backend.destroyBuffer(buffer);
  }

  /** Where each chunk behind the document goes, for every KV head. */
  #chunksOf({ behindRow }: LayerMemory): Uint32Array<ArrayBuffer> {
    const { documentTokens, room, kvHeads } = this.#shape;
    const first = firstChunk(documentTokens);
    const end = Math.ceil((documentTokens + room) / CHUNK_TOKENS);
    const slot = (behindRow - (documentTokens % CHUNK_TOKENS)) / CHUNK_TOKENS;
    const items: SlotItem[] = [];
    for (let chunk = first; chunk < end; chunk++) {
      for (let head = 0; head < kvHeads; head++) {
        items.push({ head, chunk, slot: slot + chunk - first });
      }
    }
    return packSlotItems(items);
  }
}

function firstChunk(documentTokens: number): number {
  return Math.floor(documentTokens / CHUNK_TOKENS);
}
