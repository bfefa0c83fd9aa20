// config.json of a Hugging Face checkpoint to HyperParameters.
import * as v from "valibot";
import { boundedList, isNumber, isText } from "../bounded-list.ts";
import { EngineError } from "../errors.ts";
import { families, familyOfModelType } from "./families.ts";
import { quote } from "./gguf.ts";
import { type HyperParameters, layerPattern } from "./hyper-parameters.ts";
import type { RopeScaling } from "./rope.ts";

/** Entries per layer, per rotary dimension, or end tokens: more than any model has. */
export const LIST_LIMIT = 1024;

const maybe = <S extends v.GenericSchema>(schema: S) => v.optional(v.nullable(schema));

const ropeSchema = v.looseObject({
  rope_type: maybe(v.string()),
  type: maybe(v.string()),
  rope_theta: maybe(v.number()),
  factor: maybe(v.number()),
  low_freq_factor: maybe(v.number()),
  high_freq_factor: maybe(v.number()),
  original_max_position_embeddings: maybe(v.number()),
  beta_fast: maybe(v.number()),
  beta_slow: maybe(v.number()),
  attention_factor: maybe(v.number()),
  long_factor: maybe(boundedList(isNumber, LIST_LIMIT)),
  short_factor: maybe(boundedList(isNumber, LIST_LIMIT)),
  partial_rotary_factor: maybe(v.number()),
  truncate: maybe(v.boolean()),
});

type Rope = v.InferOutput<typeof ropeSchema>;

const configSchema = v.looseObject({
  model_type: v.string(),
  _name_or_path: maybe(v.string()),
  hidden_size: v.number(),
  intermediate_size: v.number(),
  num_hidden_layers: v.number(),
  num_attention_heads: v.number(),
  num_key_value_heads: maybe(v.number()),
  head_dim: maybe(v.number()),
  hidden_act: maybe(v.string()),
  hidden_activation: maybe(v.string()),
  max_position_embeddings: v.number(),
  rms_norm_eps: v.number(),
  rope_theta: maybe(v.number()),
  rope_local_base_freq: maybe(v.number()),
  rope_scaling: maybe(ropeSchema),
  // What transformers 5 writes in place of the fields above: one set, or one for each kind of layer.
  rope_parameters: maybe(
    v.union([
      v.strictObject({ full_attention: ropeSchema, sliding_attention: ropeSchema }),
      ropeSchema,
    ]),
  ),
  partial_rotary_factor: maybe(v.number()),
  original_max_position_embeddings: maybe(v.number()),
  tie_word_embeddings: maybe(v.boolean()),
  vocab_size: v.number(),
  attention_bias: maybe(v.boolean()),
  mlp_bias: maybe(v.boolean()),
  use_sliding_window: maybe(v.boolean()),
  sliding_window: maybe(v.number()),
  max_window_layers: maybe(v.number()),
  sliding_window_pattern: maybe(v.number()),
  layer_types: maybe(boundedList(isText, LIST_LIMIT)),
  no_rope_layers: maybe(boundedList(isNumber, LIST_LIMIT)),
  no_rope_layer_interval: maybe(v.number()),
  query_pre_attn_scalar: maybe(v.number()),
  attn_logit_softcapping: maybe(v.number()),
  final_logit_softcapping: maybe(v.number()),
  bos_token_id: maybe(v.number()),
  eos_token_id: maybe(v.union([v.number(), boundedList(isNumber, LIST_LIMIT)])),
});

export type HfConfig = v.InferOutput<typeof configSchema>;

export function parseHfConfig(json: unknown, source: string): HfConfig {
  const result = v.safeParse(configSchema, json, { abortEarly: true });
  if (result.success) return result.output;
  const issue = result.issues[0];
  const path = v.getDotPath(issue) ?? "the whole file";
  throw new EngineError(
    "format-invalid",
    `${source}: config.json is not a model description (${path}: ${issue.message}).`,
  );
}

