// Brings the chunks that a step attends to into the slots of a layer: scores its landmarks with the step's
// queries, then reads them back, fetches values of what is missing and rebuilds its keys: at once, with one
// wait per layer, or while answering before the next step, with one wait per token; or, where values are on the
// device, chooses and fills all slots there and waits for nothing.
// Source: arXiv 2410.21465 algorithm 2; late choices and values on the device are not the paper's method.

import {
  type Backend,
  type DeviceBuffer,
  landmarkScores,
  packSlotItems,
  placeValues,
  rebuildKeys,
  type Recorder,
  type SlotItem,
  topChunks,
  unpackValues,
} from "../../../../kernels/index.ts";
import type { ModelConfig } from "../../model/config.ts";
import type { Pass } from "../../mixers/mixer.ts";
import type { LandmarkRun } from "./chosen-chunks.ts";
import type { LayerMemory, LowRankMemory, ValuesOnDevice } from "./layer-memory.ts";
import { valuesOf } from "./layer-memory.ts";
import type { ShadowMixer } from "./shadow-mixer.ts";
import { CHUNK_TOKENS, type ShadowMode, slotsPerChoice } from "./shadow-sizes.ts";
import { type RowShape, tokenBytes } from "./stored-chunks.ts";

/** Votes are sums of shares over the tokens of a step. */
const HIGHEST_VOTE = 1e30;

interface ItemRange {
  readonly firstItem: number;
  readonly itemCount: number;
}

export class ChunkRecall {
  readonly #backend: Backend;
  readonly #config: ModelConfig;
  readonly #mixer: ShadowMixer;
  readonly #shape: RowShape;
  readonly #owned: DeviceBuffer[] = [];
  readonly #raw: DeviceBuffer; // f32 [T*H][landmarks]
  readonly #stats: DeviceBuffer; // f32 [T*H, 2]
  readonly #votes: DeviceBuffer; // f32 [K][landmarks]
  readonly #items: DeviceBuffer; // u32 [K·slots, 4]
  readonly #staged: DeviceBuffer; // dtype [K·slots][8][D]
  readonly #isDeferred: boolean;
  readonly #highest: DeviceBuffer; // f32 [landmarks], above every vote
  #forced: ReadonlySet<number> = new Set();
  /** The same on the device, by layer: votes that the highest take the place of. */
  #forcedRuns = new Map<number, readonly LandmarkRun[]>();
  /** What the device chooses in the running step, to be known once it was submitted. */
  #chosen: { readonly lowRank: LowRankMemory; readonly items: Promise<ArrayBuffer> }[] = [];
  /** Choices come one step late: only while answering, when all slots are full. */
  #isLate = false;
  #lateVotes: { readonly layer: number; readonly votes: Promise<ArrayBuffer> }[] = [];
  #known: { readonly layer: number; readonly votes: Float32Array }[] = [];
  /** What of the items is for a layer of the step at work. */
  readonly #arriving = new Map<number, ItemRange>();

