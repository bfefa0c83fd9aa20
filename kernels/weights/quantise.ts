// Floating-point weights to block formats while a model is loaded, after ggml's quantize_row_*_ref: one f16
// scale per 32 weights, 8 bits (d = max |x| / 127) or 4 bits (d = the value of largest size / -8).
import { halfToNumber } from "./dequantise.ts";
import { blockLayouts, type WeightFormat } from "./formats.ts";
import { toHalf } from "../shared/kv-pool.ts";

/** Formats whose numbers are given as they are. */
export type FloatFormat = Extract<WeightFormat, "F32" | "F16" | "BF16">;
export const QUANTISED_FORMATS = ["Q8_0", "Q4_0"] as const;
export type QuantisedFormat = (typeof QUANTISED_FORMATS)[number];

const BLOCK = 32;

export function isFloatFormat(format: WeightFormat): format is FloatFormat {
  return format === "F32" || format === "F16" || format === "BF16";
}

/** File bytes of `count` numbers as f32 [count]. */
export function floatsOf(format: FloatFormat, bytes: Uint8Array, count: number): Float32Array {
  if (format === "F32") return new Float32Array(aligned(bytes).buffer, 0, count);
  const halves = new Uint16Array(aligned(bytes).buffer, 0, count);
  if (format === "BF16") {
    const words = new Uint32Array(count);
    for (let i = 0; i < count; i++) words[i] = halves[i]! << 16;
    return new Float32Array(words.buffer);
  }
  const floats = new Float32Array(count);
  const table = halfTable();
  for (let i = 0; i < count; i++) floats[i] = table[halves[i]!]!;
  return floats;
}

/** f32 [n · 32] → bytes as they lie in a file of this format. */
export function quantise(format: QuantisedFormat, values: Float32Array): Uint8Array {
  const { bytes: blockBytes } = blockLayouts[format];
  const blocks = values.length / BLOCK;
  const out = new Uint8Array(blocks * blockBytes);
  const write = format === "Q8_0" ? writeEight : writeFour;
  for (let block = 0; block < blocks; block++) {
    write(values, block * BLOCK, out, block * blockBytes);
  }
  return out;
}

function writeEight(x: Float32Array, from: number, out: Uint8Array, to: number): void {
  let most = 0;
  for (let i = 0; i < BLOCK; i++) most = Math.max(most, Math.abs(x[from + i]!));
  const inverse = writeScale(most / 127, out, to);
  for (let i = 0; i < BLOCK; i++) {
    out[to + 2 + i] = Math.max(-127, Math.min(127, Math.round(x[from + i]! * inverse)));
  }
}

function writeFour(x: Float32Array, from: number, out: Uint8Array, to: number): void {
  let most = 0;
  for (let i = 0; i < BLOCK; i++) {
    if (Math.abs(x[from + i]!) > Math.abs(most)) most = x[from + i]!;
  }
  const inverse = writeScale(most / -8, out, to);
  for (let i = 0; i < BLOCK / 2; i++) {
    const low = nibble(x[from + i]! * inverse);
    const high = nibble(x[from + i + BLOCK / 2]! * inverse);
    out[to + 2 + i] = low | (high << 4);
  }
}

/** -8 … 7 as 0 … 15. */
const nibble = (value: number): number => Math.max(0, Math.min(15, Math.trunc(value + 8.5)));

/** Weights beyond what an f16 scale can carry are clipped to it. Returns 1 / scale. */
function writeScale(scale: number, out: Uint8Array, at: number): number {
  const bounded = Math.max(-65_504, Math.min(65_504, scale));
  const half = toHalf(bounded);
  out[at] = half & 255;
  out[at + 1] = half >> 8;
  return bounded === 0 ? 0 : 1 / bounded;
}

/** From the start of a buffer of its own, where it does not begin at an even place. */
function aligned(bytes: Uint8Array): { readonly buffer: ArrayBufferLike } {
  return bytes.byteOffset === 0 ? bytes : bytes.slice();
}

let halves: Float32Array | undefined;

/** f32 [65536] */
function halfTable(): Float32Array {
  halves ??= Float32Array.from({ length: 65_536 }, (_, bits) => halfToNumber(bits));
  return halves;
}
