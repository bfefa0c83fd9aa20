// Whether stored keys, values and index vectors are numbers. What is not finite spreads through every
// answer that attends it. Rows as in the KV pools: D elements per token and head, f16 or f32, or int8
// with an f32 scale behind them.
import { KV_DTYPES, kvRowBytes } from "../../../kernels/shared/kv-row.ts";
import type { IndexGeometry } from "./types.ts";

/** `payload`: whole rows of one token and KV head each. */
export function isFiniteKv(payload: Uint8Array, geometry: IndexGeometry): boolean {
  const { kvHeads, headDim, vectorBytes } = geometry;
  const rowBytes = vectorBytes / kvHeads;
  const dtype = KV_DTYPES.find((one) => kvRowBytes(one, headDim) === rowBytes);
  if (dtype === "f16" || dtype === "f32") return areFinite(payload, dtype);
  const words = wordsOf(payload);
  const rowWords = rowBytes / 4;
  for (let at = rowWords - 1; at < words.length; at += rowWords) {
    if (!isFiniteWord(words[at]!)) return false;
  }
  return true;
}

/** Whether none of the numbers (little-endian, one behind the other) is NaN or infinite. */
export function areFinite(bytes: Uint8Array, dtype: "f16" | "f32"): boolean {
  if (dtype === "f32") return wordsOf(bytes).every(isFiniteWord);
  const { buffer, byteOffset, byteLength } = aligned(bytes);
  const halves = new Uint16Array(buffer, byteOffset, byteLength >>> 1);
  return halves.every((half) => (half & 0x7c00) !== 0x7c00);
}

const isFiniteWord = (word: number): boolean => (word & 0x7f800000) !== 0x7f800000;

function wordsOf(bytes: Uint8Array): Uint32Array {
  const { buffer, byteOffset, byteLength } = aligned(bytes);
  return new Uint32Array(buffer, byteOffset, byteLength >>> 2);
}

function aligned(bytes: Uint8Array): Uint8Array {
  return bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
}
