// Opens the GPU that the caller provides and states what it can do. The choice of kernels follows
// from these capabilities alone (specification webgpu-practice §2, §3). Never requests
// timestamp-query: merely enabling it slows decoding on Metal.

import { type Backend, WebGpuBackend } from "../../../kernels/index.ts";
import type { DeviceReport } from "../api.ts";
import { EngineError } from "../errors.ts";

export interface OpenDevice {
  readonly backend: Backend;
  readonly report: DeviceReport;
  /** Resolves when the device is lost, however that came about; `destroyed` when we did it. */
  readonly lost: Promise<{ readonly destroyed: boolean; readonly message: string }>;
}

const MIN_BINDING_BYTES = 32 * 1024 * 1024;
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|software|basic render/i;

/** Throws `no-webgpu`, `no-adapter` or `limit-exceeded`. */
export async function openDevice(gpu: GPU | undefined): Promise<OpenDevice> {
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
  const { info } = adapter;
  const name = [info.vendor, info.architecture, info.device, info.description]
    .filter((part) => part.length > 0)
    .join(" ");
  const fallback = info.isFallbackAdapter || SOFTWARE.test(name);
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
