// Exact attention of one layer over a whole document, chunk by chunk: its keys and values are on the device
// only while it is at work. Afterwards everything that ShadowKV keeps of it comes back as bytes.
// Source: arXiv 2410.21465 algorithm 1 (prefill), layer-major as in its code.

import {
  attentionPrefill,
  type Backend,
  chunkLandmarks,
  type DeviceBuffer,
  gatherRope,
  keyGram,
  kvAppend,
  kvRowBytes,
  matmul,
  PAGE_TOKENS,
  type Recorder,
  ropeRows,
} from "../../../../kernels/index.ts";
import { createRopeTables, type LayerRope } from "../../mixers/softmax/rope-tables.ts";
import type { ModelConfig } from "../../model/config.ts";
import type { Workspace } from "../../transformer/transformer.ts";
import { type Basis, principalBasis } from "./factorise.ts";
import { type LayerKeys, type LowRankKeys, pickOutliers } from "./layer-keys.ts";
import type { DocumentPlan, LayerPlan } from "./layer-plan.ts";
import { CHUNK_TOKENS } from "./shadow-sizes.ts";
import type { RowShape } from "./stored-chunks.ts";

export interface LayerReaderShape extends RowShape {
  /** Most tokens of one step. */
  readonly chunk: number;
}

export class LayerReader {
  readonly #backend: Backend;
  readonly #config: ModelConfig;
  readonly #shape: LayerReaderShape;
  readonly #tokens: number;
  readonly #capacity: number; // tokens, whole pages
  readonly #ropes: readonly LayerRope[];
  readonly #owned: DeviceBuffer[] = [];
  readonly #keys: DeviceBuffer; // f32 [S, K*D] before RoPE
  readonly #kPool: DeviceBuffer; // dtype [page][K][16][D] before RoPE
  readonly #vPool: DeviceBuffer;
  readonly #kRot: DeviceBuffer; // f32 [K][capacity][D]
  readonly #vSet: DeviceBuffer;
  readonly #qRot: DeviceBuffer; // f32 [T, H*D]
  readonly #lse: DeviceBuffer; // f32 [H, T]
  readonly #pages: DeviceBuffer; // u32 [pages, 4], token p in row p

