// Buffers as byte ranges of one WebAssembly memory. The memory only grows; what is given back is used again.
// Not here: the ledger and its groups (wasm-backend.ts).
import { type DeviceBuffer, DeviceFailure } from "../backend.ts";

const PAGE_BYTES = 65536;
/** One page short of 4 GiB: the end of every buffer is a number of 32 bits. */
const MOST_PAGES = 65535;
/** As slices on WebGPU; vectors never straddle two cache lines. */
const ALIGNMENT = 256;

export const MOST_BYTES = MOST_PAGES * PAGE_BYTES;

export class WasmBuffer implements DeviceBuffer {
  readonly label: string;
  readonly size: number;
  readonly address: number;
  live = true;

  constructor(label: string, size: number, address: number) {
    this.label = label;
    this.size = size;
    this.address = address;
  }
}

interface Range {
  readonly begin: number;
  readonly end: number;
}

export class LinearMemory {
  readonly memory: WebAssembly.Memory;
  /** Free ranges below `#top`, by address, no two touching. */
  #free: Range[] = [];
  /** Nothing was ever handed out from here on, so everything behind it is still zero. */
  #top = ALIGNMENT;
  #liveBytes = 0;

  /** `shared`: among threads. Throws `RangeError` where the host has no room for that. */
  constructor(shared: boolean) {
    this.memory = new WebAssembly.Memory({ initial: 1, maximum: MOST_PAGES, shared });
  }

  /** Bytes below `base` belong to the module's own data, `bytes` behind it to the caller; returns their address. */
  reserve(base: number, bytes: number): number {
    const address = align(base);
    this.#grow("of the kernels", bytes, address + bytes);
    this.#top = address + align(bytes);
    return address;
  }

  /** Zeros. Throws out-of-memory. */
  allocate(label: string, size: number): WasmBuffer {
    const bytes = align(size);
    const index = this.#free.findIndex(({ begin, end }) => end - begin >= bytes);
    let address = this.#top;
    if (index >= 0) {
      const { begin, end } = this.#free[index]!;
      address = begin;
      const rest = begin + bytes < end ? [{ begin: begin + bytes, end }] : [];
      this.#free.splice(index, 1, ...rest);
      new Uint8Array(this.memory.buffer, address, bytes).fill(0);
    } else {
      this.#grow(label, size, address + bytes);
      this.#top = address + bytes;
    }
    this.#liveBytes += bytes;
    return new WasmBuffer(label, size, address);
  }

  release(buffer: WasmBuffer): void {
    buffer.live = false;
    const begin = buffer.address;
    const end = begin + align(buffer.size);
    this.#liveBytes -= end - begin;
    const at = this.#free.findIndex((range) => range.begin > begin);
    const index = at < 0 ? this.#free.length : at;
    const before = this.#free[index - 1];
    const after = this.#free[index];
    const joined = {
      begin: before?.end === begin ? before.begin : begin,
      end: after?.begin === end ? after.end : end,
    };
    this.#free.splice(
      before?.end === begin ? index - 1 : index,
      (before?.end === begin ? 1 : 0) + (after?.begin === end ? 1 : 0),
      joined,
    );
  }

  bytes(address: number, size: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, address, size);
  }

  #grow(label: string, size: number, end: number): void {
    const missing = Math.ceil((end - this.memory.buffer.byteLength) / PAGE_BYTES);
    if (missing <= 0) return;
    try {
      if (end > MOST_BYTES) throw new RangeError("beyond 32 bits");
      this.memory.grow(missing);
    } catch {
      throw new DeviceFailure(
        "out-of-memory",
        `buffer ${label} needs ${size} bytes beside ${this.#liveBytes} in use; the processor's memory for the engine ends at ${MOST_BYTES}`,
      );
    }
  }
}

function align(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}
