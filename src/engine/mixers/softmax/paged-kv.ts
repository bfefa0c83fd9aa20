// The KV cache of one token stream and softmax attention over it: page pools per layer, page tables, the
// gathered working set. The pools are its own: others name layers, pages and runs. Says nothing about
// which spans are recalled or when tokens are sealed (attention/), or about projections (transformer/).

import {
  attentionDecode,
  attentionMass,
  attentionPrefill,
  type Backend,
  type BindingSlice,
  copySpanPages,
  type CopySpanPagesShape,
  decodePartialsLength,
  type DeviceBuffer,
  gatherRope,
  kvAppend,
  kvRowBytes,
  packExtent,
  type PackExtentShape,
  PAGE_TOKENS,
  type Recorder,
  ropeRows,
  scatterPages,
  type ScatterPagesShape,
  sealVectors,
  type SealVectorsShape,
} from "../../../../kernels/index.ts";
import { slotRuns } from "./kv-layout.ts";
import { PagePool } from "./page-pool.ts";
import type { PagedKvShape } from "./paged-kv-shape.ts";
import { buildPageTable, oldestVisible, type PageTable, type ResidentSpan } from "./page-table.ts";
import type { ModelConfig } from "../../model/config.ts";
import { createRopeTables, type LayerRope } from "./rope-tables.ts";
import type { Workspace } from "../../transformer/transformer.ts";

interface LayerKv {
  readonly kPool: DeviceBuffer; // dtype [page][K][16][D], keys before RoPE
  readonly vPool: DeviceBuffer; // dtype [page][K][16][D]
  readonly pages: PagePool;
  /** First token that is still in the ring. */
  firstRing: number;
}

/** What a kernel needs to know beside the pools, which are this cache's own. */
type OwnShape<S> = Omit<S, "kvHeads" | "headDim" | "dtype" | "ringCapacity" | "ringFirstPage">;

export class PagedKv {
  readonly #layers: readonly LayerKv[];
  readonly shape: PagedKvShape;
  readonly config: ModelConfig;
  /** Tokens processed; the tokens of the running step are not counted before `advance`. */
  now = 0;
  readonly kRot: DeviceBuffer; // f32 [K][setCapacity][D], rotated keys of the layer at work
  readonly vSet: DeviceBuffer; // f32 [K][setCapacity][D]
  readonly qRot: DeviceBuffer; // f32 [T, H*D]
  readonly lse: DeviceBuffer; // f32 [H, T]
  /** f32 [L][maxEntries], squared attention per entry, added up by `addMass`. */
  readonly mass: DeviceBuffer;
  readonly #qClamped: DeviceBuffer; // f32 [T, H*D]
  readonly #tables: DeviceBuffer; // u32 [L][maxEntries][4]
  readonly #partials: DeviceBuffer;
  readonly #scores: DeviceBuffer; // f32 [H][setCapacity]
  readonly #ropes: readonly LayerRope[];
  readonly #owned: DeviceBuffer[];
  readonly #plans: (PageTable | undefined)[];
  readonly #backend: Backend;