  /** `tokens`: S. */
  constructor(backend: Backend, config: ModelConfig, shape: LayerReaderShape, tokens: number) {
    this.#backend = backend;
    this.#config = config;
    this.#shape = shape;
    this.#tokens = tokens;
    const { kvHeads, headDim, heads } = config;
    const pages = Math.ceil(tokens / PAGE_TOKENS);
    this.#capacity = pages * PAGE_TOKENS;
    const poolBytes = this.#capacity * kvHeads * kvRowBytes(shape.dtype, headDim);
    const make = (label: string, group: "activations" | "kv-pool", bytes: number) => {
      const buffer = backend.createBuffer(label, group, bytes);
      this.#owned.push(buffer);
      return buffer;
    };
    const rowBytes = kvHeads * headDim * 4;
    this.#keys = make("keys", "kv-pool", tokens * rowBytes);
    this.#kPool = make("k pool", "kv-pool", poolBytes);
    this.#vPool = make("v pool", "kv-pool", poolBytes);
    this.#kRot = make("k set", "kv-pool", this.#capacity * rowBytes);
    this.#vSet = make("v set", "kv-pool", this.#capacity * rowBytes);
    this.#qRot = make("q rotated", "activations", shape.chunk * heads * headDim * 4);
    this.#lse = make("lse", "activations", shape.chunk * heads * 4);
    this.#pages = make("pages", "activations", pages * 16);
    const entries = Uint32Array.from({ length: pages * 4 }, (_, i) => {
      const page = i >> 2;
      return [page, page * PAGE_TOKENS, PAGE_TOKENS << 8, page * PAGE_TOKENS][i & 3]!;
    });
    backend.upload(this.#pages, 0, entries);
    const ropes = createRopeTables(backend, config, this.#capacity);
    this.#ropes = ropes.layers;
    this.#owned.push(...ropes.buffers);
  }

  /** ws.q, ws.k, ws.v of tokens start… → what attention adds, in ws.attended. The last layer attends to nothing. */
  mix(recorder: Recorder, ws: Workspace, layer: number, start: number, count: number): void {
    const { heads, kvHeads, headDim, attentionScale, attentionSoftCap } = this.#config;
    const { dtype } = this.#shape;
    const rowBytes = kvHeads * headDim * 4;
    recorder.copy(ws.k, 0, this.#keys, start * rowBytes, count * rowBytes);
    const place = { slotBase: 0, ringOffset: start, ringCapacity: this.#capacity };
    const rows = { tokens: count, kvHeads, headDim, dtype };
    kvAppend(recorder, ws.k, ws.v, this.#kPool, this.#vPool, { ...rows, ...place });
    const { spec, table } = this.#rope(layer);
    const first = Math.floor(start / PAGE_TOKENS);
    const end = Math.ceil((start + count) / PAGE_TOKENS);
    gatherRope(recorder, this.#kPool, this.#vPool, this.#pages, table, this.#kRot, this.#vSet, {
      rope: spec,
      dtype,
      kvHeads,
      setCapacity: this.#capacity,
      entryBegin: first,
      entryCount: end - first,
    });
    if (layer + 1 === this.#config.layers) return;
    const position = { positionBase: start, positionStep: 1 };
    ropeRows(recorder, ws.q, table, this.#qRot, { rope: spec, tokens: count, heads, ...position });
    attentionPrefill(
      recorder,
      {
        q: this.#qRot,
        qClamped: this.#qRot,
        kRot: this.#kRot,
        vSet: this.#vSet,
        out: ws.attended,
        lse: this.#lse,
      },
      {
        heads,
        kvHeads,
        headDim,
        scale: attentionScale,
        softCap: attentionSoftCap ?? 0,
        tokens: count,
        setCapacity: this.#capacity,
        setCount: start + count,
        visibleBase: start,
        clampedCount: 0,
        window: this.#config.layerConfigs[layer]?.slidingWindow ?? 0,
      },
    );
  }

  /** After the last chunk of a layer: what `document` keeps of it. */
  async finish(layer: number, document: DocumentPlan): Promise<LayerKeys> {
    const plan = document.layers[layer];
    if (!plan) throw new Error(`layer ${layer}`);
    const lowRank = plan.isLowRank ? await this.#factorise(document, plan) : undefined;
    const recorder = this.#backend.record();
    const values = recorder.readback(this.#vPool, 0, this.#vPool.size);
    const rotated = recorder.readback(this.#kRot, 0, this.#kRot.size);
    recorder.submit();
    return {
      plan,
      capacity: this.#capacity,
      values: new Uint8Array(await values),
      rotated: new Float32Array(await rotated),
      ...(lowRank ? { lowRank } : {}),
    };
  }

  destroy(): void {
    for (const buffer of this.#owned) this.#backend.destroyBuffer(buffer);
  }

  async #factorise(document: DocumentPlan, plan: LayerPlan): Promise<LowRankKeys> {
    const { kvHeads, headDim } = this.#config;
    const { chunks } = plan;
    const width = kvHeads * headDim;
    const backend = this.#backend;
    const scratch = (label: string, count: number) =>
      backend.createBuffer(label, "activations", count * 4);
    const mean = scratch("mean key", width);
    const gram = scratch("gram", width * width);
    const landmarks = scratch("landmarks", chunks * width);
    const likeness = scratch("likeness", kvHeads * chunks);
    const a = scratch("a", chunks * CHUNK_TOKENS * plan.rankCap);
    const made: DeviceBuffer[] = [mean, gram, landmarks, likeness, a];
    try {
      const recorder = backend.record();
      keyGram(recorder, this.#keys, mean, gram, { tokens: this.#tokens, width });
      const sizes = { kvHeads, headDim, setCapacity: this.#capacity, chunks };
      chunkLandmarks(recorder, this.#kRot, landmarks, likeness, sizes);
      const reads = [mean, gram, landmarks, likeness].map((buffer) =>
        recorder.readback(buffer, 0, buffer.size),
      );
      recorder.submit();
      const [meanKey, gramValues, marks, cosines] = (await Promise.all(reads)).map(
        (bytes) => new Float32Array(bytes),
      ) as [Float32Array, Float32Array, Float32Array, Float32Array];
      const basis = principalBasis(gramValues, width, plan.rankCap, document.keyEnergy);
      const rows = await this.#project(basis, meanKey, a, chunks * CHUNK_TOKENS, made);
      return {
        basis,
        mean: meanKey,
        a: rows,
        landmarks: marks,
        outliers: pickOutliers(cosines, kvHeads, plan, document.headChunks),
      };
    } finally {
      for (const buffer of made) backend.destroyBuffer(buffer);
    }
  }

  /** A = (K − mean)·V_r of the first `tokens` keys: a matmul with the basis as its weights. */
  async #project(
    { rank, rows }: Basis,
    mean: Float32Array,
    a: DeviceBuffer,
    tokens: number,
    made: DeviceBuffer[],
  ): Promise<Float32Array> {
    const width = mean.length;
    const shift = Float32Array.from({ length: rank }, (_, r) => {
      let sum = 0;
      for (let i = 0; i < width; i++) sum -= rows[r * width + i]! * mean[i]!;
      return sum;
    });
    const weights = this.#backend.createBufferFrom("basis", "activations", rows);
    const bias = this.#backend.createBufferFrom("basis shift", "activations", shift);
    made.push(weights, bias);
    const block = { data: weights, rowBegin: 0, rowCount: rank };
    const matrix = { format: "F32", rows: rank, cols: width, blocks: [block] } as const;
    const recorder = this.#backend.record();
    const shape = { tokens, yStride: rank, yBegin: 0, accumulate: false };
    matmul(recorder, this.#keys, matrix, bias, a, shape);
    const read = recorder.readback(a, 0, tokens * rank * 4);
    recorder.submit();
    return new Float32Array(await read);
  }

  #rope(layer: number): LayerRope {
    const rope = this.#ropes[layer];
    if (!rope) throw new Error(`layer ${layer}`);
    return rope;
  }
}
