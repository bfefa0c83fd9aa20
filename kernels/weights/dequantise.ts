// CPU twins of the weight decoders: plain loops after ggml's dequantize_row_*, bit-exact in f32.
// Every product of scale and quant fits into 24 bits, so only the last subtraction rounds and the
// result does not depend on fused multiply-add.
import { type WeightFormat, blockLayouts, fileRowBytes, unpackRow } from "./formats.ts";

const IQ4_VALUES = [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113];

/** One packed row (u32 [rows, rowWords]) as f32 [cols]. */
export function dequantiseRow(
  format: WeightFormat,
  words: Uint32Array,
  row: number,
  cols: number,
): Float32Array {
  return dequantiseFileRow(format, unpackRow(format, words, row, cols), cols);
}

/** One row of file bytes (u8 [fileRowBytes]) as f32 [cols]. */
export function dequantiseFileRow(
  format: WeightFormat,
  bytes: Uint8Array,
  cols: number,
): Float32Array {
  if (bytes.length !== fileRowBytes(format, cols)) {
    throw new Error(`${format}: a row of ${cols} weights has not ${bytes.length} bytes`);
  }
  const { weights, bytes: blockBytes } = blockLayouts[format];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const out = new Float32Array(cols);
  const decode = blockDecoders[format];
  for (let block = 0; block < cols / weights; block++) {
    decode(view, block * blockBytes, out, block * weights);
  }
  return out;
}

