// Spreads records fetched from the store over pool pages: one upload, one dispatch.
import type { BindingSlice, Recorder } from "../backend.ts";
import { type KvDtype, kvRowQuads, PAGE_TOKENS } from "../shared/kv-pool.ts";
import { defineKvKernels } from "./kv-dtype.ts";
import body from "./scatter-pages.wgsl?raw";

export const scatterPagesKernels = defineKvKernels({
  name: "scatter-pages",
  body,
  params: { firstItem: "u32", kvHeads: "u32", headDim: "u32" },
  bindings: ["read", "read", "write", "write"],
});

/** `count` tokens go to rows firstRow… of a page; offsets in the staging buffer in quads. */
export interface ScatterItem {
  readonly page: number;
  readonly firstRow: number;
  readonly count: number;
  readonly kQuad: number;
  readonly vQuad: number;
}

/** u32 [items][4] as the kernel reads it: {page, firstRow | count << 8, kQuad, vQuad}. */
export function packScatterItems(items: readonly ScatterItem[]): Uint32Array<ArrayBuffer> {
  const words = new Uint32Array(items.length * 4);
  items.forEach(({ page, firstRow, count, kQuad, vQuad }, index) => {
    if (firstRow + count > PAGE_TOKENS) {
      throw new Error(`scatter-pages: ${count} rows from ${firstRow} leave the page`);
    }
    words.set([page, firstRow | (count << 8), kQuad, vQuad], index * 4);
  });
  return words;
}

/** The items of one span from row 0 of pages[0]; tokenQuads = K · kvRowQuads. */
export function spanScatterItems(
  length: number,
  pages: readonly number[],
  kQuad: number,
  vQuad: number,
  tokenQuads: number,
): ScatterItem[] {
  return pages.map((page, index) => {
    const done = index * PAGE_TOKENS;
    return {
      page,
      firstRow: 0,
      count: Math.min(PAGE_TOKENS, length - done),
      kQuad: kQuad + done * tokenQuads,
      vQuad: vQuad + done * tokenQuads,
    };
  });
}

export interface ScatterPagesShape {
  readonly firstItem: number;
  readonly itemCount: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly dtype: KvDtype;
}

/** items: u32x4 of packScatterItems; staged: dtype; kPool, vPool: dtype [page][K][16][D]. */
export function scatterPages(
  recorder: Recorder,
  items: BindingSlice,
  staged: BindingSlice,
  kPool: BindingSlice,
  vPool: BindingSlice,
  { itemCount, dtype, ...shape }: ScatterPagesShape,
): void {
  recorder.dispatch(
    scatterPagesKernels[dtype],
    shape,
    [items, staged, kPool, vPool],
    [Math.ceil((PAGE_TOKENS * shape.kvHeads * kvRowQuads(dtype, shape.headDim)) / 64), itemCount],
  );
}
