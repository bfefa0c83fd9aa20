// Greedy pair merging shared by BPE and SentencePiece-style BPE: the cheapest adjacent pair is merged
// first, the leftmost among equals, until no pair can be merged. Works on symbol ids with a heap in
// typed arrays, so a piece of n symbols costs O(n log n) time and a few dozen bytes per symbol.

export interface MergeRule {
  /** Number of the merge that joins two symbols, or -1. */
  find(left: number, right: number): number;
  /** Lower is merged earlier. */
  cost(merge: number): number;
  /** The symbol that results. */
  result(merge: number): number;
}

/** Pair of symbols to a number, by open addressing in typed arrays. */
export class PairTable {
  readonly #mask: number;
  readonly #left: Int32Array;
  readonly #right: Int32Array;
  readonly #value: Int32Array;

  /** `pairs` counts the entries that will be added. */
  constructor(pairs: number) {
    const slots = 2 ** Math.ceil(Math.log2(Math.max(8, 2 * pairs)));
    this.#mask = slots - 1;
    this.#left = new Int32Array(slots);
    this.#right = new Int32Array(slots);
    this.#value = new Int32Array(slots).fill(-1);
  }

  #slot(left: number, right: number): number {
    const hash = Math.imul(left, 0x9e3779b1) ^ Math.imul(right + 1, 0x85ebca6b);
    let slot = (hash ^ (hash >>> 15)) & this.#mask;
    while (this.#value[slot] !== -1 && (this.#left[slot] !== left || this.#right[slot] !== right)) {
      slot = (slot + 1) & this.#mask;
    }
    return slot;
  }

  /** Keeps the first value of a pair. */
  add(left: number, right: number, value: number): void {
    const slot = this.#slot(left, right);
    if (this.#value[slot] !== -1) return;
    this.#left[slot] = left;
    this.#right[slot] = right;
    this.#value[slot] = value;
  }

  /** The value, or -1. */
  find(left: number, right: number): number {
    return this.#value[this.#slot(left, right)]!;
  }
}

/** Reusable working memory; one per tokenizer. */
export class Merger {
  #capacity = 0;
  #previous = new Int32Array(0);
  #next = new Int32Array(0);
  // Heap entries, two per symbol at most: cost, position of the left symbol, both symbols then.
  #cost = new Float64Array(0);
  #at = new Int32Array(0);
  #left = new Int32Array(0);
  #right = new Int32Array(0);
  #merge = new Int32Array(0);
  #size = 0;

  /** Merges `symbols` in place and returns how many are left at its beginning. */
  run(symbols: Int32Array, count: number, rule: MergeRule): number {
    if (count < 2) return count;
    this.#reserve(count);
    const previous = this.#previous;
    const next = this.#next;
    this.#size = 0;
    for (let i = 0; i < count; i++) {
      previous[i] = i - 1;
      next[i] = i + 1 < count ? i + 1 : -1;
      if (i > 0) this.#push(i - 1, symbols[i - 1]!, symbols[i]!, rule);
    }
    while (this.#size > 0) {
      const at = this.#at[0]!;
      const left = this.#left[0]!;
      const right = this.#right[0]!;
      const merge = this.#merge[0]!;
      this.#pop();
      const after = next[at]!;
      // Symbols only grow, so an entry whose two symbols are still there is up to date.
      if (symbols[at] !== left || after < 0 || symbols[after] !== right) continue;
      const result = rule.result(merge);
      symbols[at] = result;
      symbols[after] = -1;
      const following = next[after]!;
      next[at] = following;
      if (following >= 0) {
        previous[following] = at;
        this.#push(at, result, symbols[following]!, rule);
      }
      const before = previous[at]!;
      if (before >= 0) this.#push(before, symbols[before]!, result, rule);
    }
    let kept = 0;
    for (let i = 0; i >= 0; i = next[i]!) symbols[kept++] = symbols[i]!;
    return kept;
  }

  #reserve(count: number): void {
    if (count <= this.#capacity) return;
    this.#capacity = Math.max(256, 2 ** Math.ceil(Math.log2(count)));
    const entries = 2 * this.#capacity;
    this.#previous = new Int32Array(this.#capacity);
    this.#next = new Int32Array(this.#capacity);
    this.#cost = new Float64Array(entries);
    this.#at = new Int32Array(entries);
    this.#left = new Int32Array(entries);
    this.#right = new Int32Array(entries);
    this.#merge = new Int32Array(entries);
  }

  #push(at: number, left: number, right: number, rule: MergeRule): void {
    const merge = rule.find(left, right);
    if (merge < 0) return;
    const cost = rule.cost(merge);
    let slot = this.#size++;
    while (slot > 0) {
      const parent = (slot - 1) >> 1;
      if (!this.#isBefore(cost, at, parent)) break;
      this.#move(parent, slot);
      slot = parent;
    }
    this.#cost[slot] = cost;
    this.#at[slot] = at;
    this.#left[slot] = left;
    this.#right[slot] = right;
    this.#merge[slot] = merge;
  }

  /** Removes entry 0. */
  #pop(): void {
    const last = --this.#size;
    if (last === 0) return;
    const cost = this.#cost[last]!;
    const at = this.#at[last]!;
    let slot = 0;
    for (;;) {
      let child = 2 * slot + 1;
      if (child >= last) break;
      if (child + 1 < last && this.#isBefore(this.#cost[child + 1]!, this.#at[child + 1]!, child)) {
        child++;
      }
      if (this.#isBefore(cost, at, child)) break;
      this.#move(child, slot);
      slot = child;
    }
    this.#move(last, slot);
  }

  #isBefore(cost: number, at: number, slot: number): boolean {
    const other = this.#cost[slot]!;
    return cost < other || (cost === other && at < this.#at[slot]!);
  }

  #move(from: number, to: number): void {
    this.#cost[to] = this.#cost[from]!;
    this.#at[to] = this.#at[from]!;
    this.#left[to] = this.#left[from]!;
    this.#right[to] = this.#right[from]!;
    this.#merge[to] = this.#merge[from]!;
  }
}