export function hfHyperParameters(
  config: HfConfig,
  facts: { tiedOutput: boolean; hasQkvBias: boolean; vocab: number },
  source: string,
): HyperParameters {
  const name = Object.hasOwn(familyOfModelType, config.model_type)
    ? familyOfModelType[config.model_type]
    : undefined;
  const family = name === undefined ? undefined : families[name];
  if (name === undefined || !family) {
    throw new EngineError(
      "format-unsupported",
      `${source}: the model type ${quote(config.model_type)} is not supported. Supported: ${Object.keys(familyOfModelType).join(", ")}.`,
    );
  }
  const activation = config.hidden_activation ?? config.hidden_act ?? "silu";
  const expected = family.activation === "silu" ? ["silu"] : ["gelu_pytorch_tanh", "gelu_new"];
  if (!expected.includes(activation)) {
    throw new EngineError(
      "format-unsupported",
      `${source}: the activation ${quote(activation)} is not supported for ${config.model_type}.`,
    );
  }
  const layers = config.num_hidden_layers;
  const headDim = config.head_dim ?? config.hidden_size / config.num_attention_heads;
  const pattern = layerPattern(
    {
      ...family,
      noRopeEvery: config.no_rope_layer_interval ?? family.noRopeEvery,
      globalEvery: config.sliding_window_pattern ?? family.globalEvery,
    },
    layers,
  );
  const hasWindow =
    config.sliding_window != null &&
    (config.use_sliding_window ?? (family.globalEvery !== null || name === "phi3"));
  const isLocal =
    config.layer_types?.map((type) => type === "sliding_attention") ??
    (family.globalEvery === null
      ? pattern.isLocal.map((_, i) => i >= (config.max_window_layers ?? 0))
      : pattern.isLocal);
  const { rope, localTheta } = ropeOf(config, source);
  const rotaryShare = rope.partial_rotary_factor ?? config.partial_rotary_factor ?? 1;
  return {
    name: config._name_or_path || source,
    family: name,
    layers,
    width: config.hidden_size,
    heads: config.num_attention_heads,
    kvHeads: config.num_key_value_heads ?? config.num_attention_heads,
    headDim,
    ffn: config.intermediate_size,
    vocab: facts.vocab,
    contextLength: config.max_position_embeddings,
    rmsEpsilon: config.rms_norm_eps,
    theta: rope.rope_theta ?? config.rope_theta ?? family.defaultTheta,
    localTheta: localTheta ?? config.rope_local_base_freq ?? family.localTheta,
    rotaryDims: Math.floor(headDim * rotaryShare),
    ropeLayout: "half-split",
    ropeScaling: hfRopeScaling(rope, config, source),
    slidingWindow: hasWindow ? (config.sliding_window ?? null) : null,
    isLocal: hasWindow ? isLocal : pattern.isLocal.map(() => false),
    usesRope: config.no_rope_layers?.map((flag) => flag !== 0) ?? pattern.usesRope,
    attentionScale:
      config.query_pre_attn_scalar == null ? null : 1 / Math.sqrt(config.query_pre_attn_scalar),
    attentionSoftCap: config.attn_logit_softcapping ?? null,
    logitSoftCap: config.final_logit_softcapping ?? null,
    tiedOutput: facts.tiedOutput,
    hasQkvBias: facts.hasQkvBias,
    headWeights: null,
  };
}

/** The rotary parameters of the layers that see everything, and the base of the others if it is stated. */
function ropeOf(config: HfConfig, source: string): { rope: Rope; localTheta: number | null } {
  const parameters = config.rope_parameters;
  if (!parameters) return { rope: config.rope_scaling ?? {}, localTheta: null };
  if (!hasKinds(parameters)) return { rope: parameters, localTheta: null };
  const local = parameters.sliding_attention;
  if ((local.rope_type ?? "default") !== "default") {
    throw new EngineError(
      "format-unsupported",
      `${source}: the rotary scaling ${quote(local.rope_type ?? "")} of layers with a sliding window is not supported. Supported: default.`,
    );
  }
  return { rope: parameters.full_attention, localTheta: local.rope_theta ?? null };
}

function hasKinds(
  parameters: NonNullable<HfConfig["rope_parameters"]>,
): parameters is { full_attention: Rope; sliding_attention: Rope } {
  return "full_attention" in parameters;
}

function hfRopeScaling(scaling: Rope, config: HfConfig, source: string): RopeScaling {
  const type = scaling.rope_type ?? scaling.type ?? "default";
  if (type === "default") return { kind: "none" };
  const original =
    scaling.original_max_position_embeddings ??
    config.original_max_position_embeddings ??
    config.max_position_embeddings;
  const factor = scaling.factor ?? config.max_position_embeddings / original;
  switch (type) {
    case "linear":
      return { kind: "linear", factor };
    case "llama3":
      return {
        kind: "llama3",
        factor,
        lowFrequencyFactor: scaling.low_freq_factor ?? 1,
        highFrequencyFactor: scaling.high_freq_factor ?? 4,
        originalContext: original,
      };
    case "yarn":
      if (scaling.truncate === false) {
        throw new EngineError(
          "format-unsupported",
          `${source}: YaRN without rounded bounds ("truncate": false) is not supported.`,
        );
      }
      return {
        kind: "yarn",
        factor,
        originalContext: original,
        betaFast: scaling.beta_fast ?? 32,
        betaSlow: scaling.beta_slow ?? 1,
        attentionFactor: scaling.attention_factor ?? null,
      };
    case "longrope": {
      const isLong = config.max_position_embeddings > original;
      const factors = (isLong ? scaling.long_factor : scaling.short_factor) ?? [];
      const computed = factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(original));
      return {
        kind: "factors",
        factors: Float32Array.from(factors),
        attentionFactor: scaling.attention_factor ?? computed,
      };
    }
    default:
      throw new EngineError(
        "format-unsupported",
        `${source}: the rotary scaling ${quote(type)} is not supported. Supported: linear, llama3, yarn, longrope.`,
      );
  }
}
