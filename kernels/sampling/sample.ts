// Next token from logits, entirely on the GPU: argmax, or temperature with top-k and top-p.
import { defineKernel } from "../define-kernel.ts";
import type { BindingSlice, Recorder } from "../backend.ts";
import chunksBody from "./sample-chunks.wgsl?raw";
import body from "./sample.wgsl?raw";

export const SAMPLE_MAX_TOP_K = 256;

/** Stands for the token where a logit is not finite. */
export const NO_TOKEN = 0xffffffff;

/** Bytes of the scratch buffer for any vocabulary. */
export const SAMPLE_SCRATCH_BYTES = 1024 * 16;

export const sampleChunksKernel = defineKernel({
  name: "sample-chunks",
  body: chunksBody,
  params: { logitBegin: "u32", vocabulary: "u32", chunk: "u32", inverseTemperature: "f32" },
  bindings: ["read", "write"],
});

export const sampleKernel = defineKernel({
  name: "sample",
  body,
  params: {
    logitBegin: "u32",
    vocabulary: "u32",
    chunk: "u32",
    inverseTemperature: "f32",
    topK: "u32",
    wholeSum: "u32",
    topP: "f32",
    seed: "u32",
    step: "u32",
    tokenIndex: "u32",
  },
  bindings: ["read", "write", "write"],
});

export interface ArgmaxShape {
  readonly vocabulary: number;
  /** Element of `logits` that belongs to token 0; default 0. */
  readonly logitBegin?: number;
  /** Element of `token` that receives the id. */
  readonly tokenIndex: number;
}

export interface SampleShape extends ArgmaxShape {
  /** Above 0. */
  readonly temperature: number;
  /** 1 … SAMPLE_MAX_TOP_K; 0 = no limit, of which the SAMPLE_MAX_TOP_K best can be drawn. */
  readonly topK: number;
  /** 1 = off. */
  readonly topP: number;
  /** u32 each: the same pair gives the same random number. */
  readonly seed: number;
  readonly step: number;
}

/** logits: f32 [V], scratch: SAMPLE_SCRATCH_BYTES, token: u32; the lowest id wins ties. */
export function argmax(
  recorder: Recorder,
  logits: BindingSlice,
  scratch: BindingSlice,
  token: BindingSlice,
  shape: ArgmaxShape,
): void {
  const greedy = { temperature: 1, topK: 1, topP: 1, seed: 0, step: 0 };
  sampleTop(recorder, logits, scratch, token, { ...shape, ...greedy });
}

/** logits: f32 [V], scratch: SAMPLE_SCRATCH_BYTES, token: u32. */
export function sampleTop(
  recorder: Recorder,
  logits: BindingSlice,
  scratch: BindingSlice,
  token: BindingSlice,
  shape: SampleShape,
): void {
  const { vocabulary, logitBegin = 0, temperature, topK, topP, seed, step, tokenIndex } = shape;
  if (!(temperature > 0) || topK < 0 || topK > SAMPLE_MAX_TOP_K || vocabulary < 1) {
    throw new Error(`sample: temperature ${temperature}, top-k ${topK}, vocabulary ${vocabulary}`);
  }
  const common = {
    logitBegin,
    vocabulary,
    chunk: Math.max(64, Math.ceil(vocabulary / 1024)),
    inverseTemperature: 1 / temperature,
  };
  recorder.dispatch(
    sampleChunksKernel,
    common,
    [logits, scratch],
    [Math.ceil(Math.ceil(vocabulary / common.chunk) / 64)],
  );
  recorder.dispatch(
    sampleKernel,
    {
      ...common,
      topK: topK === 0 ? SAMPLE_MAX_TOP_K : topK,
      wholeSum: topK === 0 ? 1 : 0,
      topP,
      seed,
      step,
      tokenIndex,
    },
    [logits, scratch, token],
    [1],
  );
}
