// Test support: rows of every number format as they lie in a file, with llama.cpp's dequantised
// values (fixtures/dequant.json, llama.cpp v0.5.0, CPU).
import { WEIGHT_FORMATS, type WeightFormat } from "./formats.ts";
import fixtures from "./fixtures/dequant.json";

export interface ReferenceRows {
  readonly format: WeightFormat;
  readonly rows: number;
  readonly cols: number;
  readonly bytes: Uint8Array; // u8 [rows, fileRowBytes]
  readonly values: Float32Array; // f32 [rows, cols]
}

const decodeBase64 = (text: string): Uint8Array =>
  Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

export const referenceRows: readonly ReferenceRows[] = WEIGHT_FORMATS.map((format) => {
  const { rows, cols, bytes, values } = fixtures[format];
  return {
    format,
    rows,
    cols,
    bytes: decodeBase64(bytes),
    values: new Float32Array(decodeBase64(values).buffer as ArrayBuffer),
  };
});

/** Deterministic bytes; f16 scales stay finite in every format because the exponent is masked. */
export function randomBlocks(bytes: Uint8Array, count: number, seed: number): Uint8Array {
  let state = seed >>> 0 || 1;
  return Uint8Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return bytes[(state >>> 8) % bytes.length]!;
  });
}
