// Mean unrotated query per KV head, the key of span retrieval.
import { assertHeads } from "./attention-prefill.ts";
import { defineKernel } from "../define-kernel.ts";
import body from "./mean-query.wgsl?raw";
import type { BindingSlice, Recorder } from "../backend.ts";

export const meanQueryKernel = defineKernel({
  name: "mean-query",
  body,
  params: { heads: "u32", kvHeads: "u32", headDim: "u32", rowBegin: "u32", rowEnd: "u32" },
  bindings: ["read", "write"],
});

export interface MeanQueryShape {
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly rowBegin: number;
  /** One past the last row; above rowBegin. */
  readonly rowEnd: number;
}

/** q: f32 [T, H*D] unrotated, mean: f32 [K, D]. */
export function meanQuery(
  recorder: Recorder,
  q: BindingSlice,
  mean: BindingSlice,
  shape: MeanQueryShape,
): void {
  assertHeads("mean-query", shape);
  if (shape.rowEnd <= shape.rowBegin) throw new Error("mean-query: no rows");
  recorder.dispatch(
    meanQueryKernel,
    { ...shape },
    [q, mean],
    [Math.ceil((shape.kvHeads * shape.headDim) / 4 / 64)],
  );
}
