// Buffers whose bytes together are what a recurrent mixer remembers: read out and put back as one.

import type { Backend, DeviceBuffer } from "../../../kernels/index.ts";

export class DeviceState {
  readonly bytes: number;
  readonly #backend: Backend;
  readonly #buffers: readonly DeviceBuffer[];

  constructor(backend: Backend, buffers: readonly DeviceBuffer[]) {
    this.#backend = backend;
    this.#buffers = buffers;
    this.bytes = buffers.reduce((sum, { size }) => sum + size, 0);
  }

  /** All bytes, in the order of the buffers. */
  async read(): Promise<Uint8Array> {
    const all = new Uint8Array(this.bytes);
    let at = 0;
    // One after the other: staging memory for one buffer is enough.
    for (const buffer of this.#buffers) {
      all.set(new Uint8Array(await this.#backend.read(buffer, 0, buffer.size)), at);
      at += buffer.size;
    }
    return all;
  }

  write(state: Uint8Array): void {
    if (state.length !== this.bytes) {
      throw new Error(`a state of ${state.length} bytes for ${this.bytes}`);
    }
    let at = 0;
    for (const buffer of this.#buffers) {
      this.#backend.upload(buffer, 0, state.subarray(at, at + buffer.size));
      at += buffer.size;
    }
  }
}
