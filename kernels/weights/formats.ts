// Number formats of weights: how a row is stored in the file and how it is re-packed into u32 words
// for the GPU. Packing only moves bytes. Blocks whose size is a multiple of four bytes are kept as
// they are; blocks with a lone 2-byte scale are paired: word 0 of a pair holds both scales, the two
// bodies follow. Decoding is in the .wgsl snippets (index.ts) and dequantise.ts.
// Source of the block layouts: ggml-common.h of llama.cpp.

export const WEIGHT_FORMATS = [
  "F32",
  "F16",
  "BF16",
  "Q8_0",
  "Q4_0",
  "Q4_1",
  "Q5_0",
  "Q5_1",
  "Q2_K",
  "Q3_K",
  "Q4_K",
  "Q5_K",
  "Q6_K",
  "IQ4_NL",
  "IQ4_XS",
] as const;

export type WeightFormat = (typeof WEIGHT_FORMATS)[number];

export interface BlockLayout {
  /** Weights per block; a row is a whole number of blocks. */
  readonly weights: number;
  /** Bytes per block in the file. */
  readonly bytes: number;
  /** Byte offset of the f16 scale that pairing moves in front; undefined: the block is copied as it is. */
  readonly scaleAt?: number;
  /** Byte offsets of the f16 scales and minima in a block of the file. */
  readonly halvesAt: readonly number[];
}

export const blockLayouts: Readonly<Record<WeightFormat, BlockLayout>> = {
  F32: { weights: 1, bytes: 4, halvesAt: [] },
  F16: { weights: 1, bytes: 2, halvesAt: [0] },
  BF16: { weights: 1, bytes: 2, halvesAt: [] },
  Q8_0: { weights: 32, bytes: 34, scaleAt: 0, halvesAt: [0] },
  Q4_0: { weights: 32, bytes: 18, scaleAt: 0, halvesAt: [0] },
  Q4_1: { weights: 32, bytes: 20, halvesAt: [0, 2] },
  Q5_0: { weights: 32, bytes: 22, scaleAt: 0, halvesAt: [0] },
  Q5_1: { weights: 32, bytes: 24, halvesAt: [0, 2] },
  Q2_K: { weights: 256, bytes: 84, halvesAt: [80, 82] },
  Q3_K: { weights: 256, bytes: 110, scaleAt: 108, halvesAt: [108] },
  Q4_K: { weights: 256, bytes: 144, halvesAt: [0, 2] },
  Q5_K: { weights: 256, bytes: 176, halvesAt: [0, 2] },
  Q6_K: { weights: 256, bytes: 210, scaleAt: 208, halvesAt: [208] },
  IQ4_NL: { weights: 32, bytes: 18, scaleAt: 0, halvesAt: [0] },
  IQ4_XS: { weights: 256, bytes: 136, halvesAt: [0] },
};

function blocksPerRow(format: WeightFormat, cols: number): number {
  const { weights } = blockLayouts[format];
  if (!Number.isSafeInteger(cols) || cols <= 0 || cols % weights !== 0) {
    throw new Error(`${format}: rows of ${cols} are not whole blocks of ${weights}`);
  }
  return cols / weights;
}

/** Bytes of one row in the file. */
export function fileRowBytes(format: WeightFormat, cols: number): number {
  return blocksPerRow(format, cols) * blockLayouts[format].bytes;
}

/** u32 words of one packed row; rows of unblocked formats are padded to four weights. */
export function rowWords(format: WeightFormat, cols: number): number {
  const blocks = blocksPerRow(format, cols);
  const { weights, bytes, scaleAt } = blockLayouts[format];
  if (weights === 1) return (Math.ceil(cols / 4) * 4 * bytes) / 4;
  if (scaleAt === undefined) return (blocks * bytes) / 4;
  return (blocks * (bytes - 2)) / 4 + Math.ceil(blocks / 2);
}

