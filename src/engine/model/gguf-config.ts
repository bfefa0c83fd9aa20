// Metadata of a GGUF file to HyperParameters. Keys as written by llama.cpp's converters.
import { EngineError } from "../errors.ts";
import { families } from "./families.ts";
import { type GgufHeader, type GgufValue, quote } from "./gguf.ts";
import { type HyperParameters, layerPattern } from "./hyper-parameters.ts";
import type { RopeScaling } from "./rope.ts";

/** Typed access to metadata; every wrong type is an error that names the key. */
export class GgufMetadata {
  readonly #values: ReadonlyMap<string, GgufValue>;
  readonly #source: string;

  constructor(values: ReadonlyMap<string, GgufValue>, source: string) {
    this.#values = values;
    this.#source = source;
  }

  #wrong(key: string, expected: string): EngineError {
    const state = this.#values.has(key) ? `is not ${expected}` : "is missing";
    return new EngineError(
      "format-invalid",
      `${this.#source}: the metadata key ${quote(key)} ${state}. The file is incomplete or damaged.`,
    );
  }

  has(key: string): boolean {
    return this.#values.has(key);
  }

  number(key: string): number {
    const value = this.optionalNumber(key);
    if (value === undefined) throw this.#wrong(key, "a number");
    return value;
  }

  optionalNumber(key: string): number | undefined {
    const value = this.#values.get(key);
    if (value === undefined || typeof value === "number") return value;
    throw this.#wrong(key, "a number");
  }

  /** A number that may be given once per layer; different layers are not supported. */
  perLayerNumber(key: string): number | undefined {
    const value = this.#values.get(key);
    if (!(value instanceof Float64Array)) return this.optionalNumber(key);
    const first = value[0];
    if (first === undefined) throw this.#wrong(key, "a number");
    if (value.some((other) => other !== first)) {
      throw new EngineError(
        "format-unsupported",
        `${this.#source}: ${quote(key)} differs between layers, which is not supported. Choose a model whose layers have one shape.`,
      );
    }
    return first;
  }

  string(key: string): string {
    const value = this.optionalString(key);
    if (value === undefined) throw this.#wrong(key, "a text");
    return value;
  }

  optionalString(key: string): string | undefined {
    const value = this.#values.get(key);
    if (value === undefined || typeof value === "string") return value;
    throw this.#wrong(key, "a text");
  }

  optionalBoolean(key: string): boolean | undefined {
    const value = this.#values.get(key);
    if (value === undefined || typeof value === "boolean") return value;
    throw this.#wrong(key, "true or false");
  }

  strings(key: string): readonly string[] {
    const value = this.optionalStrings(key);
    if (value === undefined) throw this.#wrong(key, "a list of texts");
    return value;
  }

  optionalStrings(key: string): readonly string[] | undefined {
    const value = this.#values.get(key);
    if (value === undefined) return undefined;
    if (typeof value === "object" && !(value instanceof Float64Array)) return value;
    throw this.#wrong(key, "a list of texts");
  }

  optionalNumbers(key: string): Float64Array | undefined {
    const value = this.#values.get(key);
    if (value === undefined || value instanceof Float64Array) return value;
    throw this.#wrong(key, "a list of numbers");
  }
}

/** What only tensors can tell: the vocabulary, factor tensors, whether there is an output matrix. */
export interface GgufTensorFacts {
  readonly vocab: number;
  readonly tiedOutput: boolean;
  readonly hasQkvBias: boolean;
  readonly ropeFactors: Float32Array | null;
}

/** Name of the rotary factor tensor that this file uses, if any. */
export function ropeFactorTensor(header: GgufHeader, metadata: GgufMetadata): string | null {
  const names = new Set(header.tensors.map((tensor) => tensor.name));
  if (names.has("rope_freqs.weight")) return "rope_freqs.weight";
  if (!names.has("rope_factors_long.weight")) return null;
  const family = metadata.string("general.architecture");
  const original = metadata.optionalNumber(`${family}.rope.scaling.original_context_length`);
  const context = metadata.number(`${family}.context_length`);
  const isLong = original === undefined || context > original;
  return isLong ? "rope_factors_long.weight" : "rope_factors_short.weight";
}

