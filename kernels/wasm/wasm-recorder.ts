// Collects the work of one submission. Uploads made before `submit` are seen by all of it, as on WebGPU.
import {
  type BindingSlice,
  type Capabilities,
  type DeviceBuffer,
  type Recorder,
} from "../backend.ts";
import { type Kernel, writeParams } from "../define-kernel.ts";
import { implementationOf } from "./implementations.ts";
import type { WasmBackend } from "./wasm-backend.ts";

export class WasmRecorder implements Recorder {
  readonly #backend: WasmBackend;
  #work: (() => void)[] = [];
  #waiting: (() => void)[] = [];
  #submitted = false;

  constructor(backend: WasmBackend) {
    this.#backend = backend;
  }

  get capabilities(): Capabilities {
    return this.#backend.capabilities;
  }

  dispatch<F extends string>(
    kernel: Kernel<F>,
    params: Readonly<Record<F, number>>,
    buffers: readonly BindingSlice[],
    workgroups: readonly [number, number?, number?],
    constants: Record<string, number> = {},
  ): void {
    if (buffers.length !== kernel.bindings.length) {
      throw new Error(`${kernel.name}: ${buffers.length} buffers for ${kernel.bindings.length}`);
    }
    if (workgroups.some((count) => count === 0)) return;
    const backend = this.#backend;
    const implementation = implementationOf(kernel);
    writeParams(kernel, params, checked, 0);
    const values: Readonly<Record<string, number>> = { ...params };
    this.#work.push(() => {
      const at = buffers.map((slice) => backend.addressOf(slice));
      backend.execute({ params: values, at, workgroups, constants }, implementation);
    });
  }

  copy(
    source: DeviceBuffer,
    sourceOffset: number,
    target: DeviceBuffer,
    targetOffset: number,
    bytes: number,
  ): void {
    this.#work.push(() => {
      const from = this.#backend.bytes(source, sourceOffset, bytes);
      this.#backend.bytes(target, targetOffset, bytes).set(from);
    });
  }

  clear(buffer: DeviceBuffer, offsetBytes = 0, bytes = buffer.size - offsetBytes): void {
    this.#work.push(() => {
      this.#backend.bytes(buffer, offsetBytes, bytes).fill(0);
    });
  }

  readback(buffer: DeviceBuffer, offsetBytes: number, bytes: number): Promise<ArrayBuffer> {
    let copy = new ArrayBuffer(0);
    this.#work.push(() => {
      copy = Uint8Array.from(this.#backend.bytes(buffer, offsetBytes, bytes)).buffer;
    });
    return new Promise((resolve, reject) => {
      this.#waiting.push(() => {
        nextTask(() => {
          try {
            this.#backend.assertHealthy();
            resolve(copy);
          } catch (error) {
            reject(error as Error);
          }
        });
      });
    });
  }

  cut(): void {
    if (this.#submitted) throw new Error("recorder submitted twice");
    this.#backend.assertHealthy();
    const work = this.#work;
    const waiting = this.#waiting;
    this.#work = [];
    this.#waiting = [];
    this.#backend.run(() => {
      for (const step of work) step();
    });
    for (const start of waiting) start();
  }

  submit(): void {
    this.cut();
    this.#submitted = true;
  }
}

/** Parameters are checked as on WebGPU; nobody reads what is written here. */
const checked = new DataView(new ArrayBuffer(256));

/** A message to oneself: unlike a timer, it is not delayed by 4 ms after a few calls. */
function nextTask(task: () => void): void {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    task();
  };
  port2.postMessage(undefined);
}
