// Which span sits in which pages of one layer's pool (tier 1). A cache: any span may be dropped, it
// can always be loaded again. Evicts the least recently used span that is not pinned.

import { PAGE_TOKENS } from "../../../../kernels/index.ts";
import type { KvLayout } from "./kv-layout.ts";

export class PagePool {
  readonly #free: number[] = [];
  /** Least recently used first. */
  readonly #resident = new Map<number, number[]>();

  constructor(layout: KvLayout) {
    for (let page = layout.totalPages - 1; page >= layout.firstSpanPage; page--) {
      this.#free.push(page);
    }
  }

  /** Pages of a resident span (and marks it as used), or undefined. */
  use(ordinal: number): readonly number[] | undefined {
    const pages = this.#resident.get(ordinal);
    if (pages) {
      this.#resident.delete(ordinal);
      this.#resident.set(ordinal, pages);
    }
    return pages;
  }

  has(ordinal: number): boolean {
    return this.#resident.has(ordinal);
  }

  /**
   * Pages for a span of `length` tokens; evicts unpinned spans as needed. Undefined when everything
   * left is pinned: the caller keeps the span out of the pool.
   */
  allocate(
    ordinal: number,
    length: number,
    pinned: ReadonlySet<number>,
  ): readonly number[] | undefined {
    if (this.#resident.has(ordinal)) throw new Error(`span ${ordinal} is resident already`);
    const wanted = Math.ceil(length / PAGE_TOKENS);
    if (this.#free.length < wanted) {
      for (const [victim, pages] of this.#resident) {
        if (pinned.has(victim)) continue;
        this.#resident.delete(victim);
        this.#free.push(...pages);
        if (this.#free.length >= wanted) break;
      }
    }
    if (this.#free.length < wanted) return undefined;
    const pages = this.#free.splice(this.#free.length - wanted, wanted);
    this.#resident.set(ordinal, pages);
    return pages;
  }

  /** Forgets every span, or those from `firstOrdinal` on. */
  drop(firstOrdinal = 0): void {
    for (const [ordinal, pages] of [...this.#resident]) {
      if (ordinal < firstOrdinal) continue;
      this.#resident.delete(ordinal);
      this.#free.push(...pages);
    }
  }
}
