// The backend on WebGPU: buffers with a byte ledger, and what ends a run. Not here: recording
// (webgpu-recorder.ts), pipelines (pipeline-cache.ts), which adapter is used (open-device.ts).

import {
  type Backend,
  type BindingSlice,
  type Capabilities,
  type DeviceBuffer,
  DeviceFailure,
  type Ledger,
  LEDGER_GROUPS,
  type LedgerGroup,
  type Recorder,
  type Variant,
} from "../backend.ts";
import type { Kernel } from "../define-kernel.ts";
import { native } from "./native-buffer.ts";
import { type Pipeline, PipelineCache } from "./pipeline-cache.ts";
import { SLOT_BYTES, SLOTS, WebGpuRecorder } from "./webgpu-recorder.ts";

// WebGPU's GPUBufferUsage values: the global object is missing under some Node set-ups.
const GPU_USAGE = {
  MAP_READ: 1,
  COPY_SRC: 4,
  COPY_DST: 8,
  UNIFORM: 64,
  STORAGE: 128,
} as const;
const STORAGE_USAGE = GPU_USAGE.STORAGE | GPU_USAGE.COPY_SRC | GPU_USAGE.COPY_DST;

export class WebGpuBackend implements Backend {
  readonly device: GPUDevice;
  readonly capabilities: Capabilities;
  readonly #pipelines: PipelineCache;
  readonly #live = new Map<GPUBuffer, { label: string; group: LedgerGroup; bytes: number }>();
  readonly #staging = new Map<number, GPUBuffer[]>();
  readonly params: GPUBuffer;
  readonly #shadows: DataView<ArrayBuffer>[] = [];
  #failure: DeviceFailure | undefined;
  #liveBytes = 0;
  #peakBytes = 0;

  constructor(device: GPUDevice, capabilities: Capabilities) {
    this.device = device;
    this.capabilities = capabilities;
    this.#pipelines = new PipelineCache(device);
    device.addEventListener("uncapturederror", (event) => {
      const { error } = event as GPUUncapturedErrorEvent;
      const kind =
        error.constructor.name === "GPUOutOfMemoryError" ? "out-of-memory" : "validation";
      this.#failure ??= new DeviceFailure(kind, error.message);
    });
    void device.lost.then((info) => {
      if (info.reason !== "destroyed") this.#failure ??= new DeviceFailure("lost", info.message);
      else this.#failure ??= new DeviceFailure("lost", "the device was destroyed");
    });
    this.params = this.#create(
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

  createBuffer(label: string, group: LedgerGroup, bytes: number): DeviceBuffer {
    return this.#create(label, group, bytes, STORAGE_USAGE);
  }

  #create(label: string, group: LedgerGroup, bytes: number, usage: number): GPUBuffer {
    if (!Number.isSafeInteger(bytes) || bytes <= 0) {
      throw new Error(`buffer ${label}: ${bytes} bytes`);
    }
    const size = Math.ceil(bytes / 4) * 4;
    if (size > this.capabilities.maxBufferBytes) {
      throw new DeviceFailure(
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
  createBufferFrom(label: string, group: LedgerGroup, data: ArrayBufferView): DeviceBuffer {
    const buffer = this.createBuffer(label, group, Math.max(4, data.byteLength));
    this.upload(buffer, 0, data);
    return buffer;
  }

  upload(target: DeviceBuffer, offsetBytes: number, data: ArrayBufferView): void {
    const buffer = native(target);
    const whole = data.byteLength - (data.byteLength % 4);
    this.device.queue.writeBuffer(buffer, offsetBytes, data.buffer, data.byteOffset, whole);
    if (whole < data.byteLength) {
      const tail = new Uint8Array(4);
      tail.set(new Uint8Array(data.buffer, data.byteOffset + whole, data.byteLength - whole));
      this.device.queue.writeBuffer(buffer, offsetBytes + whole, tail);
    }
  }

  destroyBuffer(target: DeviceBuffer): void {
    const buffer = native(target);
    if (!this.#live.delete(buffer)) throw new Error(`buffer ${buffer.label} destroyed twice`);
    this.#liveBytes -= buffer.size;
    this.#pipelines.forget(buffer);
    buffer.destroy();
  }

  ledger(): Ledger {
    const sums = Object.fromEntries(LEDGER_GROUPS.map((group) => [group, 0])) as Record<
      LedgerGroup,
      number
    >;
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
  prepare(variants: readonly Variant[]): Promise<void> {
    return this.#pipelines.prepare(variants);
  }

  pipelineFor(kernel: Kernel, constants?: Record<string, number>): Pipeline {
    return this.#pipelines.pipelineFor(kernel, constants);
  }

  bindGroupFor(entry: Pipeline, kernel: Kernel, slices: readonly BindingSlice[]): GPUBindGroup {
    return this.#pipelines.bindGroupFor(entry, kernel, this.params, SLOT_BYTES, slices);
  }

  record(): Recorder {
    return new WebGpuRecorder(this);
  }

  /** Copies bytes back to the CPU; resolves after all work submitted before it. */
  async read(buffer: DeviceBuffer, offsetBytes: number, bytes: number): Promise<ArrayBuffer> {
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
      this.#create("readback", "staging", size, GPU_USAGE.MAP_READ | GPU_USAGE.COPY_DST)
    );
  }

  returnStaging(buffer: GPUBuffer): void {
    const list = this.#staging.get(buffer.size) ?? [];
    list.push(buffer);
    this.#staging.set(buffer.size, list);
  }

  dispose(): void {
    for (const buffer of this.#live.keys()) buffer.destroy();
    this.#live.clear();
    this.#liveBytes = 0;
    this.#staging.clear();
    this.#pipelines.clear();
    this.device.destroy();
  }
}
