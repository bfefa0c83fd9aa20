// Every kernel variant this layer ships: warm-up compiles the rows a model needs, a test compiles all.
import {
  attentionDecodeKernels,
  attentionMassKernel,
  attentionMergeKernel,
} from "./attention/attention-decode.ts";
import {
  attentionPrefillConstants,
  attentionPrefillKernels,
} from "./attention/attention-prefill.ts";
import { embedKernels } from "./dense/embed.ts";
import { type Activation, gatedActivationKernel } from "./dense/gated-activation.ts";
import { gatherRopeKernels } from "./attention/gather-rope.ts";
import { kvAppendKernels } from "./attention/kv-append.ts";
import { chooseMatmul, matmulKernels } from "./dense/matmul.ts";
import { meanQueryKernel } from "./attention/mean-query.ts";
import { rmsNormKernels } from "./dense/rms-norm.ts";
import { ropeRowsKernel } from "./attention/rope-rows.ts";
import type { Capabilities, Variant } from "./backend.ts";
import { sampleChunksKernel, sampleKernel } from "./sampling/sample.ts";
import { KV_DTYPES, type KvDtype } from "./shared/kv-pool.ts";
import { ropeConstants, type RopeSpec } from "./shared/rope-table.ts";
import { recurrentVariants } from "./recurrent/variants.ts";
import { RING_DTYPES } from "./recurrent/window-append.ts";
import { softCapKernel } from "./dense/soft-cap.ts";
import { WEIGHT_FORMATS, type WeightFormat } from "./weights/index.ts";

export interface ModelNeeds {
  readonly capabilities: Pick<Capabilities, "barrierFree">;
  readonly formats: readonly WeightFormat[];
  readonly kvDtype: KvDtype;
  /** One per kind of layer. */
  readonly ropes: readonly RopeSpec[];
  readonly activation: Activation;
}

/** The dense part and sampling, of every family. */
export function denseVariants({
  capabilities,
  formats,
  activation,
}: Pick<ModelNeeds, "capabilities" | "formats" | "activation">): Variant[] {
  const norm = capabilities.barrierFree ? "row" : "reduce";
  const matmuls = new Set([1, 2, 64].map((tokens) => chooseMatmul(capabilities, tokens)));
  return [
    ...formats.flatMap((format) => [
      { kernel: embedKernels[format] },
      ...[...matmuls].map((variant) => ({ kernel: matmulKernels[variant][format] })),
    ]),
    { kernel: rmsNormKernels[norm] },
    { kernel: gatedActivationKernel, constants: { GELU: activation === "gelu-tanh" ? 1 : 0 } },
    { kernel: softCapKernel },
    { kernel: sampleChunksKernel },
    { kernel: sampleKernel },
  ];
}

/** What one model with softmax attention compiles: prefill and decode of every layer, sampling. */
export function modelVariants(needs: ModelNeeds): Variant[] {
  const { capabilities, kvDtype } = needs;
  return [
    ...denseVariants(needs),
    { kernel: kvAppendKernels[kvDtype] },
    { kernel: meanQueryKernel },
    { kernel: attentionMassKernel },
    ...needs.ropes.flatMap((rope) => ropeVariants(rope, kvDtype, capabilities.barrierFree)),
  ];
}

function ropeVariants(rope: RopeSpec, kvDtype: KvDtype, barrierFree: boolean): Variant[] {
  const constants = ropeConstants(rope);
  const prefill = barrierFree ? "direct" : "tiled";
  const decode = attentionDecodeKernels[barrierFree ? "direct" : "group"];
  return [
    { kernel: ropeRowsKernel, constants },
    { kernel: gatherRopeKernels[kvDtype], constants },
    { kernel: decode[kvDtype], constants },
    { kernel: attentionMergeKernel, constants: { HEAD_DIM: rope.headDim } },
    ...[false, true].map((clamped) => ({
      kernel: attentionPrefillKernels[prefill],
      constants: attentionPrefillConstants(prefill, rope.headDim, clamped),
    })),
  ];
}

const HEAD_DIMS = [32, 48, 64, 96, 128, 256];

/** Every row of the table, for the compile test. */
export function allVariants(): Variant[] {
  const rows = [true, false].flatMap((barrierFree) =>
    KV_DTYPES.flatMap((kvDtype) =>
      modelVariants({
        capabilities: { barrierFree },
        formats: WEIGHT_FORMATS,
        kvDtype,
        ropes: HEAD_DIMS.flatMap((headDim) => [
          { headDim, rotaryDims: headDim, adjacent: false },
          { headDim, rotaryDims: headDim, adjacent: true },
          { headDim, rotaryDims: 16, adjacent: false },
          { headDim, rotaryDims: 0, adjacent: false },
        ]),
        activation: kvDtype === "f16" ? "silu" : "gelu-tanh",
      }),
    ),
  );
  const recurrent = [true, false].flatMap((barrierFree) =>
    RING_DTYPES.flatMap((dtype) =>
      [...HEAD_DIMS, 320].flatMap((headDim) =>
        recurrentVariants({
          capabilities: { barrierFree },
          window: { rope: { headDim, rotaryDims: headDim, adjacent: false }, dtype },
        }),
      ),
    ),
  );
  const unique = new Map(
    [...rows, ...recurrent].map((row) => [
      `${row.kernel.name} ${JSON.stringify(row.constants)}`,
      row,
    ]),
  );
  return [...unique.values()];
}
