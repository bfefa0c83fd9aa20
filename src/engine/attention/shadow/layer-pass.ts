// A text through the model layer by layer, with exact attention: all tokens through one layer, then the next.
// One call of `step` is one chunk of one layer. Source: arXiv 2410.21465 algorithm 1.
// The last layer needs no attention: nobody asks for its outcome. Not here: what is kept (shadow-reading.ts).

import type { DeviceBuffer, Recorder } from "../../../../kernels/index.ts";
import type { Workspace } from "../../transformer/transformer.ts";
import type { BoundModel } from "../bound-model.ts";
import type { LayerKeys } from "./layer-keys.ts";
import type { DocumentPlan } from "./layer-plan.ts";
import { LayerReader, type LayerReaderShape } from "./layer-reader.ts";

/** A place between two layers. */
export interface LayerStart {
  readonly layer: number;
  /** f32 [S, E] in front of it. */
  readonly hidden: Uint8Array;
}

export class LayerPass {
  readonly #model: BoundModel;
  readonly #shape: LayerReaderShape;
  readonly #tokens: Uint32Array;
  readonly #reader: LayerReader;
  readonly #workspace: Workspace;
  /** f32 [S, E] in front of the layer at work, and behind it. */
  #from: DeviceBuffer;
  #to: DeviceBuffer;
  #layer = 0;
  #through = 0;

  /** `start`: absent for the first layer. */
  constructor(
    model: BoundModel,
    shape: LayerReaderShape,
    tokens: Uint32Array,
    start: LayerStart | undefined,
  ) {
    this.#model = model;
    this.#shape = shape;
    this.#tokens = tokens;
    const { backend, loaded } = model;
    const { config } = loaded.model;
    const bytes = tokens.length * config.width * 4;
    this.#reader = new LayerReader(backend, config, shape, tokens.length);
    this.#workspace = loaded.transformer.createWorkspace(shape.chunk, 1);
    this.#from = backend.createBuffer("hidden", "activations", bytes);
    this.#to = backend.createBuffer("hidden next", "activations", bytes);
    if (!start) return;
    this.#layer = start.layer;
    backend.upload(this.#from, 0, start.hidden);
  }

  /** The layer at work; as many as there are when all are done. */
  get layer(): number {
    return this.#layer;
  }

  /** Tokens that are through the layer at work. */
  get through(): number {
    return this.#through;
  }

  isDone(): boolean {
    return this.#layer === this.#model.loaded.model.config.layers;
  }

  /** The next chunk of the layer at work. */
  async step(): Promise<void> {
    const { backend, counter } = this.#model;
    const start = this.#through;
    const count = Math.min(this.#shape.chunk, this.#tokens.length - start);
    if (this.isDone() || count <= 0) throw new Error("the document is at its end");
    if (this.#layer === 0) {
      backend.upload(this.#workspace.ids, 0, this.#tokens.subarray(start, start + count));
      counter.count(start, count, this.#tokens.length);
    }
    const recorder = backend.record();
    this.#record(recorder, start, count);
    const fence = recorder.readback(this.#workspace.x, 0, 4);
    recorder.submit();
    await fence;
    this.#through += count;
  }

  isThroughLayer(): boolean {
    return this.#through === this.#tokens.length;
  }

  /** What `plan` keeps of the layer, once all tokens are through it. */
  keys(plan: DocumentPlan): Promise<LayerKeys> {
    if (!this.isThroughLayer()) throw new Error(`layer ${this.#layer} is not at its end`);
    return this.#reader.finish(this.#layer, plan);
  }

  /** On to the next layer. */
  next(): void {
    this.#layer++;
    this.#through = 0;
    [this.#from, this.#to] = [this.#to, this.#from];
  }

  /** f32 [S, E] in front of the layer at work. */
  async hidden(): Promise<Uint8Array> {
    return new Uint8Array(await this.#model.backend.read(this.#from, 0, this.#from.size));
  }

  destroy(): void {
    const { backend, loaded } = this.#model;
    this.#reader.destroy();
    loaded.transformer.destroyWorkspace(this.#workspace);
    backend.destroyBuffer(this.#from);
    backend.destroyBuffer(this.#to);
  }

  #record(recorder: Recorder, start: number, count: number): void {
    const { transformer } = this.#model.loaded;
    const { config } = transformer;
    const layer = this.#layer;
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
}
