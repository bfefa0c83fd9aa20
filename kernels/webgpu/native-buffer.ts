// The one place where an opaque buffer is a GPUBuffer again.
import type { DeviceBuffer } from "../backend.ts";

/** Buffers come from this backend: anything else is a mistake of the caller. */
export function native(buffer: DeviceBuffer): GPUBuffer {
  return buffer as GPUBuffer;
}
