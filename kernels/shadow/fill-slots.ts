// Brings chosen chunks into their slots of a layer's pools: keys rebuilt from low rank and rotated, values
// from a staging buffer. A slot is half a page of one KV head: heads choose differently.
import type { BindingSlice, Recorder } from "../backend.ts";
import { defineKernel } from "../define-kernel.ts";
import { assertQuads } from "../shared/grid.ts";
import { kvSnippets } from "../shared/kv-pool.ts";
import rope from "../shared/rope.wgsl?raw";
import { ropeConstants, type RopeSpec } from "../shared/rope-table.ts";
import { SHADOW_CHUNK } from "./chunk-landmarks.ts";
import unpackBody from "./unpack-values.wgsl?raw";
import placeBody from "./place-values.wgsl?raw";
import rebuildBody from "./rebuild-keys.wgsl?raw";
import { defineForShadow, type ShadowDtype } from "./shadow-dtype.ts";

export const rebuildKeysKernels = defineForShadow((dtype) =>
  defineKernel({
    name: `rebuild-keys ${dtype}`,
    snippets: [kvSnippets[dtype], rope],
    body: rebuildBody,
    params: { firstItem: "u32", kvHeads: "u32", rank: "u32" },
    bindings: ["read", "read", "read", "read", "read", "write"],
  }),
);

export const placeValuesKernels = defineForShadow((dtype) =>
  defineKernel({
    name: `place-values ${dtype}`,
    snippets: [kvSnippets[dtype]],
    body: placeBody,
    params: { firstItem: "u32", kvHeads: "u32", headDim: "u32" },
    bindings: ["read", "read", "write"],
  }),
);

export const unpackValuesKernels = defineForShadow((dtype) =>
  defineKernel({
    name: `unpack-values ${dtype}`,
    snippets: [kvSnippets[dtype]],
    body: unpackBody,
    params: { firstItem: "u32", kvHeads: "u32", headDim: "u32", chunks: "u32" },
    bindings: ["read", "read", "write"],
  }),
);

/** Chunk `chunk` of KV head `head` goes to half page `slot`. */
export interface SlotItem {
  readonly head: number;
  readonly chunk: number;
  readonly slot: number;
}

/** u32 [items][4] as the kernels read it. */
export function packSlotItems(items: readonly SlotItem[]): Uint32Array<ArrayBuffer> {
  const words = new Uint32Array(items.length * 4);
  items.forEach(({ head, chunk, slot }, i) => words.set([head, chunk, slot, 0], i * 4));
  return words;
}

export interface FillSlotsShape {
  readonly firstItem: number;
  readonly itemCount: number;
  readonly kvHeads: number;
  readonly dtype: ShadowDtype;
}

export interface RebuildKeysBuffers {
  /** u32 [items, 4] of packSlotItems. */
  readonly items: BindingSlice;
  /** dtype [S][rank] */
  readonly a: BindingSlice;
  /** dtype [K][rank][D] */
  readonly b: BindingSlice;
  /** f32 [K][D] */
  readonly mean: BindingSlice;
  /** See ropeTable. */
  readonly ropeTable: BindingSlice;
  /** dtype [page][K][16][D], rotated keys. */
  readonly kPool: BindingSlice;
}

export function rebuildKeys(
  recorder: Recorder,
  { items, a, b, mean, ropeTable, kPool }: RebuildKeysBuffers,
  {
    dtype,
    itemCount,
    rope: spec,
    ...params
  }: FillSlotsShape & { readonly rope: RopeSpec; readonly rank: number },
): void {
  assertQuads("rebuild-keys", { rank: params.rank });
  recorder.dispatch(
    rebuildKeysKernels[dtype],
    params,
    [items, a, b, mean, ropeTable, kPool],
    [Math.ceil((SHADOW_CHUNK * spec.headDim) / 4 / 64), itemCount],
    ropeConstants(spec),
  );
}

/** items: u32 [items, 4] of packSlotItems; staged: dtype [items][8][D]; vPool: dtype [page][K][16][D]. */
export function placeValues(
  recorder: Recorder,
  items: BindingSlice,
  staged: BindingSlice,
  vPool: BindingSlice,
  { dtype, itemCount, ...params }: FillSlotsShape & { readonly headDim: number },
): void {
  assertQuads("place-values", { headDim: params.headDim });
  recorder.dispatch(
    placeValuesKernels[dtype],
    params,
    [items, staged, vPool],
    [Math.ceil((SHADOW_CHUNK * params.headDim) / 4 / 64), itemCount],
  );
}

/**
 * items: u32 [items, 4] of packSlotItems; values: int8 rows [K][chunks·8], each with its scale behind it;
 * vPool: dtype [page][K][16][D].
 */
export function unpackValues(
  recorder: Recorder,
  items: BindingSlice,
  values: BindingSlice,
  vPool: BindingSlice,
  {
    dtype,
    itemCount,
    ...params
  }: FillSlotsShape & { readonly headDim: number; readonly chunks: number },
): void {
  assertQuads("unpack-values", { headDim: params.headDim });
  recorder.dispatch(
    unpackValuesKernels[dtype],
    params,
    [items, values, vPool],
    [Math.ceil((SHADOW_CHUNK * params.headDim) / 4 / 64), itemCount],
  );
}