  constructor(backend: Backend, config: ModelConfig, shape: PagedKvShape) {
    if (shape.maxEntries % PAGE_TOKENS !== 0) throw new Error("maxEntries: a multiple of 16");
    this.#backend = backend;
    this.config = config;
    this.shape = shape;
    const { heads, kvHeads, headDim, layers } = config;
    const { layout, kvDtype, maxTokens, setCapacity, maxEntries } = shape;
    const poolBytes = layout.totalPages * PAGE_TOKENS * kvHeads * kvRowBytes(kvDtype, headDim);
    const floats = (label: string, count: number) =>
      backend.createBuffer(label, "activations", count * 4);
    this.#layers = Array.from({ length: layers }, (_, layer) => ({
      kPool: backend.createBuffer(`k pool ${layer}`, "kv-pool", poolBytes),
      vPool: backend.createBuffer(`v pool ${layer}`, "kv-pool", poolBytes),
      pages: new PagePool(layout),
      firstRing: layout.sinkTokens,
    }));
    this.kRot = floats("k set", kvHeads * setCapacity * headDim);
    this.vSet = floats("v set", kvHeads * setCapacity * headDim);
    this.qRot = floats("q rotated", maxTokens * heads * headDim);
    this.#qClamped = floats("q clamped", maxTokens * heads * headDim);
    this.lse = floats("lse", heads * maxTokens);
    this.mass = floats("mass", layers * maxEntries);
    this.#tables = floats("page tables", layers * maxEntries * 4);
    this.#partials = floats("partials", decodePartialsLength(heads, headDim));
    this.#scores = floats("scores", heads * setCapacity);
    const ropes = createRopeTables(backend, config, shape.maxPositions);
    this.#ropes = ropes.layers;
    this.#owned = [
      ...this.#layers.flatMap(({ kPool, vPool }) => [kPool, vPool]),
      ...[this.kRot, this.vSet, this.qRot, this.#qClamped, this.lse, this.mass],
      ...[this.#tables, this.#partials, this.#scores],
      ...ropes.buffers,
    ];
    this.#plans = new Array<PageTable | undefined>(layers).fill(undefined);
  }

  rope(layer: number): LayerRope {
    const rope = this.#ropes[layer];
    if (!rope) throw new Error(`layer ${layer}`);
    return rope;
  }

  /** The layer's sliding window, 0 without one. */
  window(layer: number): number {
    return this.config.layerConfigs[layer]?.slidingWindow ?? 0;
  }

  /** The first token that some query of the next `tokens` tokens sees in `layer`. */
  oldestVisible(layer: number, tokens: number): number {
    return oldestVisible({ now: this.now + tokens, tokens, window: this.window(layer) });
  }

  pages(layer: number): PagePool {
    return this.#layer(layer).pages;
  }

  /** First token of the layer that is still in the ring; those before it are sinks, sealed or forgotten. */
  firstRing(layer: number): number {
    return this.#layer(layer).firstRing;
  }

  /** Tokens before `end` are no longer read from the ring. */
  leaveRing(layer: number, end: number): void {
    this.#layer(layer).firstRing = end;
  }

  /** Bytes of the sinks, or of sinks and ring, at the start of one pool of a layer. */
  residentBytes(part: "sinks" | "sinks and ring"): number {
    const { firstRingPage, firstSpanPage } = this.shape.layout;
    const pages = part === "sinks" ? firstRingPage : firstSpanPage;
    return pages * PAGE_TOKENS * this.config.kvHeads * this.#rowBytes;
  }

  /** The first `bytes` of k and of v: [page][K][16][row] each. */
  readResident(recorder: Recorder, layer: number, bytes: number): Promise<ArrayBuffer>[] {
    const { kPool, vPool } = this.#layer(layer);
    return [recorder.readback(kPool, 0, bytes), recorder.readback(vPool, 0, bytes)];
  }

  writeResident(layer: number, k: Uint8Array, v: Uint8Array): void {
    const { kPool, vPool } = this.#layer(layer);
    this.#backend.upload(kPool, 0, k);
    this.#backend.upload(vPool, 0, v);
  }

  /** Index vectors of spans in the ring, see kernels/spans/seal-vectors.ts. */
  sealVectors(
    recorder: Recorder,
    layer: number,
    [spans, votes, own, target]: readonly [BindingSlice, BindingSlice, BindingSlice, BindingSlice],
    shape: OwnShape<SealVectorsShape>,
  ): void {
    const kernelShape = { ...shape, ...this.#ringShape };
    sealVectors(recorder, spans, votes, own, this.#layer(layer).kPool, target, kernelShape);
  }

  /** Tokens of the ring → `extent` as the store keeps them, see kernels/spans/pack-extent.ts. */
  packExtent(
    recorder: Recorder,
    layer: number,
    [runs, extent]: readonly [BindingSlice, BindingSlice],
    shape: OwnShape<PackExtentShape>,
  ): void {
    const { kPool, vPool } = this.#layer(layer);
    packExtent(recorder, runs, kPool, vPool, extent, { ...shape, ...this.#ringShape });
  }

  /** Tokens of the ring → span pages, see kernels/spans/copy-span-pages.ts. */
  copyToPages(
    recorder: Recorder,
    layer: number,
    runs: BindingSlice,
    shape: OwnShape<CopySpanPagesShape>,
  ): void {
    const { kPool, vPool } = this.#layer(layer);
    copySpanPages(recorder, runs, kPool, vPool, { ...shape, ...this.#ringShape });
  }

  /** Spans as the store keeps them → span pages, see kernels/spans/scatter-pages.ts. */
  scatter(
    recorder: Recorder,
    layer: number,
    [items, staged]: readonly [BindingSlice, BindingSlice],
    shape: OwnShape<ScatterPagesShape>,
  ): void {
    const { kPool, vPool } = this.#layer(layer);
    scatterPages(recorder, items, staged, kPool, vPool, { ...shape, ...this.#rowShape });
  }

  /** The page table of the running step, once `plan` was called for the layer. */
  planned(layer: number): PageTable {
    const plan = this.#plans[layer];
    if (!plan) throw new Error(`layer ${layer} has no plan`);
    return plan;
  }

  /** Fixes what the next `tokens` tokens attend to in `layer` and uploads its page table. */
  plan(layer: number, tokens: number, spans: readonly ResidentSpan[]): PageTable {
    const { layout, positions, setCapacity, maxEntries, maxPositions } = this.shape;
    const table = buildPageTable(layout, {
      now: this.now + tokens,
      tokens,
      firstRing: this.firstRing(layer),
      spans,
      positions,
      window: this.window(layer),
    });
    if (table.setTokens > setCapacity || table.entryCount > maxEntries) {
      throw new Error(
        `layer ${layer}: set of ${table.setTokens} tokens in ${table.entryCount} entries, room for ${setCapacity} in ${maxEntries}`,
      );
    }
    const last = table.ringPosition + (this.now + tokens - table.firstRingToken);
    if (last > maxPositions) throw new Error(`position ${last} of ${maxPositions}`);
    this.#backend.upload(this.#tables, layer * maxEntries * 16, table.entries);
    this.#plans[layer] = table;
    return table;
  }

  /**
   * Appends k, v of the workspace and attends: ws.q, ws.k, ws.v → ws.attended, lse. "prefill" gathers
   * the set into kRot and vSet, "decode" (one token) reads the pages.
   */
  attend(
    recorder: Recorder,
    ws: Workspace,
    layer: number,
    tokens: number,
    path: "prefill" | "decode",
  ): void {
    if (path === "decode" && tokens !== 1) throw new Error(`decode of ${tokens} tokens`);
    const { kvHeads, headDim } = this.config;
    const { kPool, vPool } = this.#layer(layer);
    for (const run of slotRuns(this.shape.layout, this.now, tokens)) {
      const { slotBase, ringOffset, ringCapacity, count } = run;
      const place = { slotBase, ringOffset, ringCapacity };
      const rowBegin = run.firstToken - this.now;
      const shape = {
        tokens: count,
        rowBegin,
        kvHeads,
        headDim,
        dtype: this.shape.kvDtype,
        ...place,
      };
      kvAppend(recorder, ws.k, ws.v, kPool, vPool, shape);
    }
    if (path === "decode") this.#attendToken(recorder, ws, layer);
    else this.#attendChunk(recorder, ws, layer, tokens);
  }

  /** Adds the attention mass of the last `attend` of one token to `mass`. */
  addMass(recorder: Recorder, layer: number): void {
    attentionMass(recorder, this.#scores, this.lse, this.#tables, this.mass, {
      heads: this.config.heads,
      setCapacity: this.shape.setCapacity,
      entryBegin: layer * this.shape.maxEntries,
      entryCount: this.planned(layer).entryCount,
    });
  }

  /** Scores of the last `attend` of one token, f32 [H][setCapacity] at the set indices of its plan. */
  async readScores(recorder: Recorder): Promise<Float32Array> {
    return new Float32Array(await recorder.readback(this.#scores, 0, this.#scores.size));
  }

  advance(tokens: number): void {
    this.now += tokens;
  }

  /** Drops everything from token `now` on; the ring still holds what came before. */
  rewind(now: number): void {
    if (now > this.now) throw new Error(`rewind from ${this.now} to ${now}`);
    this.now = now;
  }

  destroy(): void {
    for (const buffer of this.#owned) this.#backend.destroyBuffer(buffer);
  }

  #layer(index: number): LayerKv {
    const layer = this.#layers[index];
    if (!layer) throw new Error(`layer ${index}`);
    return layer;
  }

  get #rowBytes(): number {
    return kvRowBytes(this.shape.kvDtype, this.config.headDim);
  }

  get #rowShape() {
    const { kvHeads, headDim } = this.config;
    return { kvHeads, headDim, dtype: this.shape.kvDtype };
  }

  get #ringShape() {
    const { ringCapacity, firstRingPage } = this.shape.layout;
    return { ...this.#rowShape, ringCapacity, ringFirstPage: firstRingPage };
  }

  #rotateQueries(recorder: Recorder, ws: Workspace, layer: number, tokens: number): DeviceBuffer {
    const { heads } = this.config;
    const { spec, table } = this.rope(layer);
    const plan = this.planned(layer);
    ropeRows(recorder, ws.q, table, this.qRot, {
      rope: spec,
      tokens,
      heads,
      positionBase: plan.ringPosition + (this.now - plan.firstRingToken),
      positionStep: 1,
    });
    if (plan.clampedTokens === 0) return this.qRot;
    ropeRows(recorder, ws.q, table, this.#qClamped, {
      rope: spec,
      tokens,
      heads,
      positionBase: this.shape.clampDistance,
      positionStep: 0,
    });
    return this.#qClamped;
  }

  #attendChunk(recorder: Recorder, ws: Workspace, layer: number, tokens: number): void {
    const { heads, kvHeads, headDim, attentionScale, attentionSoftCap } = this.config;
    const { setCapacity, maxEntries, kvDtype } = this.shape;
    const { kPool, vPool } = this.#layer(layer);
    const { spec, table } = this.rope(layer);
    const plan = this.planned(layer);
    gatherRope(recorder, kPool, vPool, this.#tables, table, this.kRot, this.vSet, {
      rope: spec,
      dtype: kvDtype,
      kvHeads,
      setCapacity,
      entryBegin: layer * maxEntries,
      entryCount: plan.entryCount,
    });
    const qClamped = this.#rotateQueries(recorder, ws, layer, tokens);
    const { kRot, vSet, lse } = this;
    attentionPrefill(
      recorder,
      { q: this.qRot, qClamped, kRot, vSet, out: ws.attended, lse },
      {
        heads,
        kvHeads,
        headDim,
        scale: attentionScale,
        softCap: attentionSoftCap ?? 0,
        tokens,
        setCapacity,
        setCount: plan.setTokens,
        visibleBase: plan.setTokens - tokens,
        clampedCount: plan.clampedTokens,
        window: this.window(layer),
      },
    );
  }

  #attendToken(recorder: Recorder, ws: Workspace, layer: number): void {
    const { heads, kvHeads, attentionScale, attentionSoftCap } = this.config;
    const { setCapacity, maxEntries, kvDtype } = this.shape;
    const { kPool, vPool } = this.#layer(layer);
    const { spec, table } = this.rope(layer);
    const qClamped = this.#rotateQueries(recorder, ws, layer, 1);
    attentionDecode(
      recorder,
      {
        q: this.qRot,
        qClamped,
        kPool,
        vPool,
        pageTable: this.#tables,
        ropeTable: table,
        partials: this.#partials,
        scores: this.#scores,
        out: ws.attended,
        lse: this.lse,
      },
      {
        heads,
        kvHeads,
        rope: spec,
        scale: attentionScale,
        softCap: attentionSoftCap ?? 0,
        dtype: kvDtype,
        setCapacity,
        entryBegin: layer * maxEntries,
        entryCount: this.planned(layer).entryCount,
      },
    );
  }
}
