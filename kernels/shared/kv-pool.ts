// The element type of the KV pools: one WGSL snippet each, and the CPU side of the packing.
// Pool layout: [page][K][16 tokens][D], D a multiple of 4.
import kvF16 from "./kv-f16.wgsl?raw";
import kvF32 from "./kv-f32.wgsl?raw";

export type KvDtype = "f16" | "f32";

export const PAGE_TOKENS = 16;

export const kvSnippets: Readonly<Record<KvDtype, string>> = { f16: kvF16, f32: kvF32 };

export const kvElementBytes: Readonly<Record<KvDtype, number>> = { f16: 2, f32: 4 };

/** Index of the first element of (page, KV head, row) in a pool. */
export function poolIndex(
  page: number,
  kvHead: number,
  row: number,
  shape: { readonly kvHeads: number; readonly headDim: number },
): number {
  return ((page * shape.kvHeads + kvHead) * PAGE_TOKENS + row) * shape.headDim;
}

const floatWord = new Float32Array(1);
const floatBits = new Uint32Array(floatWord.buffer);

/** Bits of the f16 nearest to `value` (ties to even), as pack2x16float of IEEE hardware. */
export function toHalf(value: number): number {
  floatWord[0] = value;
  const bits = floatBits[0]!;
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  if (magnitude >= 0x47800000) return sign | 0x7c00;
  if (magnitude < 0x38800000) {
    // Subnormal half: a multiple of 2^-24.
    const scaled = Math.abs(floatWord[0]) * 2 ** 24;
    const low = Math.floor(scaled);
    const rest = scaled - low;
    const up = rest > 0.5 || (rest === 0.5 && low % 2 === 1);
    return sign | (up ? low + 1 : low);
  }
  const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
  return sign | Math.min(0x7c00, (rounded - 0x38000000) >>> 13);
}

export function fromHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 31;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Pool words → elements, for twins and tests. */
export function unpackPool(words: Uint32Array, dtype: KvDtype): Float32Array {
  if (dtype === "f32") return new Float32Array(words.buffer, words.byteOffset, words.length);
  const halves = new Uint16Array(words.buffer, words.byteOffset, words.length * 2);
  return Float32Array.from(halves, fromHalf);
}
