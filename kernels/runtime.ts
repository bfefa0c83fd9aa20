// Where GPU buffers are made (with a byte ledger), and the recorder that puts many dispatches into one
// submission. Not here: pipelines (pipeline-cache.ts), what is computed (launchers), which adapter is
// used (src/engine/gpu-device.ts).

import { type Kernel, writeParams } from "./define-kernel.ts";
import { type BindingSlice, type Pipeline, PipelineCache } from "./pipeline-cache.ts";

export type { BindingSlice };

export interface Capabilities {
  readonly shaderF16: boolean;
  readonly subgroups: boolean;
  /** Software adapters: barriers cost a factor of 7 to 14, so the thread-per-row variants are used. */
  readonly barrierFree: boolean;
  /** Largest storage binding and buffer, bytes. */
  readonly maxBindingBytes: number;
  readonly maxBufferBytes: number;
}

export type LedgerGroup = "weights" | "kv-pool" | "activations" | "index" | "staging";

const SLOT_BYTES = 256;
const SLOTS = 2048;

export class GpuFailure extends Error {
  override readonly name = "GpuFailure";
  readonly kind: "validation" | "out-of-memory" | "lost";
  constructor(kind: "validation" | "out-of-memory" | "lost", message: string) {
    super(message);
    this.kind = kind;
  }
}

export class KernelRuntime {
  readonly device: GPUDevice;
  readonly capabilities: Capabilities;
  readonly #pipelines: PipelineCache;
  readonly #live = new Map<GPUBuffer, { label: string; group: LedgerGroup; bytes: number }>();
  readonly #staging = new Map<number, GPUBuffer[]>();
  readonly params: GPUBuffer;
  readonly #shadows: DataView<ArrayBuffer>[] = [];
  #failure: GpuFailure | undefined;
  #liveBytes = 0;
  #peakBytes = 0;
  /** Dispatches recorded since the start, for tests and statistics. */
  dispatchCount = 0;

  constructor(device: GPUDevice, capabilities: Capabilities) {
    this.device = device;
    this.capabilities = capabilities;
    this.#pipelines = new PipelineCache(device);
    device.addEventListener("uncapturederror", (event) => {
      const { error } = event as GPUUncapturedErrorEvent;
      const kind =
        error.constructor.name === "GPUOutOfMemoryError" ? "out-of-memory" : "validation";
      this.#failure ??= new GpuFailure(kind, error.message);
    });
    void device.lost.then((info) => {
      if (info.reason !== "destroyed") this.#failure ??= new GpuFailure("lost", info.message);
      else this.#failure ??= new GpuFailure("lost", "the device was destroyed");
    });
    this.params = this.createBuffer(
      "params",
      "staging",
      SLOT_BYTES * SLOTS,
      GPU_USAGE.UNIFORM | GPU_USAGE.COPY_DST,
    );
  }

