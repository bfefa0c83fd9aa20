// What mixers share whose past is folded into buffers of fixed size: it can be copied and put back as a
// whole, never cut.

import type { Backend, DeviceBuffer } from "../../../kernels/index.ts";
import type { Workspace } from "../transformer/transformer.ts";
import type { Mixer, MixerSnapshot, Pass } from "./mixer.ts";

export abstract class FoldedMixer implements Mixer {
  protected readonly backend: Backend;
  #position = 0;

  constructor(backend: Backend) {
    this.backend = backend;
  }

  /** The buffers whose bytes together are what is remembered. */
  protected abstract readonly remembered: readonly DeviceBuffer[];

  abstract project(pass: Pass, ws: Workspace, layer: number): void;
  abstract mix(pass: Pass, ws: Workspace, layer: number): void;

  get position(): number {
    return this.#position;
  }

  get snapshotBytes(): number {
    return this.remembered.reduce((sum, { size }) => sum + size, 0);
  }

  advance(tokens: number): void {
    this.#position += tokens;
  }

  /** All bytes, in the order of the buffers. */
  async snapshot(): Promise<MixerSnapshot> {
    const state = new Uint8Array(this.snapshotBytes);
    const position = this.#position;
    let at = 0;
    // One after the other: staging memory for one buffer is enough.
    for (const buffer of this.remembered) {
      state.set(new Uint8Array(await this.backend.read(buffer, 0, buffer.size)), at);
      at += buffer.size;
    }
    return { position, state };
  }

  restore({ position, state }: MixerSnapshot): void {
    if (!state) throw new Error("a folded past can be put back, not cut");
    if (state.length !== this.snapshotBytes) {
      throw new Error(`a state of ${state.length} bytes for ${this.snapshotBytes}`);
    }
    let at = 0;
    for (const buffer of this.remembered) {
      this.backend.upload(buffer, 0, state.subarray(at, at + buffer.size));
      at += buffer.size;
    }
    this.#position = position;
  }

  reusablePrefix(length: number): number {
    return length >= this.#position ? this.#position : 0;
  }
}
