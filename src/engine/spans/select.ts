// Choice of spans on the CPU: the same steps as the kernels, for layers with few spans and for
// tests. Not here: queries (engine), residency and fetching.

import {
  type Selection,
  type SpanSelectShape,
  spanScoreTwin,
  spanSelectTwin,
  spanVoteTwin,
} from "../../../kernels/index.ts";
import type { LtriParameters } from "./parameters.ts";

export interface CpuChoice {
  readonly query: Float32Array; // f32 [K][D]
  readonly vectors: Float32Array; // f32 [S][2][K][D]
  readonly spans: Uint32Array; // u32x4 [S] {startToken, length, firstPage or 0xffffffff, flags}
  readonly recall: Float32Array; // f32 [≥ S], updated where persist is set
  readonly headWeights?: Float32Array; // f32 [K]
  readonly kvHeads: number;
  readonly headDim: number;
  /** Decoding and questions: update `recall` and give it its share of the budget. */
  readonly persist: boolean;
  readonly residentOnly: boolean;
}

export type ChoiceParameters = Pick<
  LtriParameters,
  "budget" | "z0" | "neighbourBoost" | "gamma" | "persistFrac"
>;

export function scoreVoteSelect(input: CpuChoice, parameters: ChoiceParameters): Selection {
  const { kvHeads, headDim, recall, persist } = input;
  const spans = input.spans.length / 4;
  const raw = new Float32Array(kvHeads * spans);
  const votes = new Float32Array(spans);
  const ties = new Float32Array(spans);
  spanScoreTwin(input.query, input.vectors, raw, {
    spans,
    firstSpan: 0,
    firstRow: 0,
    spanCapacity: spans,
    kvHeads,
    headDim,
    dtype: "f32",
  });
  const arrays = { raw, votes, ties, recall };
  spanVoteTwin(input.headWeights ? { ...arrays, headWeights: input.headWeights } : arrays, {
    spans,
    spanCapacity: spans,
    kvHeads,
    z0: parameters.z0,
    boost: parameters.neighbourBoost,
    gamma: parameters.gamma,
    persist,
  });
  const shape: SpanSelectShape = {
    spans,
    budgetTokens: parameters.budget,
    persistFrac: persist ? parameters.persistFrac : 0,
    residentOnly: input.residentOnly,
  };
  return spanSelectTwin(input.spans, recall, votes, ties, shape);
}
