// The bounds of one thread, measured by a module that does nothing else.
import text from "../../../../kernels/wasm/assembly/peak/peak.ts?assemblyscript=relaxed";

export interface Peak {
  /** 8-bit multiplications and additions a second, from the first cache. */
  readonly operationsPerSecond: number;
  readonly bytesPerSecond: number;
}

const PANEL_BYTES = 4096;
const ROUNDS = 200_000;
const READ_BYTES = 96 * 2 ** 20;
const READ_FROM = 65_536;
const TIMES = 5;

export async function measurePeak(): Promise<Peak> {
  const pages = (READ_FROM + READ_BYTES) / 65_536;
  const memory = new WebAssembly.Memory({ initial: pages, maximum: 65_535 });
  new Uint8Array(memory.buffer).fill(1); // pages that nobody wrote are all the same one
  const bytes = Buffer.from(text, "base64");
  const { instance } = await WebAssembly.instantiate(bytes, { env: { memory } });
  const { products, reading } = instance.exports as Record<
    string,
    (a: number, b: number) => number
  >;
  return {
    operationsPerSecond: (ROUNDS * PANEL_BYTES * 2) / fastest(() => products?.(READ_FROM, ROUNDS)),
    bytesPerSecond: READ_BYTES / fastest(() => reading?.(READ_FROM, READ_BYTES)),
  };
}

/** Seconds of the least disturbed time. */
function fastest(work: () => unknown): number {
  let best = Infinity;
  for (let i = 0; i < TIMES; i++) {
    const started = performance.now();
    work();
    best = Math.min(best, performance.now() - started);
  }
  return best / 1000;
}
