// Test support: a Dawn device in Node, buffers between guard words, error bounds. Tests only.
// The driver is chosen by the environment (VK_DRIVER_FILES / VK_ICD_FILENAMES), set by
// `npm test`; a missing adapter is a failure, never a skip.
import { create, globals } from "webgpu";
import type { Backend, DeviceBuffer, Recorder } from "../backend.ts";
import { WebGpuBackend } from "../webgpu/webgpu-backend.ts";

Object.assign(globalThis, globals);

const GUARD = 0x7fc0de5a; // a NaN pattern: reading it by mistake shows
const GUARD_WORDS = 64; // 256 bytes: keeps bindings aligned

let shared: Promise<Backend> | undefined;

/** One device per test file. */
export function testBackend(): Promise<Backend> {
  shared ??= openBackend(["backend=vulkan"]);
  return shared;
}

/** Compiles WGSL without executing it: no driver needed. */
export function nullBackend(): Promise<WebGpuBackend> {
  return openBackend(["backend=null"]);
}

// Dawn's instance dies with its JavaScript wrapper, so the wrapper is kept for the whole process.
const instances: GPU[] = [];

/** The software driver, for what opens its own device. */
export function testGpu(): GPU {
  const gpu = create(["backend=vulkan"]);
  instances.push(gpu);
  return gpu;
}

async function openBackend(flags: string[]): Promise<WebGpuBackend> {
  const gpu = create(flags);
  instances.push(gpu);
  const adapter = await gpu.requestAdapter();
  if (!adapter) throw new Error(`no WebGPU adapter with ${flags.join(" ")}; see README, Tests`);
  const { maxStorageBufferBindingSize, maxBufferSize, maxComputeWorkgroupStorageSize } =
    adapter.limits;
  const wanted = ["shader-f16", "subgroups"] as GPUFeatureName[];
  const features = wanted.filter((name) => adapter.features.has(name));
  const device = await adapter.requestDevice({
    requiredFeatures: features,
    requiredLimits: { maxStorageBufferBindingSize, maxBufferSize, maxComputeWorkgroupStorageSize },
  });
  return new WebGpuBackend(device, {
    shaderF16: features.includes("shader-f16"),
    subgroups: features.includes("subgroups"),
    barrierFree: true,
    maxBindingBytes: maxStorageBufferBindingSize,
    maxBufferBytes: maxBufferSize,
  });
}

/** A buffer with guard words before and after its payload. */
export interface GuardedBuffer {
  readonly slice: { buffer: DeviceBuffer; offsetBytes: number; sizeBytes: number };
  readonly label: string;
}

/** Uploads `data` (length a multiple of 4 bytes) between guard words. */
export function guarded(
  backend: Backend,
  label: string,
  data: Float32Array | Uint32Array | Int32Array,
): GuardedBuffer {
  const words = new Uint32Array(data.length + 2 * GUARD_WORDS).fill(GUARD);
  words.set(new Uint32Array(data.buffer, data.byteOffset, data.length), GUARD_WORDS);
  const buffer = backend.createBufferFrom(label, "activations", words);
  const slice = { buffer, offsetBytes: GUARD_WORDS * 4, sizeBytes: data.length * 4 };
  return { slice, label };
}

/** Runs `record` in one submission and returns the payload of every buffer after checking guards. */
export async function runGuarded<T extends Record<string, GuardedBuffer>>(
  backend: Backend,
  buffers: T,
  record: (recorder: Recorder) => void,
): Promise<{ [K in keyof T]: ArrayBuffer }> {
  const recorder = backend.record();
  record(recorder);
  const reads = Object.entries(buffers).map(async ([name, { slice, label }]) => {
    const bytes = await recorder.readback(slice.buffer, 0, slice.buffer.size);
    const words = new Uint32Array(bytes);
    for (let i = 0; i < GUARD_WORDS; i++) {
      if (words[i] !== GUARD)
        throw new Error(`${label}: guard word ${i} before it was overwritten`);
      if (words[words.length - 1 - i] !== GUARD) {
        throw new Error(`${label}: guard word ${i} after it was overwritten`);
      }
    }
    const start = slice.offsetBytes;
    return [name, bytes.slice(start, start + slice.sizeBytes)] as const;
  });
  recorder.submit();
  const result = Object.fromEntries(await Promise.all(reads));
  for (const { slice } of Object.values(buffers)) backend.destroyBuffer(slice.buffer);
  return result as { [K in keyof T]: ArrayBuffer };
}

/** Sum of squared differences over sum of squared expected values. NaN anywhere gives NaN. */
export function nmse(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) {
    throw new Error(`lengths differ: ${actual.length} and ${expected.length}`);
  }
  let error = 0;
  let power = 0;
  for (let i = 0; i < expected.length; i++) {
    error += (actual[i]! - expected[i]!) ** 2;
    power += expected[i]! ** 2;
  }
  return error / Math.max(power, 1e-30);
}

/** Deterministic standard-normal-like numbers. */
export function randomFloats(length: number, seed: number): Float32Array {
  let state = seed >>> 0 || 1;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return Float32Array.from({ length }, () => (next() + next() + next() + next() - 2) * 1.7);
}
