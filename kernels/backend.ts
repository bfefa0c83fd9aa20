// What a device must be able to do: hold bytes, run kernels in the order in which they were recorded,
// and say how much it holds. One implementation per kind of device (webgpu/); above this file nobody
// knows which one is at work. Not here: what is computed (launchers), what a kernel is (define-kernel.ts).

import type { Kernel } from "./define-kernel.ts";

export interface Capabilities {
  readonly shaderF16: boolean;
  readonly subgroups: boolean;
  /** Software adapters: barriers cost a factor of 7 to 14, so the thread-per-row variants are used. */
  readonly barrierFree: boolean;
  /** Largest storage binding and buffer, bytes. */
  readonly maxBindingBytes: number;
  readonly maxBufferBytes: number;
}

/** Bytes on a device, made and destroyed by its backend only. */
export interface DeviceBuffer {
  readonly label: string;
  /** Bytes, a multiple of 4. */
  readonly size: number;
}

/** A whole buffer or a part of it. Offsets are multiples of 256 bytes. */
export type BindingSlice =
  | DeviceBuffer
  | {
      readonly buffer: DeviceBuffer;
      readonly offsetBytes: number;
      readonly sizeBytes: number;
    };

export const LEDGER_GROUPS = ["weights", "kv-pool", "activations", "index", "staging"] as const;
export type LedgerGroup = (typeof LEDGER_GROUPS)[number];
/** Exact live bytes; the sum over all groups is every buffer of a backend. */
export type Ledger = Readonly<Record<LedgerGroup, number>>;

/** A kernel with its compile-time constants. */
export interface Variant {
  readonly kernel: Kernel;
  readonly constants?: Record<string, number>;
}

export interface Backend {
  readonly capabilities: Capabilities;
  /** Throws `DeviceFailure` out-of-memory above `maxBufferBytes`. New buffers are zero. */
  createBuffer(label: string, group: LedgerGroup, bytes: number): DeviceBuffer;
  /** A buffer that holds `data` (size rounded up to 4 bytes). */
  createBufferFrom(label: string, group: LedgerGroup, data: ArrayBufferView): DeviceBuffer;
  destroyBuffer(buffer: DeviceBuffer): void;
  /** Seen by everything that is submitted later, also by what is recorded already. */
  upload(buffer: DeviceBuffer, offsetBytes: number, data: ArrayBufferView): void;
  /** Copies bytes back; resolves after all work submitted before it. */
  read(buffer: DeviceBuffer, offsetBytes: number, bytes: number): Promise<ArrayBuffer>;
  record(): Recorder;
  /** Makes variants ready ahead of use, in parallel with other work. */
  prepare(variants: readonly Variant[]): Promise<void>;
  ledger(): Ledger;
  /** Most live bytes at any moment since the last call; the count starts again at what is live now. */
  takePeakBytes(): number;
  /** Throws the first failure since the start; a run that saw one must not go on. */
  assertHealthy(): void;
  /** Gives every buffer and the device back; the ledger is then all zero. */
  dispose(): void;
}

/** Collects dispatches, copies and read-backs; `submit` sends them as one submission. */
export interface Recorder {
  /** What the device can do: launchers choose their kernel by it. */
  readonly capabilities: Capabilities;
  dispatch<F extends string>(
    kernel: Kernel<F>,
    params: Readonly<Record<F, number>>,
    buffers: readonly BindingSlice[],
    workgroups: readonly [number, number?, number?],
    constants?: Record<string, number>,
  ): void;
  copy(
    source: DeviceBuffer,
    sourceOffset: number,
    target: DeviceBuffer,
    targetOffset: number,
    bytes: number,
  ): void;
  clear(buffer: DeviceBuffer, offsetBytes?: number, bytes?: number): void;
  /** The bytes of `buffer` as they are at this point of the recording. Resolves after `cut` or `submit`. */
  readback(buffer: DeviceBuffer, offsetBytes: number, bytes: number): Promise<ArrayBuffer>;
  /** Sends what was recorded so far and goes on: for a callee that must wait for a read-back. */
  cut(): void;
  /** Sends what is left. Nothing may be recorded afterwards. */
  submit(): void;
}

/** What a device reports by itself, outside any call. */
export class DeviceFailure extends Error {
  override readonly name = "DeviceFailure";
  readonly kind: "validation" | "out-of-memory" | "lost";
  constructor(kind: "validation" | "out-of-memory" | "lost", message: string) {
    super(message);
    this.kind = kind;
  }
}
