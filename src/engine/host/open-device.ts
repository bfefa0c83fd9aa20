// Opens the device that computes: the GPU that the caller provides, or the processor. It states what it
// can do, and the choice of kernels follows from these capabilities alone.
// Never requests timestamp-query: merely enabling it slows decoding on Metal.

import { type Backend, WasmRefused, WebGpuBackend } from "../../../kernels/index.ts";
import type { DeviceReport } from "../api.ts";
import { EngineError } from "../errors.ts";

/** auto: a graphics card where there is one, else the processor. */
export type DeviceChoice = "auto" | "webgpu" | "cpu";

export interface OpenDevice {
  readonly backend: Backend;
  readonly report: DeviceReport;
  /** Resolves when the device is lost, however that came about; `destroyed` when we did it. */
  readonly lost: Promise<{ readonly destroyed: boolean; readonly message: string }>;
}

const MIN_BINDING_BYTES = 32 * 1024 * 1024;
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|software|basic render/i;

/** Throws `no-webgpu`, `no-adapter`, `limit-exceeded` or `no-wasm`. */
export async function openDevice(gpu: GPU | undefined, choice: DeviceChoice): Promise<OpenDevice> {
  if (choice === "cpu") return openProcessor();
  if (choice === "webgpu") return openGraphics(gpu);
  const adapter = await gpu?.requestAdapter({ powerPreference: "high-performance" });
  if (adapter && !isSoftware(adapter.info)) return openGraphics(gpu);
  try {
    return await openProcessor();
  } catch (error) {
    // A software adapter is better than nothing.
    if (adapter) return openGraphics(gpu);
    throw error;
  }
}

async function openProcessor(): Promise<OpenDevice> {
  try {
    // Loaded only here: a page with a graphics card never fetches the modules.
    const { openWasmBackend, bestFlavour } = await import("../../../kernels/wasm/kernel-module.ts");
    const flavour = bestFlavour();
    const backend = await openWasmBackend(flavour);
    return {
      backend,
      report: {
        kind: "cpu",
        adapter: `processor (WebAssembly, ${flavour} SIMD)`,
        fallback: true,
        features: [flavour],
        maxBufferBytes: backend.capabilities.maxBufferBytes,
        maxBindingBytes: backend.capabilities.maxBindingBytes,
      },
      lost: new Promise(() => undefined), // the processor stays
    };
  } catch (error) {
    if (!(error instanceof WasmRefused)) throw error;
    throw new EngineError("no-wasm", REFUSALS[error.reason], { cause: error });
  }
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

async function openGraphics(gpu: GPU | undefined): Promise<OpenDevice> {
  if (!gpu) {
    throw new EngineError(
      "no-webgpu",
      "This browser does not offer WebGPU. Use a current Chrome, Edge or Safari, and open the page over https or on localhost.",
    );
  }
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) {
    throw new EngineError(
      "no-adapter",
      "WebGPU is present but found no graphics adapter. Turn on hardware acceleration in the browser settings, update the graphics driver, and reload.",
    );
  }
  const { limits } = adapter;
  if (limits.maxStorageBufferBindingSize < MIN_BINDING_BYTES) {
    throw new EngineError(
      "limit-exceeded",
      `The graphics adapter allows bindings of ${limits.maxStorageBufferBindingSize} bytes; at least ${MIN_BINDING_BYTES} are needed.`,
    );
  }
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
