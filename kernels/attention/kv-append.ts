// Writes new keys and values into the paged pools, optionally as a ring.
import { defineKernel } from "../define-kernel.ts";
import body from "./kv-append.wgsl?raw";
import scaledBody from "./kv-append-scaled.wgsl?raw";
import type { BindingSlice, Recorder } from "../backend.ts";
import { assertQuads, linearGrid } from "../shared/grid.ts";
import { type KvDtype, kvSnippets } from "../shared/kv-pool.ts";
import linearIndex from "../shared/linear-index.wgsl?raw";

function define(dtype: KvDtype) {
  return defineKernel({
    name: `kv-append ${dtype}`,
    snippets: [linearIndex, kvSnippets[dtype]],
    body: dtype === "int8" ? scaledBody : body,
    params: {
      tokens: "u32",
      rowBegin: "u32",
      kvHeads: "u32",
      headDim: "u32",
      slotBase: "u32",
      ringOffset: "u32",
      ringCapacity: "u32",
    },
    bindings: ["read", "read", "write", "write"],
  });
}

export const kvAppendKernels = {
  f16: define("f16"),
  f32: define("f32"),
  int8: define("int8"),
} as const;

export interface KvAppendShape {
  readonly tokens: number;
  /** Row of k and v that is token 0. */
  readonly rowBegin?: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly dtype: KvDtype;
  /** Token t goes to slot slotBase + (ringOffset + t) mod ringCapacity; slot = page*16 + row. */
  readonly slotBase: number;
  readonly ringOffset: number;
  readonly ringCapacity: number;
}

/** k, v: f32 [rowBegin + T, K*D] unrotated; kPool, vPool: dtype [page][K][16][D]. */
export function kvAppend(
  recorder: Recorder,
  k: BindingSlice,
  v: BindingSlice,
  kPool: BindingSlice,
  vPool: BindingSlice,
  { dtype, rowBegin = 0, ...rest }: KvAppendShape,
): void {
  const params = { ...rest, rowBegin };
  assertQuads("kv-append", { headDim: params.headDim });
  if (params.tokens > params.ringCapacity) {
    throw new Error(`kv-append: ${params.tokens} tokens in a ring of ${params.ringCapacity}`);
  }
  const rows = params.tokens * params.kvHeads;
  recorder.dispatch(
    kvAppendKernels[dtype],
    params,
    [k, v, kPool, vPool],
    linearGrid(dtype === "int8" ? rows : (rows * params.headDim) / 4),
  );
}