  /** Throws the first GPU error seen since the start; a run that saw one must not go on. */
  assertHealthy(): void {
    if (this.#failure) throw this.#failure;
  }

  createBuffer(label: string, group: LedgerGroup, bytes: number, usage = STORAGE_USAGE): GPUBuffer {
    if (!Number.isSafeInteger(bytes) || bytes <= 0) {
      throw new Error(`buffer ${label}: ${bytes} bytes`);
    }
    const size = Math.ceil(bytes / 4) * 4;
    if (size > this.capabilities.maxBufferBytes) {
      throw new GpuFailure(
        "out-of-memory",
        `buffer ${label} needs ${size} bytes, this adapter allows ${this.capabilities.maxBufferBytes}`,
      );
    }
    const buffer = this.device.createBuffer({ label, size, usage });
    this.#live.set(buffer, { label, group, bytes: size });
    this.#liveBytes += size;
    this.#peakBytes = Math.max(this.#peakBytes, this.#liveBytes);
    return buffer;
  }

  /** A storage buffer that holds `data` (size rounded up to 4 bytes). */
  createBufferFrom(label: string, group: LedgerGroup, data: ArrayBufferView): GPUBuffer {
    const buffer = this.createBuffer(label, group, Math.max(4, data.byteLength));
    this.upload(buffer, 0, data);
    return buffer;
  }

  upload(buffer: GPUBuffer, offsetBytes: number, data: ArrayBufferView): void {
    const whole = data.byteLength - (data.byteLength % 4);
    this.device.queue.writeBuffer(buffer, offsetBytes, data.buffer, data.byteOffset, whole);
    if (whole < data.byteLength) {
      const tail = new Uint8Array(4);
      tail.set(new Uint8Array(data.buffer, data.byteOffset + whole, data.byteLength - whole));
      this.device.queue.writeBuffer(buffer, offsetBytes + whole, tail);
    }
  }

  destroyBuffer(buffer: GPUBuffer): void {
    if (!this.#live.delete(buffer)) throw new Error(`buffer ${buffer.label} destroyed twice`);
    this.#liveBytes -= buffer.size;
    this.#pipelines.forget(buffer);
    buffer.destroy();
  }

  /** Exact live bytes by group; the sum over all groups is every GPUBuffer of this runtime. */
  ledger(): Record<LedgerGroup, number> {
    const sums: Record<LedgerGroup, number> = {
      weights: 0,
      "kv-pool": 0,
      activations: 0,
      index: 0,
      staging: 0,
    };
    for (const { group, bytes } of this.#live.values()) sums[group] += bytes;
    return sums;
  }

  /** Most live bytes at any moment since the last call; the count starts again at what is live now. */
  takePeakBytes(): number {
    const peak = this.#peakBytes;
    this.#peakBytes = this.#liveBytes;
    return peak;
  }

  /** Compiles variants ahead of use, in parallel with other work. */
  prepare(variants: readonly { kernel: Kernel; constants?: Record<string, number> }[]) {
    return this.#pipelines.prepare(variants);
  }

  pipelineFor(kernel: Kernel, constants?: Record<string, number>): Pipeline {
    return this.#pipelines.pipelineFor(kernel, constants);
  }

  bindGroupFor(entry: Pipeline, kernel: Kernel, slices: readonly BindingSlice[]): GPUBindGroup {
    return this.#pipelines.bindGroupFor(entry, kernel, this.params, SLOT_BYTES, slices);
  }

  record(): Recorder {
    return new Recorder(this);
  }

  /** Copies bytes back to the CPU; resolves after all work submitted before it. */
  async read(buffer: GPUBuffer, offsetBytes: number, bytes: number): Promise<ArrayBuffer> {
    const recorder = this.record();
    const result = recorder.readback(buffer, offsetBytes, bytes);
    recorder.submit();
    return result;
  }

  takeParamShadow(): DataView<ArrayBuffer> {
    return this.#shadows.pop() ?? new DataView(new ArrayBuffer(SLOT_BYTES * SLOTS));
  }

  returnParamShadow(shadow: DataView<ArrayBuffer>): void {
    this.#shadows.push(shadow);
  }

  takeStaging(bytes: number): GPUBuffer {
    const size = 2 ** Math.ceil(Math.log2(Math.max(256, bytes)));
    return (
      this.#staging.get(size)?.pop() ??
      this.createBuffer("readback", "staging", size, GPU_USAGE.MAP_READ | GPU_USAGE.COPY_DST)
    );
  }

  returnStaging(buffer: GPUBuffer): void {
    const list = this.#staging.get(buffer.size) ?? [];
    list.push(buffer);
    this.#staging.set(buffer.size, list);
  }

  /** Destroys every buffer of this runtime; the ledger is then all zero. The device lives on. */
  dispose(): void {
    for (const buffer of this.#live.keys()) buffer.destroy();
    this.#live.clear();
    this.#liveBytes = 0;
    this.#staging.clear();
    this.#pipelines.clear();
  }
}

/** Collects dispatches, copies and read-backs; `submit` sends them as one submission. */
export class Recorder {
  readonly #runtime: KernelRuntime;
  #encoder: GPUCommandEncoder;
  #pass: GPUComputePassEncoder | undefined;
  readonly #shadow: DataView<ArrayBuffer>;
  #slots = 0;
  #pending: (() => void)[] = [];
  #submitted = false;

  constructor(runtime: KernelRuntime) {
    this.#runtime = runtime;
    this.#encoder = runtime.device.createCommandEncoder();
    this.#shadow = runtime.takeParamShadow();
  }

  /** What the device can do: launchers choose their kernel by it. */
  get capabilities(): Capabilities {
    return this.#runtime.capabilities;
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
    const runtime = this.#runtime;
    const entry = runtime.pipelineFor(kernel, constants);
    const group = runtime.bindGroupFor(entry, kernel, buffers);
    const offset = this.#slots * SLOT_BYTES;
    writeParams(kernel, params, this.#shadow, offset);
    this.#slots++;
    runtime.dispatchCount++;
    this.#pass ??= this.#encoder.beginComputePass();
    this.#pass.setPipeline(entry.pipeline);
    this.#pass.setBindGroup(0, group, [offset]);
    this.#pass.dispatchWorkgroups(x, y, z);
  }

  copy(
    source: GPUBuffer,
    sourceOffset: number,
    target: GPUBuffer,
    targetOffset: number,
    bytes: number,
  ): void {
    this.#endPass();
    this.#encoder.copyBufferToBuffer(source, sourceOffset, target, targetOffset, bytes);
  }

  clear(buffer: GPUBuffer, offsetBytes = 0, bytes?: number): void {
    this.#endPass();
    this.#encoder.clearBuffer(buffer, offsetBytes, bytes);
  }

  /** The bytes of `buffer` as they are at this point of the recording. Resolves after `submit`. */
  readback(buffer: GPUBuffer, offsetBytes: number, bytes: number): Promise<ArrayBuffer> {
    const size = Math.ceil(bytes / 4) * 4;
    const staging = this.#runtime.takeStaging(size);
    this.copy(buffer, offsetBytes, staging, 0, size);
    return new Promise((resolve, reject) => {
      this.#pending.push(() => {
        staging.mapAsync(1, 0, size).then(
          () => {
            const copy = staging.getMappedRange(0, size).slice(0, bytes);
            staging.unmap();
            this.#runtime.returnStaging(staging);
            try {
              this.#runtime.assertHealthy();
              resolve(copy);
            } catch (error) {
              reject(error as Error);
            }
          },
          (error: unknown) => {
            try {
              this.#runtime.assertHealthy();
              reject(error as Error);
            } catch (failure) {
              reject(failure as Error);
            }
          },
        );
      });
    });
  }

  submit(): void {
    if (this.#submitted) throw new Error("recorder submitted twice");
    this.#runtime.assertHealthy();
    this.#flush();
    this.#submitted = true;
    this.#runtime.returnParamShadow(this.#shadow);
    for (const start of this.#pending) start();
  }

  #endPass(): void {
    this.#pass?.end();
    this.#pass = undefined;
  }

  #flush(): void {
    this.#endPass();
    const { device, params } = this.#runtime;
    // Queue order makes one parameter block enough: this write runs after all earlier submissions.
    if (this.#slots > 0) {
      device.queue.writeBuffer(params, 0, this.#shadow.buffer, 0, this.#slots * SLOT_BYTES);
    }
    device.queue.submit([this.#encoder.finish()]);
    this.#encoder = device.createCommandEncoder();
    this.#slots = 0;
  }
}

// WebGPU's GPUBufferUsage values: the global object is missing under some Node set-ups.
export const GPU_USAGE = {
  MAP_READ: 1,
  COPY_SRC: 4,
  COPY_DST: 8,
  UNIFORM: 64,
  STORAGE: 128,
} as const;
export const STORAGE_USAGE = GPU_USAGE.STORAGE | GPU_USAGE.COPY_SRC | GPU_USAGE.COPY_DST;