/** f16 bits to a number, exactly. */
export function halfToNumber(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const sign = bits & 0x8000 ? -1 : 1;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

type BlockDecoder = (view: DataView, at: number, out: Float32Array, start: number) => void;

const half = (view: DataView, at: number): number => halfToNumber(view.getUint16(at, true));

/** Scale and minimum `index` (0…7) of the 12 packed bytes of Q4_K and Q5_K. */
function scaleMin(view: DataView, at: number, index: number): [number, number] {
  const byte = (i: number): number => view.getUint8(at + i);
  if (index < 4) return [byte(index) & 63, byte(index + 4) & 63];
  return [
    (byte(index + 4) & 15) | ((byte(index - 4) >> 6) << 4),
    (byte(index + 4) >> 4) | ((byte(index) >> 6) << 4),
  ];
}

/** Nibble of weight `i` in a block of 32: byte j holds weights j and j + 16. */
const nibble32 = (view: DataView, at: number, i: number): number =>
  (view.getUint8(at + (i & 15)) >> (i < 16 ? 0 : 4)) & 15;

/** Nibble of weight `i` in a block of 256: byte j of a group of 64 holds weights j and j + 32. */
const nibble64 = (view: DataView, at: number, i: number): number =>
  (view.getUint8(at + (i >> 6) * 32 + (i & 31)) >> (i & 32 ? 4 : 0)) & 15;

/** Two bits of weight `i` in a block of 256: byte j of a half holds weights j, j + 32, j + 64, j + 96. */
const pair128 = (view: DataView, at: number, i: number): number =>
  (view.getUint8(at + (i >> 7) * 32 + (i & 31)) >> (((i >> 5) & 3) * 2)) & 3;

/** One bit of weight `i` in a block of 256: bit g of byte j belongs to weight 32 g + j. */
const bit256 = (view: DataView, at: number, i: number): number =>
  (view.getUint8(at + (i & 31)) >> (i >> 5)) & 1;

const blockDecoders: Readonly<Record<WeightFormat, BlockDecoder>> = {
  F32(view, at, out, start) {
    out[start] = view.getFloat32(at, true);
  },
  F16(view, at, out, start) {
    out[start] = half(view, at);
  },
  BF16(view, at, out, start) {
    scratch.setUint32(0, view.getUint16(at, true) << 16);
    out[start] = scratch.getFloat32(0);
  },
  Q8_0(view, at, out, start) {
    const d = half(view, at);
    for (let i = 0; i < 32; i++) out[start + i] = d * view.getInt8(at + 2 + i);
  },
  Q4_0(view, at, out, start) {
    const d = half(view, at);
    for (let i = 0; i < 32; i++) out[start + i] = d * (nibble32(view, at + 2, i) - 8);
  },
  Q4_1(view, at, out, start) {
    const d = half(view, at);
    const m = half(view, at + 2);
    for (let i = 0; i < 32; i++) out[start + i] = d * nibble32(view, at + 4, i) + m;
  },
  Q5_0(view, at, out, start) {
    const d = half(view, at);
    const high = view.getUint32(at + 2, true);
    for (let i = 0; i < 32; i++) {
      out[start + i] = d * ((nibble32(view, at + 6, i) | (((high >>> i) & 1) << 4)) - 16);
    }
  },
  Q5_1(view, at, out, start) {
    const d = half(view, at);
    const m = half(view, at + 2);
    const high = view.getUint32(at + 4, true);
    for (let i = 0; i < 32; i++) {
      out[start + i] = d * (nibble32(view, at + 8, i) | (((high >>> i) & 1) << 4)) + m;
    }
  },
  Q2_K(view, at, out, start) {
    const d = half(view, at + 80);
    const dmin = half(view, at + 82);
    for (let i = 0; i < 256; i++) {
      const scale = view.getUint8(at + (i >> 4));
      out[start + i] = d * (scale & 15) * pair128(view, at + 16, i) - dmin * (scale >> 4);
    }
  },
  Q3_K(view, at, out, start) {
    const d = half(view, at + 108);
    for (let i = 0; i < 256; i++) {
      const s = i >> 4;
      const low = (view.getUint8(at + 96 + (s & 7)) >> (s < 8 ? 0 : 4)) & 15;
      const high = (view.getUint8(at + 104 + (s & 3)) >> ((s >> 2) * 2)) & 3;
      const q = (pair128(view, at + 32, i) | (bit256(view, at, i) << 2)) - 4;
      out[start + i] = d * ((low | (high << 4)) - 32) * q;
    }
  },
  Q4_K(view, at, out, start) {
    const d = half(view, at);
    const dmin = half(view, at + 2);
    for (let i = 0; i < 256; i++) {
      const [s, m] = scaleMin(view, at + 4, i >> 5);
      out[start + i] = d * s * nibble64(view, at + 16, i) - dmin * m;
    }
  },
  Q5_K(view, at, out, start) {
    const d = half(view, at);
    const dmin = half(view, at + 2);
    for (let i = 0; i < 256; i++) {
      const [s, m] = scaleMin(view, at + 4, i >> 5);
      const q = nibble64(view, at + 48, i) | (bit256(view, at + 16, i) << 4);
      out[start + i] = d * s * q - dmin * m;
    }
  },
  Q6_K(view, at, out, start) {
    const d = half(view, at + 208);
    for (let i = 0; i < 256; i++) {
      const byte = view.getUint8(at + (i >> 7) * 64 + (i & 63));
      const low = (byte >> (i & 64 ? 4 : 0)) & 15;
      const q = (low | (pair128(view, at + 128, i) << 4)) - 32;
      out[start + i] = d * view.getInt8(at + 192 + (i >> 4)) * q;
    }
  },
  IQ4_NL(view, at, out, start) {
    const d = half(view, at);
    for (let i = 0; i < 32; i++) out[start + i] = d * IQ4_VALUES[nibble32(view, at + 2, i)]!;
  },
  IQ4_XS(view, at, out, start) {
    const d = half(view, at);
    const scalesHigh = view.getUint16(at + 2, true);
    for (let i = 0; i < 256; i++) {
      const group = i >> 5;
      const low = (view.getUint8(at + 4 + (group >> 1)) >> ((group & 1) * 4)) & 15;
      const high = (scalesHigh >> (group * 2)) & 3;
      const q = nibble32(view, at + 8 + group * 16, i & 31);
      out[start + i] = d * ((low | (high << 4)) - 32) * IQ4_VALUES[q]!;
    }
  },
};

const scratch = new DataView(new ArrayBuffer(4));
