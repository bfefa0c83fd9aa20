// Kernels of this folder that read or write the KV pools, in every element type.
import { defineKernel, type Kernel, type KernelSource } from "../define-kernel.ts";
import { type KvDtype, kvSnippets } from "../shared/kv-pool.ts";

/** The variants of a kernel whose body uses KvQuad. */
export function defineKvKernels<F extends string>(
  source: Omit<KernelSource<F>, "snippets">,
): Readonly<Record<KvDtype, Kernel<F>>> {
  const define = (dtype: KvDtype) =>
    defineKernel({ ...source, name: `${source.name} ${dtype}`, snippets: [kvSnippets[dtype]] });
  return { f16: define("f16"), f32: define("f32"), int8: define("int8") };
}

/** Where the local ring lies inside a pool [page][K][16][D]. */
export interface RingPlace {
  /** Slot of token i = i mod ringCapacity; a multiple of 16. */
  readonly ringCapacity: number;
  /** Slot r is row r mod 16 of page ringFirstPage + floor(r/16). */
  readonly ringFirstPage: number;
}
