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
  const aligned = payload.byteOffset % 4 === 0 ? payload : payload.slice();
  const { buffer, byteOffset, byteLength } = aligned;
  if (dtype === "f16") {
    const halves = new Uint16Array(buffer, byteOffset, byteLength >>> 1);
    return halves.every((half) => (half & 0x7c00) !== 0x7c00);
  }
  const words = new Uint32Array(buffer, byteOffset, byteLength >>> 2);
  const isFinite = (word: number) => (word & 0x7f800000) !== 0x7f800000;
  if (dtype === "f32") return words.every(isFinite);
  const rowWords = rowBytes / 4;
  for (let at = rowWords - 1; at < words.length; at += rowWords) {
    if (!isFinite(words[at]!)) return false;
  }
  return true;
}
