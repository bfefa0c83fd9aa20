// Rotary tables: inverse frequencies with linear, Llama-3, YaRN or LongRoPE scaling applied once,
// so that the kernels only multiply by the position. Sources: llama.cpp (ggml_rope_yarn), YaRN
// (Peng et al. 2023), Hugging Face modeling_rope_utils.
import type { RopeLayout, RopeTable } from "./config.ts";

export type RopeScaling =
  | { readonly kind: "none" }
  | { readonly kind: "linear"; readonly factor: number }
  | {
      readonly kind: "llama3";
      readonly factor: number;
      readonly lowFrequencyFactor: number;
      readonly highFrequencyFactor: number;
      readonly originalContext: number;
    }
  | {
      readonly kind: "yarn";
      readonly factor: number;
      readonly originalContext: number;
      readonly betaFast: number;
      readonly betaSlow: number;
      /** Replaces 1 + 0.1 ln(factor). */
      readonly attentionFactor: number | null;
    }
  | {
      /** Each frequency is divided by its factor (rope_freqs.weight, LongRoPE). */
      readonly kind: "factors";
      readonly factors: Float32Array; // f32 [rotaryDims / 2]
      readonly attentionFactor: number;
    };

export function buildRopeTable(
  theta: number,
  rotaryDims: number,
  layout: RopeLayout,
  scaling: RopeScaling,
): RopeTable {
  const half = rotaryDims / 2;
  const plain = Float64Array.from({ length: half }, (_, i) => theta ** ((-2 * i) / rotaryDims));
  const { frequencies, attentionFactor } = scale(plain, theta, scaling);
  return {
    theta,
    layout,
    rotaryDims,
    inverseFrequencies: Float32Array.from(frequencies),
    attentionFactor,
  };
}

function scale(
  plain: Float64Array,
  theta: number,
  scaling: RopeScaling,
): { frequencies: Float64Array; attentionFactor: number } {
  switch (scaling.kind) {
    case "none":
      return { frequencies: plain, attentionFactor: 1 };
    case "linear":
      return { frequencies: plain.map((f) => f / scaling.factor), attentionFactor: 1 };
    case "factors":
      return {
        frequencies: plain.map((f, i) => f / scaling.factors[i]!),
        attentionFactor: scaling.attentionFactor,
      };
    case "llama3": {
      const {
        factor,
        lowFrequencyFactor: low,
        highFrequencyFactor: high,
        originalContext,
      } = scaling;
      const frequencies = plain.map((f) => {
        const turns = (originalContext * f) / (2 * Math.PI);
        if (turns < low) return f / factor;
        if (turns > high) return f;
        const smooth = (turns - low) / (high - low);
        return (1 - smooth) * (f / factor) + smooth * f;
      });
      return { frequencies, attentionFactor: 1 };
    }
    case "yarn": {
      const { factor, originalContext, betaFast, betaSlow } = scaling;
      const dims = plain.length * 2;
      const correction = (turns: number): number =>
        (dims * Math.log(originalContext / (turns * 2 * Math.PI))) / (2 * Math.log(theta));
      const start = Math.max(0, Math.floor(correction(betaFast)));
      const end = Math.min(dims - 1, Math.ceil(correction(betaSlow)));
      const frequencies = plain.map((f, i) => {
        const ramp = Math.min(1, Math.max(0, (i - start) / Math.max(0.001, end - start)));
        return (f / factor) * ramp + f * (1 - ramp);
      });
      return {
        frequencies,
        attentionFactor: scaling.attentionFactor ?? 1 + 0.1 * Math.log(factor),
      };
    }
  }
}
