// A document being read with ShadowKV: takes the text layer by layer, keeps of every layer what its plan says.
// A commit stands between two layers.

import type { DocumentWriter } from "../../store/types.ts";
import type { BoundModel } from "../bound-model.ts";
import { damagedCheckpoint } from "../checkpoint-header.ts";
import type { DocumentReading } from "../engine.ts";
import { cutLayer, type StoredLayer, storedChunks } from "./layer-keys.ts";
import { LayerPass } from "./layer-pass.ts";
import type { DocumentPlan } from "./layer-plan.ts";
import type { LayerReaderShape } from "./layer-reader.ts";
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
  readonly #pass: LayerPass;
  readonly #done: StoredLayer[] = [];

  /** Starts at the first layer, or goes on behind the last one that was committed. Throws `index-damaged`. */
  constructor(parts: ShadowReadingParts) {
    this.#parts = parts;
    const { model, plan, shape, writer } = parts;
    const bytes = parts.tokens.length * model.loaded.model.config.width * 4;
    const state = writer.checkpoint ? readShadowState(writer.checkpoint) : undefined;
    if (state) {
      const isBetween = state.layers.length < plan.layers.length;
      const isOurs = state.tokens === plan.tokens && state.hidden?.byteLength === bytes;
      if (!isOurs || !isBetween) throw damagedCheckpoint("it belongs to another document");
      this.#done.push(...state.layers);
      for (const [layer, own] of plan.layers.slice(0, state.layers.length).entries()) {
        const { from, end } = storedChunks(plan, own);
        const spans = end - Math.max(from, plan.headChunks);
        if (writer.reader.spans(layer).count !== Math.max(0, spans))
          throw damagedCheckpoint("other spans");
      }
    }
    const start = state?.hidden && { layer: state.layers.length, hidden: state.hidden };
    this.#pass = new LayerPass(model, shape, parts.tokens, start);
  }

  /** Progress counted in tokens: a token is done when it is through all layers. */
  get now(): number {
    const { length } = this.#parts.tokens;
    const { layers } = this.#parts.model.loaded.model.config;
    return Math.floor((this.#done.length * length + this.#pass.through) / layers);
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
    return this.#pass.isDone();
  }

  async step(): Promise<void> {
    await this.#pass.step();
    if (this.#pass.isThroughLayer()) await this.#keepLayer();
  }

  /** Between two layers, at the last one that is done: without one there is nothing to keep yet. */
  async commit(): Promise<void> {
    if (this.#done.length === 0) return;
    const { writer, model, tokens, prefixTokens } = this.#parts;
    const hidden = await this.#pass.hidden();
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
    this.#pass.destroy();
  }

  async #keepLayer(): Promise<void> {
    const { plan, shape, writer } = this.#parts;
    const { layer } = this.#pass;
    const { spans, layer: stored } = cutLayer(await this.#pass.keys(plan), plan, shape);
    await writer.append(layer, spans);
    this.#done.push(stored);
    this.#pass.next();
  }
}
