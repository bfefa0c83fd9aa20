// Puts many dispatches into one submission. Their parameters lie in slots of one uniform buffer.

import type { BindingSlice, Capabilities, DeviceBuffer, Recorder } from "../backend.ts";
import { type Kernel, writeParams } from "../define-kernel.ts";
import { native } from "./native-buffer.ts";
import type { WebGpuBackend } from "./webgpu-backend.ts";

/** One block of parameters, and how many fit between two submissions. */
export const SLOT_BYTES = 256;
export const SLOTS = 2048;

export class WebGpuRecorder implements Recorder {
  readonly #backend: WebGpuBackend;
  #encoder: GPUCommandEncoder;
  #pass: GPUComputePassEncoder | undefined;
  readonly #shadow: DataView<ArrayBuffer>;
  #slots = 0;
  readonly #pending: (() => void)[] = [];
  #submitted = false;

  constructor(backend: WebGpuBackend) {
    this.#backend = backend;
    this.#encoder = backend.device.createCommandEncoder();
    this.#shadow = backend.takeParamShadow();
  }

  get capabilities(): Capabilities {
    return this.#backend.capabilities;
  }

  dispatch<F extends string>(
    kernel: Kernel<F>,
    params: Readonly<Record<F, number>>,
    buffers: readonly BindingSlice[],
    workgroups: readonly [number, number?, number?],
    constants?: Record<string, number>,
  ): void {
    const [x, y = 1, z = 1] = workgroups;
    if (x === 0 || y === 0 || z === 0) return;
    if (x > 65535 || y > 65535 || z > 65535) {
      throw new Error(`${kernel.name}: grid ${x}×${y}×${z} exceeds 65535`);
    }
    if (this.#slots === SLOTS) this.#flush();
    const backend = this.#backend;
    const entry = backend.pipelineFor(kernel, constants);
    const group = backend.bindGroupFor(entry, kernel, buffers);
    const offset = this.#slots * SLOT_BYTES;
    writeParams(kernel, params, this.#shadow, offset);
    this.#slots++;
    this.#pass ??= this.#encoder.beginComputePass();
    this.#pass.setPipeline(entry.pipeline);
    this.#pass.setBindGroup(0, group, [offset]);
    this.#pass.dispatchWorkgroups(x, y, z);
  }

  copy(
    source: DeviceBuffer,
    sourceOffset: number,
    target: DeviceBuffer,
    targetOffset: number,
    bytes: number,
  ): void {
    this.#endPass();
    this.#encoder.copyBufferToBuffer(
      native(source),
      sourceOffset,
      native(target),
      targetOffset,
      bytes,
    );
  }

  clear(buffer: DeviceBuffer, offsetBytes = 0, bytes?: number): void {
    this.#endPass();
    this.#encoder.clearBuffer(native(buffer), offsetBytes, bytes);
  }

  readback(buffer: DeviceBuffer, offsetBytes: number, bytes: number): Promise<ArrayBuffer> {
    const size = Math.ceil(bytes / 4) * 4;
    const staging = this.#backend.takeStaging(size);
    this.copy(buffer, offsetBytes, staging, 0, size);
    return new Promise((resolve, reject) => {
      this.#pending.push(() => {
        staging.mapAsync(1, 0, size).then(
          () => {
            const copy = staging.getMappedRange(0, size).slice(0, bytes);
            staging.unmap();
            this.#backend.returnStaging(staging);
            try {
              this.#backend.assertHealthy();
              resolve(copy);
            } catch (error) {
              reject(error as Error);
            }
          },
          (error: unknown) => {
            try {
              this.#backend.assertHealthy();
              reject(error as Error);
            } catch (failure) {
              reject(failure as Error);
            }
          },
        );
      });
    });
  }

  cut(): void {
    if (this.#submitted) throw new Error("recorder submitted twice");
    this.#backend.assertHealthy();
    this.#flush();
    for (const start of this.#pending.splice(0)) start();
  }

  submit(): void {
    this.cut();
    this.#submitted = true;
    this.#backend.returnParamShadow(this.#shadow);
  }

  #endPass(): void {
    this.#pass?.end();
    this.#pass = undefined;
  }

  #flush(): void {
    this.#endPass();
    const { device, params } = this.#backend;
    // Queue order makes one parameter block enough: this write runs after all earlier submissions.
    if (this.#slots > 0) {
      device.queue.writeBuffer(params, 0, this.#shadow.buffer, 0, this.#slots * SLOT_BYTES);
    }
    device.queue.submit([this.#encoder.finish()]);
    this.#encoder = device.createCommandEncoder();
    this.#slots = 0;
  }
}
