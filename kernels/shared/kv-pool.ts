// The element type of the KV pools: one WGSL snippet each, and the CPU side of the packing.
// Pool layout: [page][K][16 tokens][row], a row being D elements (D a multiple of 4) and, for int8, the
// f32 scale of the row in one word behind them. A quad is the unit of the kernels: four elements, or
// the scale.
import kvF16 from "./kv-f16.wgsl?raw";
import kvF32 from "./kv-f32.wgsl?raw";
import kvInt8 from "./kv-int8.wgsl?raw";
import { type KvDtype, kvRowBytes, PAGE_TOKENS } from "./kv-row.ts";

export * from "./kv-row.ts";

export const kvSnippets: Readonly<Record<KvDtype, string>> = {
  f16: kvF16,
  f32: kvF32,
  int8: kvInt8,
};

/** Index of the first element of (page, KV head, row) in an unpacked pool. */
export function poolIndex(
  page: number,
  kvHead: number,
  row: number,
  shape: { readonly kvHeads: number; readonly headDim: number },
): number {
  return ((page * shape.kvHeads + kvHead) * PAGE_TOKENS + row) * shape.headDim;
}

/** The first word of a row in a pool's words. */
export function rowWord(
  page: number,
  kvHead: number,
  row: number,
  shape: { readonly kvHeads: number; readonly headDim: number; readonly dtype: KvDtype },
): number {
  const words = kvRowBytes(shape.dtype, shape.headDim) / 4;
  return ((page * shape.kvHeads + kvHead) * PAGE_TOKENS + row) * words;
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

/** Pool words → elements without scales, for twins and tests. */
export function unpackPool(words: Uint32Array, dtype: KvDtype, headDim: number): Float32Array {
  if (dtype === "f32") return new Float32Array(words.buffer, words.byteOffset, words.length);
  if (dtype === "f16") {
    const halves = new Uint16Array(words.buffer, words.byteOffset, words.length * 2);
    return Float32Array.from(halves, fromHalf);
  }
  const rowWords = headDim / 4 + 1;
  const rows = words.length / rowWords;
  const floats = new Float32Array(words.buffer, words.byteOffset, words.length);
  const bytes = new Int8Array(words.buffer, words.byteOffset, words.length * 4);
  return Float32Array.from({ length: rows * headDim }, (_, i) => {
    const row = Math.floor(i / headDim);
    return floats[(row + 1) * rowWords - 1]! * bytes[row * rowWords * 4 + (i % headDim)]!;
  });
}

/** The inverse: `values` are whole rows of `headDim` elements. */
export function packPool(values: Float32Array, dtype: KvDtype, headDim: number): Uint32Array {
  if (dtype === "f32") return new Uint32Array(values.buffer, values.byteOffset, values.length);
  if (dtype === "f16") return new Uint32Array(Uint16Array.from(values, toHalf).buffer);
  const rowWords = headDim / 4 + 1;
  const rows = values.length / headDim;
  const words = new Uint32Array(rows * rowWords);
  const floats = new Float32Array(words.buffer);
  const bytes = new Int8Array(words.buffer);
  for (let row = 0; row < rows; row++) {
    const own = values.subarray(row * headDim, (row + 1) * headDim);
    const most = own.reduce((top, value) => Math.max(top, Math.abs(value)), 0);
    floats[(row + 1) * rowWords - 1] = most / 127;
    const inverse = most === 0 ? 0 : Math.fround(127 / most);
    own.forEach((value, i) => {
      bytes[row * rowWords * 4 + i] = roundHalfEven(Math.fround(value * inverse));
    });
  }
  return words;
}

function roundHalfEven(value: number): number {
  const low = Math.floor(value);
  const rest = value - low;
  return rest > 0.5 || (rest === 0.5 && low % 2 !== 0) ? low + 1 : low;
}
