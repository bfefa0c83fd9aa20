// A weight matrix on the GPU: rows in one number format, split over row blocks where one binding
// cannot hold them all.
import type { BindingSlice } from "../backend.ts";
import { type WeightFormat, weightFormats } from "../weights/index.ts";

export interface WeightBlock {
  /** u32 [rowCount, rowWords], see kernels/weights. */
  readonly data: BindingSlice;
  readonly rowBegin: number;
  readonly rowCount: number;
}

export interface WeightMatrix {
  readonly format: WeightFormat;
  readonly rows: number;
  /** Multiple of 4 and of the format's block. */
  readonly cols: number;
  readonly blocks: readonly WeightBlock[];
}

/** The same on the CPU, for twins: u32 [rows, rowWords]. */
export interface CpuWeightMatrix {
  readonly format: WeightFormat;
  readonly rows: number;
  readonly cols: number;
  readonly words: Uint32Array;
}

export function rowWordsOf(matrix: {
  readonly format: WeightFormat;
  readonly cols: number;
}): number {
  return weightFormats[matrix.format].rowWords(matrix.cols);
}

/** f32 [cols] of one row. */
export function weightRow(matrix: CpuWeightMatrix, row: number): Float32Array {
  return weightFormats[matrix.format].dequantiseRow(matrix.words, row, matrix.cols);
}

/** Row ranges so that every block fits into `maxBindingBytes` and starts at a 256-byte offset. */
export function splitRows(
  matrix: { readonly format: WeightFormat; readonly rows: number; readonly cols: number },
  maxBindingBytes: number,
): { readonly rowBegin: number; readonly rowCount: number }[] {
  const rowBytes = rowWordsOf(matrix) * 4;
  const most = Math.floor(maxBindingBytes / rowBytes);
  const perBlock = most >= 64 ? most - (most % 64) : most;
  if (perBlock === 0) throw new Error(`a row of ${rowBytes} bytes exceeds the binding limit`);
  const blocks = [];
  for (let rowBegin = 0; rowBegin < matrix.rows; rowBegin += perBlock) {
    blocks.push({ rowBegin, rowCount: Math.min(perBlock, matrix.rows - rowBegin) });
  }
  return blocks;
}
