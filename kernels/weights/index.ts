// Weights on the GPU: one row per number format with its packing, its WGSL decoder and its CPU twin.
// A kernel declares `var<storage, read> w: array<u32>` and a u32 parameter `weightRowWords`, puts
// the snippet before its body and calls `weight4(row, k)`: four consecutive weights of a row,
// k a multiple of four. Decoders use core WGSL only.
import bf16 from "./bf16.wgsl?raw";
import f16 from "./f16.wgsl?raw";
import f32 from "./f32.wgsl?raw";
import iq4Nl from "./iq4_nl.wgsl?raw";
import iq4Xs from "./iq4_xs.wgsl?raw";
import q2K from "./q2_k.wgsl?raw";
import q3K from "./q3_k.wgsl?raw";
import q4K from "./q4_k.wgsl?raw";
import q40 from "./q4_0.wgsl?raw";
import q41 from "./q4_1.wgsl?raw";
import q5K from "./q5_k.wgsl?raw";
import q50 from "./q5_0.wgsl?raw";
import q51 from "./q5_1.wgsl?raw";
import q6K from "./q6_k.wgsl?raw";
import q80 from "./q8_0.wgsl?raw";
import { dequantiseFileRow, dequantiseRow } from "./dequantise.ts";
import {
  WEIGHT_FORMATS,
  type WeightFormat,
  blockLayouts,
  fileRowBytes,
  packRows,
  rowWords,
} from "./formats.ts";

export * from "./quantise.ts";
export { WEIGHT_FORMATS, type WeightFormat, blockLayouts, findNonFiniteBlock } from "./formats.ts";

export interface WeightFormatEntry {
  readonly format: WeightFormat;
  /** Weights per block: a row is a multiple of it. */
  readonly blockWeights: number;
  /** WGSL of `fn weight4(row: u32, k: u32) -> vec4<f32>`. */
  readonly snippet: string;
  fileRowBytes(cols: number): number;
  rowWords(cols: number): number;
  /** File bytes of `rows` rows to u32 [rows, rowWords]; only moves bytes. */
  packRows(bytes: Uint8Array, rows: number, cols: number): Uint32Array<ArrayBuffer>;
  /** CPU twin of the snippet: f32 [cols] of one packed row. */
  dequantiseRow(words: Uint32Array, row: number, cols: number): Float32Array;
  /** f32 [cols] of one row as it lies in the file. */
  dequantiseFileRow(bytes: Uint8Array, cols: number): Float32Array;
}

const snippets: Readonly<Record<WeightFormat, string>> = {
  F32: f32,
  F16: f16,
  BF16: bf16,
  Q8_0: q80,
  Q4_0: q40,
  Q4_1: q41,
  Q5_0: q50,
  Q5_1: q51,
  Q2_K: q2K,
  Q3_K: q3K,
  Q4_K: q4K,
  Q5_K: q5K,
  Q6_K: q6K,
  IQ4_NL: iq4Nl,
  IQ4_XS: iq4Xs,
};

export const weightFormats = Object.fromEntries(
  WEIGHT_FORMATS.map((format): [WeightFormat, WeightFormatEntry] => [
    format,
    {
      format,
      blockWeights: blockLayouts[format].weights,
      snippet: snippets[format],
      fileRowBytes: (cols) => fileRowBytes(format, cols),
      rowWords: (cols) => rowWords(format, cols),
      packRows: (bytes, rows, cols) => packRows(format, bytes, rows, cols),
      dequantiseRow: (words, row, cols) => dequantiseRow(format, words, row, cols),
      dequantiseFileRow: (bytes, cols) => dequantiseFileRow(format, bytes, cols),
    },
  ]),
) as Readonly<Record<WeightFormat, WeightFormatEntry>>;

/**
 * The decoder of `format` under other names, for kernels that read two weights:
 * function `weight4` → `name`, binding `w` → `binding`, `params.weightRowWords` → `params.<rowWords>`.
 */
export function weightSnippet(
  format: WeightFormat,
  names: { name: string; binding: string; rowWords: string },
): string {
  return snippets[format]
    .replaceAll(/\bweight4\b/g, names.name)
    .replaceAll(/\bw\[/g, `${names.binding}[`)
    .replaceAll(/\bweightRowWords\b/g, names.rowWords)
    .replaceAll(/\bIQ4_(NL|XS)_VALUES\b/g, `IQ4_$1_VALUES_${names.name}`);
}
