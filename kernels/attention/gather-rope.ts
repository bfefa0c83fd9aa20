// Builds the contiguous working set (rotated keys, values) of one layer from a page table.
import { defineKernel } from "../define-kernel.ts";
import body from "./gather-rope.wgsl?raw";
import type { BindingSlice, Recorder } from "../backend.ts";
import { type KvDtype, kvSnippets, PAGE_TOKENS } from "../shared/kv-pool.ts";
import rope from "../shared/rope.wgsl?raw";
import { ropeConstants, type RopeSpec } from "../shared/rope-table.ts";

function define(dtype: KvDtype) {
  return defineKernel({
    name: `gather-rope ${dtype}`,
    snippets: [kvSnippets[dtype], rope],
    body,
    params: { kvHeads: "u32", setCapacity: "u32", entryBegin: "u32" },
    bindings: ["read", "read", "read", "read", "write", "write"],
  });
}

export const gatherRopeKernels = {
  f16: define("f16"),
  f32: define("f32"),
  int8: define("int8"),
} as const;

export interface GatherRopeShape {
  readonly rope: RopeSpec;
  readonly dtype: KvDtype;
  readonly kvHeads: number;
  /** Rows per KV head in kRot and vSet. */
  readonly setCapacity: number;
  readonly entryBegin: number;
  readonly entryCount: number;
}

/**
 * kPool, vPool: dtype [page][K][16][D]; pageTable: u32 [entries, 4]; table: see ropeTable;
 * kRot, vSet: f32 [K][setCapacity][D].
 */
export function gatherRope(
  recorder: Recorder,
  kPool: BindingSlice,
  vPool: BindingSlice,
  pageTable: BindingSlice,
  table: BindingSlice,
  kRot: BindingSlice,
  vSet: BindingSlice,
  { rope: spec, dtype, entryCount, ...params }: GatherRopeShape,
): void {
  const threads = (params.kvHeads * PAGE_TOKENS * spec.headDim) / 4;
  recorder.dispatch(
    gatherRopeKernels[dtype],
    params,
    [kPool, vPool, pageTable, table, kRot, vSet],
    [Math.ceil(threads / 64), entryCount],
    ropeConstants(spec),
  );
}
