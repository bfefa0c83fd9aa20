import type { AttentionDecodeShape, AttentionMassShape } from "./attention-decode.ts";
import { poolIndex, unpackPool } from "../shared/kv-pool.ts";
import { rotateHead } from "../shared/rope-table.ts";

export interface AttentionDecodeArrays {
  readonly q: Float32Array;
  readonly qClamped: Float32Array;
  readonly kPool: Uint32Array;
  readonly vPool: Uint32Array;
  readonly pageTable: Uint32Array;
  readonly ropeTable: Float32Array;
  readonly scores: Float32Array;
  readonly out: Float32Array;
  readonly lse: Float32Array;
}

/** CPU twin of attention-decode.wgsl and attention-merge.wgsl together. */
export function attentionDecodeTwin(
  buffers: AttentionDecodeArrays,
  {
    rope,
    dtype,
    heads,
    kvHeads,
    setCapacity,
    entryBegin,
    entryCount,
    scale,
    softCap,
  }: AttentionDecodeShape,
): void {
  const { q, qClamped, pageTable, ropeTable, scores, out, lse } = buffers;
  const { headDim } = rope;
  const keys = unpackPool(buffers.kPool, dtype, headDim);
  const values = unpackPool(buffers.vPool, dtype, headDim);
  for (let h = 0; h < heads; h++) {
    const kv = Math.floor(h / (heads / kvHeads));
    const tokens: { score: number; from: number }[] = [];
    for (let e = entryBegin; e < entryBegin + entryCount; e++) {
      const [page, firstPosition, packed, setBegin] = pageTable.subarray(e * 4, e * 4 + 4);
      const clamped = ((packed! >> 16) & 1) === 1;
      for (let t = 0; t < ((packed! >> 8) & 255); t++) {
        const from = poolIndex(page!, kv, (packed! & 255) + t, { kvHeads, headDim });
        const key = keys.slice(from, from + headDim);
        rotateHead(key, ropeTable, firstPosition! + (clamped ? 0 : t), rope);
        const source = clamped ? qClamped : q;
        let score = 0;
        for (let i = 0; i < headDim; i++) score += source[h * headDim + i]! * key[i]!;
        score *= scale;
        if (softCap > 0) score = softCap * Math.tanh(score / softCap);
        scores[h * setCapacity + setBegin! + t] = score;
        tokens.push({ score, from });
      }
    }
    const top = Math.max(...tokens.map(({ score }) => score));
    const sum = tokens.reduce((total, { score }) => total + Math.exp(score - top), 0);
    lse[h] = tokens.length > 0 ? top + Math.log(sum) : -1e30;
    const target = out.subarray(h * headDim, (h + 1) * headDim).fill(0);
    for (const { score, from } of tokens) {
      const weight = Math.exp(score - top) / sum;
      for (let i = 0; i < headDim; i++) target[i]! += weight * values[from + i]!;
    }
  }
}

/** CPU twin of attention-mass.wgsl with the launcher's arguments. */
export function attentionMassTwin(
  scores: Float32Array,
  lse: Float32Array,
  pageTable: Uint32Array,
  mass: Float32Array,
  { heads, setCapacity, entryBegin, entryCount }: AttentionMassShape,
): void {
  for (let e = entryBegin; e < entryBegin + entryCount; e++) {
    const count = (pageTable[e * 4 + 2]! >> 8) & 255;
    const begin = pageTable[e * 4 + 3]!;
    for (let h = 0; h < heads; h++) {
      for (let t = 0; t < count; t++) {
        mass[e]! += Math.exp(scores[h * setCapacity + begin + t]! - lse[h]!) ** 2;
      }
    }
  }
}
