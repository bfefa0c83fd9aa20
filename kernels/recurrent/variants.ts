// Every kernel of the recurrent mixers, for warm-up and the compile test.
import { attentionMergeKernel } from "../attention/attention-decode.ts";
import { ropeRowsKernel } from "../attention/rope-rows.ts";
import type { Capabilities, Variant } from "../backend.ts";
import { ropeConstants, type RopeSpec } from "../shared/rope-table.ts";
import { gatedNormKernels } from "./gated-norm.ts";
import { inputGateKernel } from "./input-gate.ts";
import { mixerGatesKernel } from "./mixer-gates.ts";
import { convTailKernel, shortConvKernel } from "./short-conv.ts";
import { stateScanKernel } from "./state-scan.ts";
import { type RingDtype, windowAppendKernels } from "./window-append.ts";
import { windowAttentionKernels } from "./window-attention.ts";

export interface RecurrentNeeds {
  readonly capabilities: Pick<Capabilities, "barrierFree">;
  /** Rotation and number type of the window attention; null: there is none. */
  readonly window: { readonly rope: RopeSpec; readonly dtype: RingDtype } | null;
}

export function recurrentVariants({ capabilities, window }: RecurrentNeeds): Variant[] {
  const { barrierFree } = capabilities;
  const mixer = [
    shortConvKernel,
    convTailKernel,
    mixerGatesKernel,
    inputGateKernel,
    stateScanKernel,
    gatedNormKernels[barrierFree ? "row" : "reduce"],
  ].map((kernel) => ({ kernel }));
  if (!window) return mixer;
  const { rope, dtype } = window;
  const { headDim } = rope;
  const attention = windowAttentionKernels[barrierFree || headDim > 256 ? "direct" : "group"];
  return [
    ...mixer,
    { kernel: windowAppendKernels[dtype] },
    { kernel: ropeRowsKernel, constants: ropeConstants(rope) },
    { kernel: attention[dtype] },
    { kernel: attentionMergeKernel, constants: { HEAD_DIM: headDim } },
  ];
}
