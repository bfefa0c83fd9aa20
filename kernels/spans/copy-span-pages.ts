// Moves freshly sealed spans from the ring to pool pages on the GPU, so that they need no upload.
import type { BindingSlice, Recorder } from "../backend.ts";
import { type KvDtype, kvRowQuads, PAGE_TOKENS } from "../shared/kv-pool.ts";
import body from "./copy-span-pages.wgsl?raw";
import { defineKvKernels, type RingPlace } from "./kv-dtype.ts";

export const copySpanPagesKernels = defineKvKernels({
  name: "copy-span-pages",
  body,
  params: {
    firstRun: "u32",
    kvHeads: "u32",
    headDim: "u32",
    ringCapacity: "u32",
    ringFirstPage: "u32",
  },
  bindings: ["read", "write", "write"],
});

/** Tokens startToken…startToken+count−1 of the ring go to rows firstRow… of one page. */
export interface PageRun {
  readonly startToken: number;
  readonly page: number;
  readonly firstRow: number;
  readonly count: number;
}

/** u32 [runs][4] as the kernel reads it. */
export function packPageRuns(runs: readonly PageRun[]): Uint32Array<ArrayBuffer> {
  const words = new Uint32Array(runs.length * 4);
  runs.forEach(({ startToken, page, firstRow, count }, index) => {
    if (firstRow + count > PAGE_TOKENS) {
      throw new Error(`page run: ${count} rows from ${firstRow} leave the page`);
    }
    words.set([startToken, page, firstRow, count], index * 4);
  });
  return words;
}

/** The runs of one span that starts at row 0 of pages[0]; pages.length = ceil(length/16). */
export function spanPageRuns(start: number, length: number, pages: readonly number[]): PageRun[] {
  return pages.map((page, index) => {
    const done = index * PAGE_TOKENS;
    const count = Math.min(PAGE_TOKENS, length - done);
    return { startToken: start + done, page, firstRow: 0, count };
  });
}

export interface CopySpanPagesShape extends RingPlace {
  readonly firstRun: number;
  readonly runCount: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly dtype: KvDtype;
}

/** runs: u32x4 of packPageRuns; kPool, vPool: dtype [page][K][16][D], changed in place. */
export function copySpanPages(
  recorder: Recorder,
  runs: BindingSlice,
  kPool: BindingSlice,
  vPool: BindingSlice,
  { runCount, dtype, ...shape }: CopySpanPagesShape,
): void {
  recorder.dispatch(
    copySpanPagesKernels[dtype],
    shape,
    [runs, kPool, vPool],
    [Math.ceil((PAGE_TOKENS * shape.kvHeads * kvRowQuads(dtype, shape.headDim)) / 64), runCount],
  );
}