/** Re-packs `rows` rows of file bytes. Returns u32 [rows, rowWords]; little-endian hosts only. */
export function packRows(
  format: WeightFormat,
  bytes: Uint8Array, // u8 [rows, fileRowBytes]
  rows: number,
  cols: number,
): Uint32Array<ArrayBuffer> {
  const sourceRow = fileRowBytes(format, cols);
  if (bytes.length !== rows * sourceRow) {
    throw new Error(
      `${format} ${rows}×${cols}: ${bytes.length} bytes given, not ${rows * sourceRow}`,
    );
  }
  const words = rowWords(format, cols);
  const packed = new Uint8Array(rows * words * 4);
  const { scaleAt } = blockLayouts[format];
  if (scaleAt === undefined && sourceRow === words * 4) packed.set(bytes);
  else {
    for (let row = 0; row < rows; row++) {
      const source = bytes.subarray(row * sourceRow, (row + 1) * sourceRow);
      const target = packed.subarray(row * words * 4, (row + 1) * words * 4);
      if (scaleAt === undefined) target.set(source);
      else movePairs(blockLayouts[format].bytes, scaleAt, source, target, "pack");
    }
  }
  return new Uint32Array(packed.buffer);
}

/** Inverse of `packRows` for one row: the bytes of the file. */
export function unpackRow(
  format: WeightFormat,
  words: Uint32Array, // u32 [rows, rowWords]
  row: number,
  cols: number,
): Uint8Array {
  const count = rowWords(format, cols);
  const packed = new Uint8Array(words.buffer, words.byteOffset + row * count * 4, count * 4);
  const size = fileRowBytes(format, cols);
  const { bytes: blockBytes, scaleAt } = blockLayouts[format];
  if (scaleAt === undefined) return packed.slice(0, size);
  const bytes = new Uint8Array(size);
  movePairs(blockBytes, scaleAt, bytes, packed, "unpack");
  return bytes;
}

/** Index of the first block with a NaN or infinite number in it, or -1. u8 [blocks × block bytes]. */
export function findNonFiniteBlock(format: WeightFormat, bytes: Uint8Array): number {
  const { bytes: blockBytes, halvesAt } = blockLayouts[format];
  if (format === "F32" || format === "BF16") {
    // The exponent lies in the upper half of the word, all ones in NaN and infinity.
    for (let at = blockBytes - 2; at < bytes.length; at += blockBytes) {
      if ((bytes[at + 1]! & 0x7f) === 0x7f && bytes[at]! >= 0x80)
        return Math.floor(at / blockBytes);
    }
    return -1;
  }
  for (const half of halvesAt) {
    for (let at = half + 1; at < bytes.length; at += blockBytes) {
      if ((bytes[at]! & 0x7c) === 0x7c) return Math.floor(at / blockBytes);
    }
  }
  return -1;
}

/** Moves the blocks of one row between file and packed order; all sizes are whole 16-bit units. */
function movePairs(
  blockBytes: number,
  scaleAt: number,
  file: Uint8Array,
  packed: Uint8Array,
  direction: "pack" | "unpack",
): void {
  const source = halfWords(direction === "pack" ? file : packed);
  // The target is a fresh, aligned array of the caller.
  const target = halfWords(direction === "pack" ? packed : file);
  const body = blockBytes / 2 - 1;
  const bodyAt = scaleAt === 0 ? 1 : 0;
  const blocks = file.length / blockBytes;
  for (let block = 0; block < blocks; block++) {
    const pair = (block >> 1) * (2 + 2 * body);
    const packedBody = pair + 2 + (block & 1) * body;
    const at = (block * blockBytes) / 2;
    if (direction === "pack") {
      target[pair + (block & 1)] = source[at + scaleAt / 2]!;
      for (let i = 0; i < body; i++) target[packedBody + i] = source[at + bodyAt + i]!;
    } else {
      target[at + scaleAt / 2] = source[pair + (block & 1)]!;
      for (let i = 0; i < body; i++) target[at + bodyAt + i] = source[packedBody + i]!;
    }
  }
}

/** The bytes as 16-bit units; copied when they start at an odd address. */
function halfWords(bytes: Uint8Array): Uint16Array {
  if (bytes.byteOffset % 2 === 0) {
    return new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
  }
  return new Uint16Array(new Uint8Array(bytes).buffer);
}
