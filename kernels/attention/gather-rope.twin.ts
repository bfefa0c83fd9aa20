import type { GatherRopeShape } from "./gather-rope.ts";
import { poolIndex, unpackPool } from "../shared/kv-pool.ts";
import { rotateHead } from "../shared/rope-table.ts";

/** CPU twin of gather-rope.wgsl with the launcher's arguments; pools are words. */
export function gatherRopeTwin(
  kPool: Uint32Array,
  vPool: Uint32Array,
  pageTable: Uint32Array,
  table: Float32Array,
  kRot: Float32Array,
  vSet: Float32Array,
  { rope, dtype, kvHeads, setCapacity, entryBegin, entryCount }: GatherRopeShape,
): void {
  const { headDim } = rope;
  const keys = unpackPool(kPool, dtype, headDim);
  const values = unpackPool(vPool, dtype, headDim);
  for (let e = entryBegin; e < entryBegin + entryCount; e++) {
    const page = pageTable[e * 4]!;
    const firstPosition = pageTable[e * 4 + 1]!;
    const packed = pageTable[e * 4 + 2]!;
    const setIndexBegin = pageTable[e * 4 + 3]!;
    const firstRow = packed & 255;
    const clamped = ((packed >> 16) & 1) === 1;
    for (let t = 0; t < ((packed >> 8) & 255); t++) {
      for (let head = 0; head < kvHeads; head++) {
        const from = poolIndex(page, head, firstRow + t, { kvHeads, headDim });
        const to = (head * setCapacity + setIndexBegin + t) * headDim;
        const key = keys.slice(from, from + headDim);
        rotateHead(key, table, firstPosition + (clamped ? 0 : t), rope);
        kRot.set(key, to);
        vSet.set(values.subarray(from, from + headDim), to);
      }
    }
  }
}
