// Opens the device that computes: the GPU that the caller provides, or the processor. It states what it
// can do, and the choice of kernels follows from these capabilities alone.
// Never requests timestamp-query: merely enabling it slows decoding on Metal.

import { type Backend, WasmRefused, WebGpuBackend } from "../../../kernels/index.ts";
import type { DeviceReport } from "../api.ts";
import { EngineError } from "../errors.ts";
import type { ThreadHost, WasmFlavour } from "../../../kernels/wasm/kernel-module.ts";
import type { DeviceChoice } from "./device-choice.ts";

export interface OpenDevice {
  readonly backend: Backend;
  readonly report: DeviceReport;
  /** Resolves when the device is lost, however that came about; `destroyed` when we did it. */
  readonly lost: Promise<{ readonly destroyed: boolean; readonly message: string }>;
}

const MIN_BINDING_BYTES = 32 * 1024 * 1024;
/** What 32 bits can address. */
const PROCESSOR_BYTES = 4 * 1024 ** 3;
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|software|basic render/i;

/** `threads`: for where the processor computes. Throws `no-webgpu`, `no-adapter`, `limit-exceeded` or `no-wasm`. */
export async function openDevice(
  gpu: GPU | undefined,
  choice: DeviceChoice,
  threads?: ThreadHost,
): Promise<OpenDevice> {
  const found = await findDevice(gpu, choice);
  return found.kind === "webgpu"
    ? openGraphics(found.adapter)
    : openProcessor(found.flavour, threads);
}

/** What `open` opens; undefined where there is no processor to compute on. Throws what else `open` throws. */
export async function unlessNoWasm<T>(open: () => Promise<T>): Promise<T | undefined> {
  return open().catch((error: unknown) => {
    if (error instanceof EngineError && error.code === "no-wasm") return undefined;
    throw error;
  });
}

/** What a choice would open, without opening it. */
export interface DeviceProspect {
  /** Why nothing can be opened; null when something can. */
  readonly problem: string | null;
  readonly kind: "webgpu" | "cpu";
  /** A software adapter: slower than the processor by itself. */
  readonly software: boolean;
  readonly maxBufferBytes: number;
}

export async function deviceProspect(
  gpu: GPU | undefined,
  choice: DeviceChoice,
): Promise<DeviceProspect> {
  try {
    const found = await findDevice(gpu, choice);
    const { kind } = found;
    if (kind === "cpu") {
      return { problem: null, kind, software: false, maxBufferBytes: PROCESSOR_BYTES };
    }
    const { info, limits } = found.adapter;
    const { maxBufferSize: maxBufferBytes } = limits;
    return { problem: null, kind, software: isSoftware(info), maxBufferBytes };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const kind = choice === "webgpu" ? "webgpu" : "cpu";
    return { problem: error.message, kind, software: false, maxBufferBytes: 0 };
  }
}

type Found =
  | { readonly kind: "webgpu"; readonly adapter: GPUAdapter }
  | { readonly kind: "cpu"; readonly flavour: WasmFlavour };

async function findDevice(gpu: GPU | undefined, choice: DeviceChoice): Promise<Found> {
  if (choice === "cpu") return findProcessor();
  if (choice === "webgpu") return { kind: "webgpu", adapter: await requireAdapter(gpu) };
  const adapter = await gpu?.requestAdapter({ powerPreference: "high-performance" });
  if (adapter && !isSoftware(adapter.info) && isLargeEnough(adapter)) {
    return { kind: "webgpu", adapter };
  }
  try {
    return await findProcessor();
  } catch (error) {
    // A software adapter is better than nothing.
    if (adapter) return { kind: "webgpu", adapter: await requireAdapter(gpu) };
    throw error;
  }
}

async function findProcessor(): Promise<Found> {
  try {
    const { bestFlavour } = await kernelModule();
    return { kind: "cpu", flavour: bestFlavour() };
  } catch (error) {
    throw asEngineError(error);
  }
}

// Loaded only where the processor may be chosen: a page with a graphics card never fetches it.
const kernelModule = () => import("../../../kernels/wasm/kernel-module.ts");