  constructor(
    backend: Backend,
    config: ModelConfig,
    mixer: ShadowMixer,
    shape: RowShape & { readonly maxTokens: number; readonly mode: ShadowMode },
  ) {
    this.#backend = backend;
    this.#config = config;
    this.#mixer = mixer;
    this.#shape = shape;
    const lowRank = mixer.layers.flatMap((layer) => layer.lowRank ?? []);
    const landmarks = Math.max(1, ...lowRank.map(({ landmarkCount }) => landmarkCount));
    const atOnce = Math.max(1, ...lowRank.map(({ chosen }) => chosen.slots));
    this.#isDeferred = shape.mode === "deferred";
    const late = lowRank.reduce((sum, { chosen }) => sum + this.#countLate(chosen.slots), 0);
    const slots = this.#isDeferred ? Math.max(atOnce, late) : atOnce;
    const { heads, kvHeads } = config;
    const make = (label: string, group: "activations" | "staging", bytes: number) => {
      const buffer = backend.createBuffer(label, group, bytes);
      this.#owned.push(buffer);
      return buffer;
    };
    this.#raw = make("landmark scores", "activations", shape.maxTokens * heads * landmarks * 4);
    this.#stats = make("landmark stats", "activations", shape.maxTokens * heads * 8);
    this.#votes = make("landmark votes", "activations", kvHeads * landmarks * 4);
    this.#highest = make("highest votes", "activations", landmarks * 4);
    backend.upload(this.#highest, 0, new Float32Array(landmarks).fill(HIGHEST_VOTE));
    this.#items = make("slot items", "staging", kvHeads * slots * 16);
    this.#staged = make("staged values", "staging", slots * CHUNK_TOKENS * tokenBytes(shape));
  }

  /** A new question. `forced`: tokens whose chunks are chosen in every layer whatever their score. */
  begin(forced: readonly number[] = []): void {
    this.#forced = new Set(forced.map((token) => Math.floor(token / CHUNK_TOKENS)));
    this.#forcedRuns.clear();
    for (const [layer, { lowRank }] of this.#mixer.layers.entries()) {
      lowRank?.chosen.clear();
      if (lowRank?.onDevice && this.#forced.size > 0) {
        this.#forcedRuns.set(layer, lowRank.chosen.runsOf(this.#forced));
      }
    }
    this.#isLate = false;
    this.#known = [];
    this.#arriving.clear();
  }

  /** The question is read: from here on steps need not wait for their choices. */
  beginAnswer(): void {
    this.#isLate = this.#isDeferred;
  }

  /** Before a step is recorded: brings in what the step before it chose late. */
  async prepare(): Promise<void> {
    this.#arriving.clear();
    const items: SlotItem[] = [];
    const size = CHUNK_TOKENS * (tokenBytes(this.#shape) / this.#shape.kvHeads);
    for (const { layer, votes } of this.#known) {
      const memory = this.#mixer.layers[layer];
      const chosen = memory?.lowRank?.chosen;
      if (!memory || !chosen) throw new Error(`layer ${layer}`);
      const own = chosen.choose(votes, this.#forced, this.#countLate(chosen.slots));
      if (own.length === 0) continue;
      const values = await valuesOf(memory, own, this.#shape);
      this.#backend.upload(this.#staged, items.length * size, values);
      this.#arriving.set(layer, { firstItem: items.length, itemCount: own.length });
      items.push(...own);
    }
    this.#known = [];
    if (items.length > 0) this.#backend.upload(this.#items, 0, packSlotItems(items));
  }

  /** Before a layer is mixed; its queries are projected. Nothing to do without low rank, or a budget. */
  choose(pass: Pass, layer: number): Promise<void> | undefined {
    const memory = this.#mixer.layers[layer];
    if (!memory?.lowRank?.chosen.slots) return undefined;
    const { lowRank } = memory;
    this.#score(pass, lowRank);
    if (this.#isLate) {
      const bytes = this.#config.kvHeads * lowRank.landmarkCount * 4;
      this.#lateVotes.push({ layer, votes: pass.recorder.readback(this.#votes, 0, bytes) });
      const arriving = this.#arriving.get(layer);
      if (arriving) this.#fill(pass.recorder, layer, memory, lowRank, arriving);
      return undefined;
    }
    if (!lowRank.onDevice) return this.#choose(pass.recorder, layer, memory, lowRank);
    this.#chooseOnDevice(pass.recorder, layer, memory, lowRank, lowRank.onDevice);
    return undefined;
  }

  /** After the step was submitted: what was chosen is known. */
  async settle(): Promise<void> {
    const chosen = this.#chosen;
    this.#chosen = [];
    for (const { lowRank, items } of chosen) lowRank.chosen.mirror(new Uint32Array(await items));
    const late = this.#lateVotes;
    this.#lateVotes = [];
    for (const { layer, votes } of late) {
      this.#known.push({ layer, votes: new Float32Array(await votes) });
    }
  }

  destroy(): void {
    for (const buffer of this.#owned) this.#backend.destroyBuffer(buffer);
  }

  #score({ recorder, tokens }: Pass, { landmarks, landmarkCount }: LowRankMemory): void {
    const { heads, kvHeads, headDim, attentionScale, attentionSoftCap } = this.#config;
    landmarkScores(
      recorder,
      {
        q: this.#mixer.qRot,
        landmarks,
        raw: this.#raw,
        stats: this.#stats,
        votes: this.#votes,
      },
      {
        tokens,
        heads,
        kvHeads,
        headDim,
        landmarks: landmarkCount,
        scale: attentionScale,
        softCap: attentionSoftCap ?? 0,
        dtype: this.#shape.dtype,
      },
    );
  }

  async #choose(
    recorder: Recorder,
    layer: number,
    memory: LayerMemory,
    lowRank: LowRankMemory,
  ): Promise<void> {
    const { landmarkCount, chosen } = lowRank;
    const { kvHeads } = this.#config;
    const votes = recorder.readback(this.#votes, 0, kvHeads * landmarkCount * 4);
    recorder.cut();
    const items = chosen.choose(new Float32Array(await votes), this.#forced);
    if (items.length === 0) return;
    const values = await valuesOf(memory, items, this.#shape);
    this.#backend.upload(this.#items, 0, packSlotItems(items));
    this.#backend.upload(this.#staged, 0, values);
    this.#fill(recorder, layer, memory, lowRank, { firstItem: 0, itemCount: items.length });
  }

  /** Keys and values of uploaded items. */
  #fill(
    recorder: Recorder,
    layer: number,
    memory: LayerMemory,
    lowRank: LowRankMemory,
    items: ItemRange,
  ): void {
    const place = this.#rebuild(recorder, layer, memory, lowRank, items);
    const { headDim } = this.#config;
    placeValues(recorder, this.#items, this.#staged, memory.vPool, { ...place, headDim });
  }

  #countLate(slots: number): number {
    return Math.ceil(slots / slotsPerChoice("deferred"));
  }

  /** All slots are filled again: what to keep is not known before the step is over. */
  #chooseOnDevice(
    recorder: Recorder,
    layer: number,
    memory: LayerMemory,
    lowRank: LowRankMemory,
    { values, ids }: ValuesOnDevice,
  ): void {
    const { kvHeads, headDim } = this.#config;
    const { landmarkCount, chosen } = lowRank;
    const itemCount = kvHeads * chosen.slots;
    const sizes = { kvHeads, landmarks: landmarkCount, slots: chosen.slots };
    const shape = { ...sizes, firstSlot: memory.outliers };
    for (const { first, length } of this.#forcedRuns.get(layer) ?? []) {
      recorder.copy(this.#highest, 0, this.#votes, first * 4, length * 4);
    }
    topChunks(recorder, this.#votes, ids, this.#items, shape);
    const place = this.#rebuild(recorder, layer, memory, lowRank, { firstItem: 0, itemCount });
    const { chunks } = memory.bytes.plan;
    unpackValues(recorder, this.#items, values, memory.vPool, { ...place, headDim, chunks });
    const items = recorder.readback(this.#items, 0, itemCount * 16);
    this.#chosen.push({ lowRank, items });
  }

  #rebuild(
    recorder: Recorder,
    layer: number,
    { kPool }: LayerMemory,
    { a, basis, mean, rank }: LowRankMemory,
    items: ItemRange,
  ) {
    const { spec, table } = this.#mixer.rope(layer);
    const { kvHeads } = this.#config;
    const place = { ...items, kvHeads, dtype: this.#shape.dtype };
    const buffers = { items: this.#items, a, b: basis, mean, ropeTable: table, kPool };
    rebuildKeys(recorder, buffers, { ...place, rank, rope: spec });
    return place;
  }
}
