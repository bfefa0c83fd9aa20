// Reads a document with exact attention, layer by layer: all tokens through one layer, then the next. One
// call of `step` is one chunk of one layer; a commit stands between two layers.
// Source: arXiv 2410.21465 algorithm 1. The last layer needs no attention: nobody asks for its outcome.

import type { DeviceBuffer, Recorder } from "../../../../kernels/index.ts";
import type { DocumentWriter } from "../../store/types.ts";
import type { Workspace } from "../../transformer/transformer.ts";
import type { BoundModel } from "../bound-model.ts";
import type { DocumentReading } from "../engine.ts";
import { cutLayer, type StoredLayer, storedChunks } from "./layer-keys.ts";
import type { DocumentPlan } from "./layer-plan.ts";
import { LayerReader, type LayerReaderShape } from "./layer-reader.ts";
import { damagedCheckpoint } from "../checkpoint-header.ts";
import { readShadowState, saveShadowState } from "./shadow-checkpoint.ts";

export interface ShadowReadingParts {
  readonly model: BoundModel;
  readonly writer: DocumentWriter;
  readonly plan: DocumentPlan;
  /** Prompt prefix and document, in the order they are read. */
  readonly tokens: Uint32Array;
  readonly prefixTokens: number;
  readonly shape: LayerReaderShape;
}

export class ShadowReading implements DocumentReading {
  readonly #parts: ShadowReadingParts;
  readonly #reader: LayerReader;
  readonly #workspace: Workspace;
  /** f32 [S, E] in front of the layer at work, and behind it. */
  #from: DeviceBuffer;
  #to: DeviceBuffer;
  readonly #done: StoredLayer[] = [];
  /** Tokens of the layer at work that are through it. */
  #at = 0;

  /** Starts at the first layer, or goes on behind the last one that was committed. Throws `index-damaged`. */
  constructor(parts: ShadowReadingParts) {
    this.#parts = parts;
    const { model, plan, shape, writer } = parts;
    const { backend, loaded } = model;
    const { config } = loaded.model;
    const bytes = parts.tokens.length * config.width * 4;
    const state = writer.checkpoint ? readShadowState(writer.checkpoint) : undefined;
    if (state) {
      const isOurs = state.tokens === plan.tokens && state.hidden?.byteLength === bytes;
      if (!isOurs) throw damagedCheckpoint("it belongs to another document");
      this.#done.push(...state.layers);
      for (const [layer, own] of plan.layers.slice(0, state.layers.length).entries()) {
        const { from, end } = storedChunks(plan, own);
        const spans = end - Math.max(from, plan.headChunks);
        if (writer.reader.spans(layer).count !== Math.max(0, spans))
          throw damagedCheckpoint("other spans");
      }
    }
    this.#reader = new LayerReader(backend, config, shape, plan);
    this.#workspace = loaded.transformer.createWorkspace(shape.chunk, 1);
    this.#from = backend.createBuffer("hidden", "activations", bytes);
    this.#to = backend.createBuffer("hidden next", "activations", bytes);
    if (state?.hidden) backend.upload(this.#from, 0, state.hidden);
  }

  /** Progress counted in tokens: a token is done when it is through all layers. */
  get now(): number {
    const { length } = this.#parts.tokens;
    const { layers } = this.#parts.model.loaded.model.config;
    return Math.floor((this.#done.length * length + this.#at) / layers);
  }

  get totalTokens(): number {
    return this.#parts.tokens.length;
  }

  get spans(): number {
    return this.#done.reduce(
      (sum, _, layer) => sum + this.#parts.writer.reader.spans(layer).count,
      0,
    );
  }

  get ramBytes(): number {
    return 0;
  }

  isDone(): boolean {
    return this.#done.length === this.#parts.model.loaded.model.config.layers;
  }

  async step(): Promise<void> {
    const { model, tokens, shape } = this.#parts;
    const { backend, counter } = model;
    const layer = this.#done.length;
    const start = this.#at;
    const count = Math.min(shape.chunk, tokens.length - start);
    if (this.isDone() || count <= 0) throw new Error("the document is at its end");
    if (layer === 0) {
      backend.upload(this.#workspace.ids, 0, tokens.subarray(start, start + count));
      counter.count(start, count, tokens.length);
    }
    const recorder = backend.record();
    this.#layer(recorder, layer, start, count);
    const fence = recorder.readback(this.#workspace.x, 0, 4);
    recorder.submit();
    await fence;
    this.#at += count;
    if (this.#at === tokens.length) await this.#finishLayer(layer);
  }

  /** Between two layers, at the last one that is done: without one there is nothing to keep yet. */
  async commit(): Promise<void> {
    if (this.#done.length === 0) return;
    const { writer, model, tokens, prefixTokens } = this.#parts;
    const hidden = new Uint8Array(await model.backend.read(this.#from, 0, this.#from.size));
    const state = { tokens: tokens.length, layers: this.#done, hidden };
    const share = this.#done.length / model.loaded.model.config.layers;
    const tokensCommitted = Math.floor((tokens.length - prefixTokens) * share);
    await writer.commit({ tokensCommitted, checkpoint: saveShadowState(state) });
  }

  async finish(): Promise<void> {
    const { writer, tokens, prefixTokens } = this.#parts;
    if (!this.isDone()) throw new Error("the document is not at its end");
    const state = { tokens: tokens.length, layers: this.#done };
    const tokensCommitted = tokens.length - prefixTokens;
    await writer.finish({ tokensCommitted, checkpoint: saveShadowState(state) });
  }

  destroy(): void {
    const { backend, loaded } = this.#parts.model;
    this.#reader.destroy();
    loaded.transformer.destroyWorkspace(this.#workspace);
    backend.destroyBuffer(this.#from);
    backend.destroyBuffer(this.#to);
  }

  #layer(recorder: Recorder, layer: number, start: number, count: number): void {
    const { transformer } = this.#parts.model.loaded;
    const { config } = transformer;
    const ws = this.#workspace;
    const row = config.width * 4;
    if (layer === 0) transformer.embed(recorder, ws, count);
    else recorder.copy(this.#from, start * row, ws.x, 0, count * row);
    transformer.projectQkv(recorder, ws, layer, count);
    this.#reader.mix(recorder, ws, layer, start, count);
    if (layer + 1 === config.layers) return;
    transformer.projectOutput(recorder, ws, layer, count);
    transformer.feedForward(recorder, ws, layer, count);
    recorder.copy(ws.x, 0, this.#to, start * row, count * row);
  }

  async #finishLayer(layer: number): Promise<void> {
    const { plan, shape, writer } = this.#parts;
    const { spans, layer: stored } = cutLayer(await this.#reader.finish(layer), plan, shape);
    await writer.append(layer, spans);
    this.#done.push(stored);
    this.#at = 0;
    [this.#from, this.#to] = [this.#to, this.#from];
  }
}