async function openProcessor(flavour: WasmFlavour, host?: ThreadHost): Promise<OpenDevice> {
  try {
    const { chooseProducts, openWasmBackend } = await kernelModule();
    const backend = await openWasmBackend(flavour, host);
    chooseProducts(backend, () => performance.now());
    const { threads } = backend;
    return {
      backend,
      report: {
        kind: "cpu",
        adapter: `processor (WebAssembly, ${flavour} SIMD, ${threads === 1 ? "1 thread" : `${threads} threads`})`,
        fallback: true,
        features: [flavour],
        maxBufferBytes: backend.capabilities.maxBufferBytes,
        maxBindingBytes: backend.capabilities.maxBindingBytes,
      },
      // The processor stays; of its threads one may die.
      lost: backend.lost.then((message) => ({ destroyed: false, message })),
    };
  } catch (error) {
    throw asEngineError(error);
  }
}

function asEngineError(error: unknown): unknown {
  if (!(error instanceof WasmRefused)) return error;
  return new EngineError("no-wasm", REFUSALS[error.reason], { cause: error });
}

const REFUSALS = {
  missing:
    "This browser has no WebAssembly with SIMD, which computing without a graphics card needs. Use a current browser.",
  forbidden:
    "This page's security policy forbids WebAssembly, which computing without a graphics card needs. Whoever runs the page can allow it with 'wasm-unsafe-eval' in script-src.",
} as const;

function nameOf(info: GPUAdapterInfo): string {
  return [info.vendor, info.architecture, info.device, info.description]
    .filter((part) => part.length > 0)
    .join(" ");
}

function isSoftware(info: GPUAdapterInfo): boolean {
  return info.isFallbackAdapter || SOFTWARE.test(nameOf(info));
}

const isLargeEnough = (adapter: GPUAdapter): boolean =>
  adapter.limits.maxStorageBufferBindingSize >= MIN_BINDING_BYTES;

async function requireAdapter(gpu: GPU | undefined): Promise<GPUAdapter> {
  if (!gpu) {
    throw new EngineError(
      "no-webgpu",
      "This browser does not offer WebGPU. Let the processor compute, or use a current Chrome, Edge or Safari and open the page over https or on localhost.",
    );
  }
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) {
    throw new EngineError(
      "no-adapter",
      "WebGPU is present but found no graphics adapter. Let the processor compute, or turn on hardware acceleration in the browser settings, update the graphics driver, and reload.",
    );
  }
  if (!isLargeEnough(adapter)) {
    throw new EngineError(
      "limit-exceeded",
      `The graphics adapter allows bindings of ${adapter.limits.maxStorageBufferBindingSize} bytes; at least ${MIN_BINDING_BYTES} are needed.`,
    );
  }
  return adapter;
}

async function openGraphics(adapter: GPUAdapter): Promise<OpenDevice> {
  const { limits } = adapter;
  const wanted = ["shader-f16", "subgroups"] as GPUFeatureName[];
  const features = wanted.filter((name) => adapter.features.has(name));
  const device = await adapter.requestDevice({
    requiredFeatures: features,
    requiredLimits: {
      maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
      maxBufferSize: limits.maxBufferSize,
      maxComputeWorkgroupStorageSize: limits.maxComputeWorkgroupStorageSize,
    },
  });
  const name = nameOf(adapter.info);
  const fallback = isSoftware(adapter.info);
  const backend = new WebGpuBackend(device, {
    shaderF16: features.includes("shader-f16"),
    subgroups: features.includes("subgroups"),
    barrierFree: fallback,
    maxBindingBytes: limits.maxStorageBufferBindingSize,
    maxBufferBytes: limits.maxBufferSize,
  });
  return {
    backend,
    report: {
      kind: "webgpu",
      adapter: name || "unnamed adapter",
      fallback,
      features,
      maxBufferBytes: limits.maxBufferSize,
      maxBindingBytes: limits.maxStorageBufferBindingSize,
    },
    lost: device.lost.then((event) => ({
      destroyed: event.reason === "destroyed",
      message: event.message,
    })),
  };
}