export function ggufHyperParameters(
  metadata: GgufMetadata,
  facts: GgufTensorFacts,
  source: string,
): HyperParameters {
  const architecture = metadata.string("general.architecture");
  const family = Object.hasOwn(families, architecture) ? families[architecture] : undefined;
  if (!family) {
    throw new EngineError(
      "format-unsupported",
      `${source}: the architecture ${quote(architecture)} is not supported. Supported: ${Object.keys(families).join(", ")}.`,
    );
  }
  const key = (name: string): string => `${architecture}.${name}`;
  const optional = (name: string): number | undefined => metadata.optionalNumber(key(name));
  if ((optional("expert_count") ?? 0) > 0) {
    throw new EngineError(
      "format-unsupported",
      `${source}: models with experts (mixture of experts) are not supported. Choose a dense model.`,
    );
  }
  const layers = metadata.number(key("block_count"));
  const width = metadata.number(key("embedding_length"));
  const heads = metadata.perLayerNumber(key("attention.head_count")) ?? Number.NaN;
  const headDim = optional("attention.key_length") ?? width / heads;
  const valueDim = optional("attention.value_length") ?? headDim;
  if (valueDim !== headDim) {
    throw new EngineError(
      "format-unsupported",
      `${source}: keys of ${headDim} and values of ${valueDim} dimensions differ, which is not supported.`,
    );
  }
  const pattern = layerPattern(family, layers);
  const window = optional("attention.sliding_window") ?? 0;
  // llama.cpp switches the window off for families whose files give no pattern (phi3).
  const slidingWindow = family.globalEvery !== null && window > 0 ? window : null;
  return {
    name: metadata.optionalString("general.name") ?? source,
    family: architecture,
    layers,
    width,
    heads,
    kvHeads: metadata.perLayerNumber(key("attention.head_count_kv")) ?? heads,
    headDim,
    ffn: metadata.perLayerNumber(key("feed_forward_length")) ?? Number.NaN,
    vocab: facts.vocab,
    contextLength: metadata.number(key("context_length")),
    rmsEpsilon: metadata.number(key("attention.layer_norm_rms_epsilon")),
    theta: optional("rope.freq_base") ?? 10_000,
    localTheta: optional("rope.freq_base_swa") ?? family.localTheta,
    rotaryDims: optional("rope.dimension_count") ?? headDim,
    ropeLayout: family.ggufRopeLayout,
    ropeScaling: ropeScaling(metadata, key, facts.ropeFactors, source),
    slidingWindow,
    isLocal: slidingWindow === null ? pattern.isLocal.map(() => false) : pattern.isLocal,
    usesRope: pattern.usesRope,
    attentionScale:
      optional("attention.scale") ?? gemma27bScale(architecture, layers, width, heads),
    attentionSoftCap: optional("attn_logit_softcapping") ?? null,
    logitSoftCap: optional("final_logit_softcapping") ?? null,
    tiedOutput: facts.tiedOutput,
    hasQkvBias: facts.hasQkvBias,
    headWeights: metadata.optionalNumbers("inkspan.head_weights") ?? null,
  };
}

/** Gemma 3 27B alone scales by the width per head; its files do not say so (llama.cpp goes by size). */
function gemma27bScale(
  family: string,
  layers: number,
  width: number,
  heads: number,
): number | null {
  return family === "gemma3" && layers === 62 ? 1 / Math.sqrt(width / heads) : null;
}

function ropeScaling(
  metadata: GgufMetadata,
  key: (name: string) => string,
  factors: Float32Array | null,
  source: string,
): RopeScaling {
  const optional = (name: string): number | undefined => metadata.optionalNumber(key(name));
  if (factors) {
    const attentionFactor = optional("rope.scaling.attn_factor") ?? 1;
    return { kind: "factors", factors, attentionFactor };
  }
  const factor = optional("rope.scaling.factor") ?? optional("rope.scale_linear") ?? 0;
  const type = metadata.optionalString(key("rope.scaling.type")) ?? "linear";
  if (type === "none" || factor === 0 || (type === "linear" && factor === 1))
    return { kind: "none" };
  if (type === "linear") return { kind: "linear", factor };
  if (type === "yarn") {
    const stated =
      optional("rope.scaling.yarn_attn_factor") ?? optional("rope.scaling.attn_factor");
    return {
      kind: "yarn",
      factor,
      originalContext:
        optional("rope.scaling.original_context_length") ?? metadata.number(key("context_length")),
      betaFast: optional("rope.scaling.yarn_beta_fast") ?? 32,
      betaSlow: optional("rope.scaling.yarn_beta_slow") ?? 1,
      attentionFactor: stated === undefined ? null : stated * (1 + 0.1 * Math.log(factor)),
    };
  }
  throw new EngineError(
    "format-unsupported",
    `${source}: the rotary scaling ${quote(type)} is not supported without factor tensors. Supported: none, linear, yarn, factor tensors.`,
  );
}
