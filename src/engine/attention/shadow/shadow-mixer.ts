// Attention over what ShadowKV keeps, as a mixer: outliers, chosen chunks, the tail and what was generated,
// one softmax over all of it. Keys in the pools are rotated already. Which chunks are in the slots is decided
// before `mix` (shadow-session.ts). Source: arXiv 2410.21465 algorithm 2.

import {
  attentionDecode,
  attentionPrefill,
  type Backend,
  decodePartialsLength,
  type DeviceBuffer,
  gatherRope,
  kvAppend,
  PAGE_TOKENS,
  type Recorder,
  ropeRows,
} from "../../../../kernels/index.ts";
import { GeneratedKeys } from "./generated-keys.ts";
import { createRopeTables, type LayerRope } from "../../mixers/softmax/rope-tables.ts";
import type { Transformer, Workspace } from "../../transformer/transformer.ts";
import type { Mixer, MixerSnapshot, Pass } from "../../mixers/mixer.ts";
import type { LayerMemory } from "./layer-memory.ts";
import { CHUNK_TOKENS } from "./shadow-sizes.ts";
import type { RowShape } from "./stored-chunks.ts";

/** Pool rows of one step, in the order of their set indices. */
interface RowRun {
  readonly row: number;
  readonly count: number;
}

export interface ShadowMixerShape extends RowShape {
  /** S, and how many tokens may follow. */
  readonly documentTokens: number;
  readonly room: number;
  /** Most tokens of one step. */
  readonly maxTokens: number;
}

export class ShadowMixer implements Mixer {
  /** f32 [T, H*D], rotated queries of the layer at work, once `rotate` was recorded. */
  readonly qRot: DeviceBuffer;
  readonly layers: readonly LayerMemory[];
  readonly #transformer: Transformer;
  readonly #backend: Backend;
  readonly #shape: ShadowMixerShape;
  readonly #setCapacity: number;
  readonly #entries: number;
  readonly #owned: DeviceBuffer[] = [];
  readonly #kNew: DeviceBuffer; // f32 [T, K*D], rotated
  readonly #kSet: DeviceBuffer; // f32 [K][setCapacity][D]
  readonly #vSet: DeviceBuffer;
  readonly #tables: DeviceBuffer; // u32 [L][entries][4]
  readonly #partials: DeviceBuffer;
  readonly #scores: DeviceBuffer; // f32 [H][setCapacity]
  readonly #lse: DeviceBuffer; // f32 [H, T]
  readonly #noRope: DeviceBuffer;
  readonly #ropes: readonly LayerRope[];
  readonly #generated: GeneratedKeys | undefined;
  #now: number;

  constructor(
    backend: Backend,
    transformer: Transformer,
    layers: readonly LayerMemory[],
    shape: ShadowMixerShape,
  ) {
    this.#backend = backend;
    this.#transformer = transformer;
    this.#shape = shape;
    this.layers = layers;
    this.#now = shape.documentTokens;
    const { config } = transformer;
    const { heads, kvHeads, headDim } = config;
    const { maxTokens } = shape;
    this.#setCapacity = Math.max(...layers.map(({ rows }) => rows));
    this.#entries = this.#setCapacity / PAGE_TOKENS + 6; // every run may cut a page
    const floats = (label: string, count: number) => {
      const buffer = backend.createBuffer(label, "activations", count * 4);
      this.#owned.push(buffer);
      return buffer;
    };
    this.qRot = floats("q rotated", maxTokens * heads * headDim);
    this.#kNew = floats("k rotated", maxTokens * kvHeads * headDim);
    this.#kSet = floats("k set", kvHeads * this.#setCapacity * headDim);
    this.#vSet = floats("v set", kvHeads * this.#setCapacity * headDim);
    this.#tables = floats("page tables", layers.length * this.#entries * 4);
    this.#partials = floats("partials", decodePartialsLength(heads, headDim));
    this.#scores = floats("scores", heads * this.#setCapacity);
    this.#lse = floats("lse", heads * maxTokens);
    this.#noRope = floats("rope none", 4);
    const positions = shape.documentTokens + shape.room;
    const ropes = createRopeTables(backend, config, positions + CHUNK_TOKENS); // a last chunk is rebuilt whole
    this.#ropes = ropes.layers;
    this.#owned.push(...ropes.buffers);
    const rebuilt = layers.filter(({ lowRank }) => lowRank?.projection);
    this.#generated = rebuilt.length > 0 ? new GeneratedKeys(backend, rebuilt, shape) : undefined;
  }

