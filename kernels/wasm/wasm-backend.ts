// The backend on the processor: kernels in WebAssembly over one linear memory. A submission runs at once, before
// `submit` returns; read-backs resolve in a later task, so that the host's messages are served in between.

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
import { implementationOf } from "./implementations.ts";
import type { Call, RunKernel } from "./run-kernel.ts";
import type { KernelExports } from "./kernel-module.ts";
import { LinearMemory, MOST_BYTES, WasmBuffer } from "./linear-memory.ts";
import type { Threads } from "./threads.ts";
import { WasmRecorder } from "./wasm-recorder.ts";

export class WasmBackend implements Backend {
  readonly capabilities: Capabilities = {
    shaderF16: false,
    subgroups: false,
    barrierFree: true,
    maxBindingBytes: MOST_BYTES,
    maxBufferBytes: MOST_BYTES,
  };
  /** Which way products of several tokens with weights in integers go: both are within the same bounds of error. */
  hasFloatPanels = false;
  readonly #memory: LinearMemory;
  readonly #exports: KernelExports;
  readonly #threads: Threads;
  readonly #groups = new Map<WasmBuffer, LedgerGroup>();
  #scratch: WasmBuffer | undefined;
  #failure: DeviceFailure | undefined;
  #liveBytes = 0;
  #peakBytes = 0;

  constructor(memory: LinearMemory, exports: KernelExports, threads: Threads) {
    this.#memory = memory;
    this.#exports = exports;
    this.#threads = threads;
  }

  get threads(): number {
    return this.#threads.count;
  }

  /** Resolves, with the reason, when a thread has ended by itself. */
  get lost(): Promise<string> {
    return this.#threads.lost;
  }

  assertHealthy(): void {
    if (this.#failure) throw this.#failure;
  }

  createBuffer(label: string, group: LedgerGroup, bytes: number): WasmBuffer {
    if (!Number.isSafeInteger(bytes) || bytes <= 0) {
      throw new Error(`buffer ${label}: ${bytes} bytes`);
    }
    const buffer = this.#memory.allocate(label, Math.ceil(bytes / 4) * 4);
    this.#groups.set(buffer, group);
    this.#liveBytes += buffer.size;
    this.#peakBytes = Math.max(this.#peakBytes, this.#liveBytes);
    return buffer;
  }

  createBufferFrom(label: string, group: LedgerGroup, data: ArrayBufferView): WasmBuffer {
    const buffer = this.createBuffer(label, group, Math.max(4, data.byteLength));
    this.upload(buffer, 0, data);
    return buffer;
  }

  destroyBuffer(target: DeviceBuffer): void {
    const buffer = own(target);
    if (!this.#groups.delete(buffer)) throw new Error(`buffer ${buffer.label} destroyed twice`);
    this.#liveBytes -= buffer.size;
    this.#memory.release(buffer);
  }

  upload(target: DeviceBuffer, offsetBytes: number, data: ArrayBufferView): void {
    const source = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    this.bytes(target, offsetBytes, data.byteLength).set(source);
  }

  async read(buffer: DeviceBuffer, offsetBytes: number, bytes: number): Promise<ArrayBuffer> {
    const recorder = this.record();
    const result = recorder.readback(buffer, offsetBytes, bytes);
    recorder.submit();
    return result;
  }

  record(): Recorder {
    return new WasmRecorder(this);
  }

  /** Nothing is compiled per variant; a kernel that has no implementation shows here. */
  prepare(variants: readonly Variant[]): Promise<void> {
    for (const { kernel } of variants) implementationOf(kernel);
    return Promise.resolve();
  }

  ledger(): Ledger {
    const sums = Object.fromEntries(LEDGER_GROUPS.map((group) => [group, 0])) as Record<
      LedgerGroup,
      number
    >;
    for (const [buffer, group] of this.#groups) sums[group] += buffer.size;
    return sums;
  }

  takePeakBytes(): number {
    const peak = this.#peakBytes;
    this.#peakBytes = this.#liveBytes;
    return peak;
  }

  dispose(): void {
    for (const buffer of this.#groups.keys()) this.#memory.release(buffer);
    this.#threads.dispose();
    this.#groups.clear();
    this.#liveBytes = 0;
    this.#scratch = undefined;
    this.#failure ??= new DeviceFailure("lost", "the backend was disposed");
  }

  /** The part of a live buffer, as a view that the next growth of the memory invalidates. */
  bytes(target: DeviceBuffer, offsetBytes: number, size: number): Uint8Array {
    return this.#memory.bytes(this.address(target, offsetBytes, size), size);
  }

  /** Throws where the range is not inside a live buffer. */
  address(target: DeviceBuffer, offsetBytes: number, size: number): number {
    const buffer = own(target);
    if (!buffer.live) throw new DeviceFailure("validation", `buffer ${buffer.label} was destroyed`);
    if (offsetBytes < 0 || offsetBytes + size > buffer.size) {
      throw new DeviceFailure(
        "validation",
        `buffer ${buffer.label}: bytes ${offsetBytes} to ${offsetBytes + size} of ${buffer.size}`,
      );
    }
    return buffer.address + offsetBytes;
  }

  addressOf(slice: BindingSlice): number {
    if ("offsetBytes" in slice) {
      return this.address(slice.buffer, slice.offsetBytes, slice.sizeBytes);
    }
    return this.address(slice, 0, slice.size);
  }

  /** Runs work of one submission; the first failure ends the run. */
  run(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#failure ??=
        error instanceof DeviceFailure
          ? error
          : new DeviceFailure("validation", error instanceof Error ? error.message : String(error));
    }
  }

  execute(
    call: Pick<Call, "type" | "params" | "at" | "workgroups" | "constants">,
    implementation: RunKernel,
  ): void {
    const scratch = (bytes: number) => this.#scratchAddress(bytes);
    const { hasFloatPanels } = this;
    implementation(this.#exports, { ...call, scratch, threads: this.#threads, hasFloatPanels });
  }

  /** Address of at least `bytes` of memory that lives until the next call. */
  #scratchAddress(bytes: number): number {
    if (!this.#scratch || this.#scratch.size < bytes) {
      if (this.#scratch) this.destroyBuffer(this.#scratch);
      this.#scratch = undefined;
      this.#scratch = this.createBuffer("scratch", "staging", bytes);
    }
    return this.#scratch.address;
  }
}

/** Buffers come from this backend: anything else is a mistake of the caller. */
function own(buffer: DeviceBuffer): WasmBuffer {
  if (!(buffer instanceof WasmBuffer))
    throw new Error(`buffer ${buffer.label} is of another device`);
  return buffer;
}
