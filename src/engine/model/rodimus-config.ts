// config.json of Rodimus and Rodimus+ (codefuse-ai/rodimus) to ModelConfig: nested blocks of settings, nulls, "auto".
// The published files leave out what has its default in the official code; the defaults stand here.
import * as v from "valibot";
import { STATE_ROW_STEP } from "../../../kernels/index.ts";
import { boundedList, isNumber } from "../bounded-list.ts";
import { EngineError } from "../errors.ts";
import type { ModelConfig } from "./config.ts";
import { quote } from "./gguf.ts";
import { LIST_LIMIT } from "./hf-config.ts";
import { buildRopeTable } from "./rope.ts";

const maybe = <S extends v.GenericSchema>(schema: S) => v.optional(v.nullable(schema));
const mostly = (most: number) => v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(most));
const ratio = v.pipe(v.number(), v.minValue(2 ** -10), v.maxValue(1024));
const epsilon = v.pipe(v.number(), v.minValue(0), v.maxValue(1));

// Largest whole numbers: far above any model, low enough for 32-bit arithmetic.
const configSchema = v.looseObject({
  _name_or_path: maybe(v.string()),
  block_type: maybe(v.string()),
  d_model: mostly(65_536),
  n_layer: mostly(1024),
  vocab_size: mostly(4_194_304),
  norm_epsilon: maybe(v.pipe(epsilon, v.minValue(1e-30))),
  max_position_embeddings: maybe(mostly(2 ** 30)),
  tie_word_embeddings: maybe(v.boolean()),
  use_scale_embedding: maybe(v.boolean()),
  use_norm_embedding: maybe(v.boolean()),
  // How our own models were trained to be asked; published files have no such field.
  inkspan_prompt: maybe(v.string()),
  bos_token_id: maybe(v.number()),
  eos_token_id: maybe(v.union([v.number(), boundedList(isNumber, LIST_LIMIT)])),
  mixer_cfg: maybe(
    v.looseObject({
      expand_ratio: maybe(ratio),
      mem_size: maybe(mostly(4096)),
      d_conv: maybe(v.number()),
      input_gate_low_rank: maybe(v.union([v.number(), v.string()])),
      normalize_epsilon: maybe(epsilon),
    }),
  ),
  attn_cfg: maybe(
    v.looseObject({
      num_heads: maybe(mostly(1024)),
      num_heads_k: maybe(mostly(1024)),
      num_heads_v: maybe(mostly(1024)),
      window_size: maybe(v.pipe(v.number(), v.integer(), v.maxValue(2 ** 30))),
      softmax_scale: v.optional(v.unknown()),
      rotary_emb_dim: maybe(v.pipe(v.number(), v.integer(), v.maxValue(65_536))),
      rotary_emb_base: maybe(v.pipe(v.number(), v.gtValue(1), v.maxValue(1e12))),
      rotary_emb_scale_base: maybe(v.number()),
      rotary_emb_interleaved: maybe(v.boolean()),
      ffn_expand_ratio: maybe(ratio),
    }),
  ),
});

export type RodimusFile = v.InferOutput<typeof configSchema>;

/**
 * The chat format of the published models; base models state none. No newline between turns, an empty system text is left out;
 * after a last message of the assistant nothing is appended.
 */
export const RODIMUS_CHAT =
  "{% for m in messages %}" +
  "{% if m['role'] == 'system' %}{% if m['content'] %}{{ '<role>SYSTEM</role>' + m['content'] }}{% endif %}" +
  "{% elif m['role'] == 'user' %}{{ '<role>HUMAN</role>' + m['content'] }}" +
  "{% elif m['role'] == 'assistant' %}{{ '<role>ASSISTANT</role>' + m['content'] }}" +
  "{% else %}{{ '<role>OBSERVATION</role>' + m['content'] }}{% endif %}{% endfor %}" +
  "{% if add_generation_prompt and (not messages or messages[-1]['role'] != 'assistant') %}" +
  "{{ '<role>ASSISTANT</role>' }}{% endif %}";

export function isRodimus(json: unknown): boolean {
  const parsed = v.safeParse(v.looseObject({ model_type: v.literal("rodimus") }), json);
  return parsed.success;
}

export function parseRodimusConfig(json: unknown, source: string): RodimusFile {
  const result = v.safeParse(configSchema, json, { abortEarly: true });
  if (result.success) return result.output;
  const issue = result.issues[0];
  throw new EngineError(
    "format-invalid",
    `${source}: config.json is not the description of a Rodimus model (${v.getDotPath(issue) ?? "the whole file"}: ${issue.message}).`,
  );
}

const roundedUp = (value: number): number => Math.ceil(Math.floor(value) / 8) * 8;