  get position(): number {
    return this.#now;
  }

  rope(layer: number): LayerRope {
    const rope = this.#ropes[layer];
    if (!rope) throw new Error(`layer ${layer}`);
    return rope;
  }

  project({ recorder, tokens }: Pass, ws: Workspace, layer: number): void {
    const { heads, kvHeads } = this.#transformer.config;
    this.#transformer.projectQkv(recorder, ws, layer, tokens);
    const { spec, table } = this.rope(layer);
    const at = { rope: spec, tokens, positionBase: this.#now, positionStep: 1 };
    ropeRows(recorder, ws.q, table, this.qRot, { ...at, heads });
    ropeRows(recorder, ws.k, table, this.#kNew, { ...at, heads: kvHeads });
  }

  mix({ recorder, tokens, path }: Pass, ws: Workspace, layer: number): void {
    if (this.#now + tokens > this.#shape.documentTokens + this.#shape.room) {
      throw new Error(`${tokens} tokens behind ${this.#now} have no room`);
    }
    const kPool = this.#append(recorder, ws, layer, tokens);
    const runs = this.#runs(layer, tokens);
    const entryCount = this.#upload(layer, runs);
    if (path === "decode") this.#attendToken(recorder, ws, layer, kPool, entryCount);
    else this.#attendChunk(recorder, ws, layer, kPool, tokens, runs, entryCount);
    this.#transformer.projectOutput(recorder, ws, layer, tokens);
  }

  /** Takes in new keys and values; the pool of keys to attend to. */
  #append(recorder: Recorder, ws: Workspace, layer: number, tokens: number): DeviceBuffer {
    const memory = this.#memory(layer);
    const { kvHeads, headDim } = this.#transformer.config;
    const { dtype, documentTokens } = this.#shape;
    const projection = memory.lowRank?.projection;
    const generated = projection && this.#generated;
    const kPool = generated?.pool ?? memory.kPool;
    generated?.open(recorder, memory);
    kvAppend(recorder, this.#kNew, ws.v, kPool, memory.vPool, {
      tokens,
      kvHeads,
      headDim,
      dtype,
      slotBase: 0,
      ringOffset: memory.behindRow + this.#now - documentTokens,
      ringCapacity: memory.rows,
    });
    if (generated && memory.lowRank) {
      const added = { keys: ws.k, tokens, now: this.#now };
      generated.place(recorder, memory, memory.lowRank, projection, this.rope(layer), added);
    }
    return kPool;
  }

  advance(tokens: number): void {
    this.#now += tokens;
  }

  snapshot(): Promise<MixerSnapshot> {
    return Promise.resolve({ position: this.#now });
  }

  restore({ position }: MixerSnapshot): void {
    if (position > this.#now || position < this.#shape.documentTokens) {
      throw new Error(`restore from ${this.#now} to ${position}`);
    }
    this.#now = position;
  }

  reusablePrefix(length: number): number {
    return Math.max(this.#shape.documentTokens, Math.min(length, this.#now));
  }

  /** Weights of the last decode step in `layer`: f32 probabilities [H][rows] by pool row. */
  readWeights(recorder: Recorder, layer: number): () => Promise<Float32Array> {
    const { heads } = this.#transformer.config;
    const runs = this.#runs(layer, 1);
    const scores = recorder.readback(this.#scores, 0, heads * this.#setCapacity * 4);
    const lse = recorder.readback(this.#lse, 0, heads * 4);
    const { rows } = this.#memory(layer);
    return async () => {
      const raw = new Float32Array(await scores);
      const sums = new Float32Array(await lse);
      const weights = new Float32Array(heads * rows);
      for (let h = 0; h < heads; h++) {
        let at = h * this.#setCapacity;
        for (const { row, count } of runs) {
          for (let i = 0; i < count; i++, at++) {
            weights[h * rows + row + i] = Math.exp(Math.min(0, raw[at]! - sums[h]!));
          }
        }
      }
      return weights;
    };
  }

  destroy(): void {
    this.#generated?.destroy();
    for (const buffer of this.#owned) this.#backend.destroyBuffer(buffer);
  }

  #memory(layer: number): LayerMemory {
    const memory = this.layers[layer];
    if (!memory) throw new Error(`layer ${layer}`);
    return memory;
  }

  /** What `tokens` queries at the current position see, the newest last. */
  #runs(layer: number, tokens: number): RowRun[] {
    const { outliers, lowRank, tailRow, tailStart, behindRow } = this.#memory(layer);
    const { documentTokens } = this.#shape;
    const window = this.#transformer.config.layerConfigs[layer]?.slidingWindow ?? 0;
    const oldest = window > 0 ? Math.max(tailStart, this.#now + 1 - window) : tailStart;
    const behind = Math.max(documentTokens, oldest);
    const runs = [
      { row: 0, count: (outliers + (lowRank?.chosen.slots ?? 0)) * CHUNK_TOKENS },
      { row: tailRow + oldest - tailStart, count: documentTokens - oldest },
      { row: behindRow + behind - documentTokens, count: this.#now + tokens - behind },
    ];
    return runs.filter(({ count }) => count > 0);
  }

  #upload(layer: number, runs: readonly RowRun[]): number {
    const words: number[] = [];
    let set = 0;
    for (const { row, count } of runs) {
      for (let at = row; at < row + count;) {
        const inPage = at % PAGE_TOKENS;
        const part = Math.min(PAGE_TOKENS - inPage, row + count - at);
        words.push((at - inPage) / PAGE_TOKENS, 0, inPage | (part << 8), set);
        set += part;
        at += part;
      }
    }
    const entries = words.length / 4;
    if (entries > this.#entries) throw new Error(`${entries} entries, room for ${this.#entries}`);
    this.#backend.upload(this.#tables, layer * this.#entries * 16, Uint32Array.from(words));
    return entries;
  }

  #attendChunk(
    recorder: Recorder,
    ws: Workspace,
    layer: number,
    kPool: DeviceBuffer,
    tokens: number,
    runs: readonly RowRun[],
    entryCount: number,
  ): void {
    const { config } = this.#transformer;
    const { kvHeads, headDim, heads, attentionScale, attentionSoftCap } = config;
    const { vPool } = this.#memory(layer);
    const setCount = runs.reduce((sum, { count }) => sum + count, 0);
    const tables = [this.#tables, this.#noRope, this.#kSet, this.#vSet] as const;
    gatherRope(recorder, kPool, vPool, ...tables, {
      rope: { headDim, rotaryDims: 0, adjacent: false },
      dtype: this.#shape.dtype,
      kvHeads,
      setCapacity: this.#setCapacity,
      entryBegin: layer * this.#entries,
      entryCount,
    });
    attentionPrefill(
      recorder,
      {
        q: this.qRot,
        qClamped: this.qRot,
        kRot: this.#kSet,
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
        tokens,
        setCapacity: this.#setCapacity,
        setCount,
        visibleBase: setCount - tokens,
        clampedCount: 0,
        window: config.layerConfigs[layer]?.slidingWindow ?? 0,
      },
    );
  }

  #attendToken(
    recorder: Recorder,
    ws: Workspace,
    layer: number,
    kPool: DeviceBuffer,
    entryCount: number,
  ): void {
    const { kvHeads, headDim, heads, attentionScale, attentionSoftCap } = this.#transformer.config;
    const { vPool } = this.#memory(layer);
    attentionDecode(
      recorder,
      {
        q: this.qRot,
        qClamped: this.qRot,
        kPool,
        vPool,
        pageTable: this.#tables,
        ropeTable: this.#noRope,
        partials: this.#partials,
        scores: this.#scores,
        out: ws.attended,
        lse: this.#lse,
      },
      {
        heads,
        kvHeads,
        rope: { headDim, rotaryDims: 0, adjacent: false },
        scale: attentionScale,
        softCap: attentionSoftCap ?? 0,
        dtype: this.#shape.dtype,
        setCapacity: this.#setCapacity,
        entryBegin: layer * this.#entries,
        entryCount,
      },
    );
  }
}
