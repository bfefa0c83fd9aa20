import type { TopChunksShape } from "./top-chunks.ts";

/** CPU twin of top-chunks.wgsl. */
export function topChunksTwin(
  votes: Float32Array,
  ids: Uint32Array,
  items: Uint32Array,
  { kvHeads, landmarks, slots, firstSlot }: TopChunksShape,
): void {
  for (let head = 0; head < kvHeads; head++) {
    const at = head * landmarks;
    const order = Array.from({ length: landmarks }, (_, j) => j);
    order.sort((a, b) => votes[at + b]! - votes[at + a]! || a - b);
    const best = order.slice(0, slots).sort((a, b) => a - b);
    best.forEach((j, i) =>
      items.set([head, ids[at + j]!, firstSlot + i, 0], (head * slots + i) * 4),
    );
  }
}
