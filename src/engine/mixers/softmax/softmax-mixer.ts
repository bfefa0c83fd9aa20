// Softmax attention over a paged KV cache as a mixer. Which tokens a layer attends to is planned before
// the step (`kv.plan`); the past can be cut anywhere, because every token has its own rows.

import type { Transformer, Workspace } from "../../transformer/transformer.ts";
import type { Mixer, MixerSnapshot, Pass } from "../mixer.ts";
import type { PagedKv } from "./paged-kv.ts";

export class SoftmaxMixer implements Mixer {
  readonly kv: PagedKv;
  readonly #transformer: Transformer;

  constructor(transformer: Transformer, kv: PagedKv) {
    this.#transformer = transformer;
    this.kv = kv;
  }

  get position(): number {
    return this.kv.now;
  }

  project({ recorder, tokens }: Pass, ws: Workspace, layer: number): void {
    this.#transformer.projectQkv(recorder, ws, layer, tokens);
  }

  mix({ recorder, tokens, path }: Pass, ws: Workspace, layer: number): void {
    this.kv.attend(recorder, ws, layer, tokens, path);
    this.#transformer.projectOutput(recorder, ws, layer, tokens);
  }

  advance(tokens: number): void {
    this.kv.advance(tokens);
  }

  snapshot(): Promise<MixerSnapshot> {
    return Promise.resolve({ position: this.kv.now });
  }

  restore({ position }: MixerSnapshot): void {
    this.kv.rewind(position);
  }

  reusablePrefix(length: number): number {
    return Math.min(length, this.kv.now);
  }
}
