// Which chunks of a layer are in its slots, head by head. Stable slots: what is chosen again keeps its place,
// what is new takes the places that were chosen longest ago; order means nothing, keys carry their positions.

import type { SlotItem } from "../../../../kernels/index.ts";

const EMPTY = -1;

export interface LandmarkRun {
  readonly first: number;
  readonly length: number;
}

export class ChosenChunks {
  /** [K] landmark number → chunk number. */
  readonly landmarks: readonly Uint32Array[];
  readonly #slots: number;
  readonly #firstSlot: number;
  readonly #slotOf: readonly Int32Array[]; // [K] by chunk
  readonly #chunkIn: readonly Int32Array[]; // [K] by slot
  readonly #chosenAt: readonly Uint32Array[]; // [K] by slot: number of the choice that wanted it last
  #choices = 0;
  /** Chosen and found there, of all chosen, since the start. */
  hits = 0;
  chosen = 0;

  /** `outliers`: [K][o]. Slots are numbered from `firstSlot` on. */
  constructor(chunks: number, outliers: readonly Uint32Array[], slots: number, firstSlot: number) {
    this.landmarks = outliers.map((own) => {
      const exact = new Set(own);
      return Uint32Array.from({ length: chunks }, (_, chunk) => chunk).filter(
        (chunk) => !exact.has(chunk),
      );
    });
    this.#slots = Math.min(slots, this.landmarks[0]?.length ?? 0);
    this.#firstSlot = firstSlot;
    this.#slotOf = outliers.map(() => new Int32Array(chunks).fill(EMPTY));
    this.#chunkIn = outliers.map(() => new Int32Array(this.#slots).fill(EMPTY));
    this.#chosenAt = outliers.map(() => new Uint32Array(this.#slots));
  }

  /** Where `chunks` stand among the landmarks of all heads, [K][landmarks] as one list: runs of neighbours. */
  runsOf(chunks: ReadonlySet<number>): LandmarkRun[] {
    const runs: LandmarkRun[] = [];
    for (const [head, landmarks] of this.landmarks.entries()) {
      const base = head * landmarks.length;
      let length = 0;
      for (let j = 0; j <= landmarks.length; j++) {
        if (j < landmarks.length && chunks.has(landmarks[j]!)) length++;
        else if (length > 0) {
          runs.push({ first: base + j - length, length });
          length = 0;
        }
      }
    }
    return runs;
  }

  /** Slots in use once something was chosen. */
  get slots(): number {
    return this.#slots;
  }

  /** Nothing of an earlier question is left, so that the same question finds the same places. */
  clear(): void {
    for (const own of this.#slotOf) own.fill(EMPTY);
    for (const own of this.#chunkIn) own.fill(EMPTY);
    for (const own of this.#chosenAt) own.fill(0);
  }

  /** Chunk in a slot, −1 for none. */
  chunkIn(head: number, slot: number): number {
    return this.#chunkIn[head]?.[slot] ?? EMPTY;
  }

  /**
   * votes: f32 [K][landmarks]; `forced` chunks come first; as many as there are slots, or `count` of them
   * while the others keep what they have. Returns what has to be brought in.
   */
  choose(
    votes: Float32Array,
    forced: ReadonlySet<number>,
    count: number = this.#slots,
  ): SlotItem[] {
    const missing: SlotItem[] = [];
    this.#choices++;
    for (const [head, landmarks] of this.landmarks.entries()) {
      const own = votes.subarray(head * landmarks.length, (head + 1) * landmarks.length);
      const picked = topLandmarks(own, landmarks, count, forced);
      this.#place(head, picked, missing);
    }
    return missing;
  }

  /** What the device has chosen, u32 [K·slots, 4] of packSlotItems. */
  mirror(items: Uint32Array): void {
    for (let n = 0; n < items.length; n += 4) {
      const [head = 0, chunk = 0, slot = 0] = items.subarray(n, n + 3);
      const chunkIn = this.#chunkIn[head];
      if (chunkIn) chunkIn[slot - this.#firstSlot] = chunk;
    }
    this.chosen += items.length / 4;
  }

  #place(head: number, picked: readonly number[], missing: SlotItem[]): void {
    const slotOf = this.#slotOf[head]!;
    const chunkIn = this.#chunkIn[head]!;
    const chosenAt = this.#chosenAt[head]!;
    const kept = new Set(picked.filter((chunk) => slotOf[chunk] !== EMPTY));
    this.hits += kept.size;
    this.chosen += picked.length;
    for (const chunk of kept) chosenAt[slotOf[chunk]!] = this.#choices;
    const free = Array.from(chunkIn.keys()).filter((slot) => !kept.has(chunkIn[slot]!));
    free.sort((a, b) => chosenAt[a]! - chosenAt[b]! || a - b);
    let next = 0;
    for (const chunk of picked) {
      if (kept.has(chunk)) continue;
      const slot = free[next++]!;
      const old = chunkIn[slot]!;
      if (old !== EMPTY) slotOf[old] = EMPTY;
      chunkIn[slot] = chunk;
      slotOf[chunk] = slot;
      chosenAt[slot] = this.#choices;
      missing.push({ head, chunk, slot: this.#firstSlot + slot });
    }
  }
}

/** Chunk numbers of the `count` best, ascending; among equals the earlier ones. */
export function topLandmarks(
  votes: Float32Array,
  chunks: Uint32Array,
  count: number,
  forced: ReadonlySet<number>,
): number[] {
  const own = Float32Array.from(votes, (vote, j) => (forced.has(chunks[j]!) ? Infinity : vote));
  if (count >= own.length) return Array.from(chunks);
  if (count === 0) return [];
  const threshold = own.slice().sort()[own.length - count]!;
  let open = count;
  for (const vote of own) if (vote > threshold) open--;
  const picked: number[] = [];
  for (const [j, vote] of own.entries()) {
    if (vote > threshold || (vote === threshold && open-- > 0)) picked.push(chunks[j]!);
  }
  return picked;
}