export function rodimusConfig(file: RodimusFile, source: string): ModelConfig {
  const invalid = (what: string): never => {
    throw new EngineError("format-invalid", `${source}: ${what}. The description is damaged.`);
  };
  const unsupported = (what: string): never => {
    throw new EngineError("format-unsupported", `${source}: ${what} is not supported.`);
  };
  const blockType = file.block_type ?? "rodimus";
  if (blockType !== "rodimus" && blockType !== "rodimus_plus") {
    unsupported(`the block type ${quote(blockType)}`);
  }
  const hasAttention = blockType === "rodimus_plus";
  const width = file.d_model;
  if (width % 4 !== 0) invalid(`the width ${width} is not a multiple of 4`);

  const mixer = file.mixer_cfg ?? {};
  const stateRows = mixer.mem_size ?? 64;
  if (stateRows % STATE_ROW_STEP !== 0) {
    unsupported(`a state of ${stateRows} rows (not a multiple of ${STATE_ROW_STEP})`);
  }
  if ((mixer.d_conv ?? 4) !== 4) unsupported(`a convolution of ${mixer.d_conv} taps`);
  const rank = mixer.input_gate_low_rank ?? "auto";
  const gateRank = rank === "auto" ? Math.max(Math.floor(width / 64), 16) : Number(rank);
  if (!(Number.isInteger(gateRank) && gateRank > 0 && gateRank <= 65_536)) {
    invalid(`the rank of the input gate is ${quote(String(rank))}`);
  }
  if (gateRank % 4 !== 0) unsupported(`an input gate of rank ${gateRank} (not a multiple of 4)`);

  const contextLength = file.max_position_embeddings ?? 2048;
  const attention = hasAttention
    ? attentionOf(file.attn_cfg ?? {}, width, invalid, unsupported)
    : NO_ATTENTION;
  return {
    family: hasAttention ? "rodimus_plus" : "rodimus",
    name: file._name_or_path || source,
    layers: file.n_layer,
    width,
    heads: attention.heads,
    kvHeads: hasAttention ? 1 : 0,
    headDim: attention.headDim,
    ffn: attention.ffn,
    vocab: file.vocab_size,
    contextLength,
    rmsEpsilon: file.norm_epsilon ?? 1e-5,
    ropeTables: attention.rope ? [attention.rope] : [],
    layerConfigs: Array.from({ length: file.n_layer }, () => ({
      rope: attention.rope ? 0 : null,
      slidingWindow: attention.lookBack === null ? null : attention.lookBack + 1,
    })),
    attentionScale: hasAttention ? 1 / Math.sqrt(attention.headDim) : 1,
    attentionSoftCap: null,
    logitSoftCap: null,
    activation: "silu",
    embeddingScale: file.use_scale_embedding ? Math.sqrt(stateRows) : 1,
    tiedOutput: file.tie_word_embeddings ?? false,
    hasQkvBias: false,
    hasQkNorm: false,
    hasPostNorms: false,
    recurrent: {
      inner: roundedUp(width * (mixer.expand_ratio ?? 2)),
      stateRows,
      gateRank,
      keyEpsilon: mixer.normalize_epsilon ?? 1e-12,
      hasAttention,
      hasEmbeddingNorm: file.use_norm_embedding ?? false,
    },
  };
}

const NO_ATTENTION = { heads: 0, headDim: 0, ffn: 0, rope: null, lookBack: null };

function attentionOf(
  attn: NonNullable<RodimusFile["attn_cfg"]>,
  width: number,
  invalid: (what: string) => never,
  unsupported: (what: string) => never,
) {
  const heads = attn.num_heads ?? Math.floor(width / 128);
  const headDim = width / heads;
  if (heads < 1 || !Number.isInteger(headDim)) invalid(`${heads} heads in a width of ${width}`);
  if (headDim % 4 !== 0) unsupported(`a head size of ${headDim} (not a multiple of 4)`);
  if (attn.num_heads_k == null || attn.num_heads_v == null) {
    invalid("the numbers of key and value heads are not stated");
  }
  if (attn.num_heads_k !== 1) unsupported(`attention with ${attn.num_heads_k} key heads`);
  if (attn.num_heads_v !== heads) {
    unsupported(`attention with ${attn.num_heads_v} value heads for ${heads} query heads`);
  }
  if (attn.softmax_scale != null) unsupported("an attention scale of its own (softmax_scale)");
  if (attn.rotary_emb_scale_base != null) {
    unsupported("a rotary embedding with scale (rotary_emb_scale_base)");
  }
  const stated = attn.rotary_emb_dim ?? -1;
  const rotaryDims = stated < 0 ? headDim : stated;
  const layout = attn.rotary_emb_interleaved ? "adjacent" : "half-split";
  if (rotaryDims > headDim) invalid(`${rotaryDims} rotary dimensions in heads of ${headDim}`);
  if (rotaryDims % (layout === "adjacent" ? 4 : 8) !== 0) {
    unsupported(`a rotary embedding of ${rotaryDims} dimensions`);
  }
  const base = attn.rotary_emb_base ?? 10_000;
  const window = attn.window_size ?? 0;
  return {
    heads,
    headDim,
    ffn: roundedUp(width * (attn.ffn_expand_ratio ?? 4 / 3)),
    rope: rotaryDims === 0 ? null : buildRopeTable(base, rotaryDims, layout, { kind: "none" }),
    // The files state both directions; a query looks back over half of it.
    lookBack: window > 0 ? Math.floor(window / 2) : null,
  };
}
