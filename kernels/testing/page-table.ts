// Page tables written out by hand, for tests and measurements; the engine builds its own.
import { PAGE_TOKENS } from "../shared/kv-pool.ts";

/** One row of a page table: `count` ≤ 16 tokens of a page, placed at setIndexBegin of the set. */
export interface PageEntry {
  readonly page: number;
  readonly firstPosition: number;
  readonly firstRow: number;
  readonly count: number;
  /** All tokens of the entry are rotated at firstPosition. */
  readonly clamped: boolean;
  readonly setIndexBegin: number;
}

/** u32 [entries, 4] as the kernels read it. */
export function packPageTable(entries: readonly PageEntry[]): Uint32Array<ArrayBuffer> {
  const words = new Uint32Array(entries.length * 4);
  entries.forEach((entry, index) => {
    if (entry.firstRow + entry.count > PAGE_TOKENS) {
      throw new Error(`page table: ${entry.count} rows from ${entry.firstRow} leave the page`);
    }
    const rows = entry.firstRow | (entry.count << 8) | (entry.clamped ? 1 << 16 : 0);
    words.set([entry.page, entry.firstPosition, rows, entry.setIndexBegin], index * 4);
  });
  return words;
}
