// The tensors of Rodimus and Rodimus+ checkpoints by role: shapes, published names, what may be ignored.
import { EngineError } from "../errors.ts";
import type { ModelConfig } from "./config.ts";
import type { RecurrentConfig } from "./config.ts";
import type { RoleShape, TensorNames, TensorPlace } from "./tensors.ts";

const one = (): number => 1;
const width = (config: ModelConfig): number => config.width;
const queryWidth = (config: ModelConfig): number => config.heads * config.headDim;
const headDim = (config: ModelConfig): number => config.headDim;
const ffn = (config: ModelConfig): number => config.ffn;
const hasAttention = (config: ModelConfig): boolean => recurrent(config).hasAttention;
const inner = (config: ModelConfig): number => recurrent(config).inner;
const rank = (config: ModelConfig): number => recurrent(config).gateRank;
const twoStates = (config: ModelConfig): number => 2 * recurrent(config).stateRows;

function recurrent(config: ModelConfig): RecurrentConfig {
  if (config.recurrent) return config.recurrent;
  throw new EngineError("internal", `a ${config.family} model has no recurrent mixer`);
}

export const RODIMUS_LAYER_ROLES: readonly RoleShape[] = [
  { role: "mixer_norm", rows: one, cols: width },
  { role: "mixer_x", rows: inner, cols: width },
  { role: "mixer_gate", rows: inner, cols: width },
  { role: "conv", rows: inner, cols: () => 4 },
  { role: "conv_bias", rows: one, cols: inner },
  { role: "mixer_skip", rows: one, cols: inner },
  { role: "mixer_qk", rows: twoStates, cols: inner },
  { role: "mixer_sp", rows: twoStates, cols: inner },
  { role: "mixer_sp_bias", rows: one, cols: twoStates },
  { role: "input_gate_down", rows: rank, cols: inner },
  { role: "input_gate_up", rows: inner, cols: rank },
  { role: "input_gate_bias", rows: one, cols: inner },
  { role: "act_norm", rows: one, cols: inner },
  { role: "mixer_output", rows: width, cols: inner },
  { role: "attn_norm", rows: one, cols: width, when: hasAttention },
  { role: "attn_q", rows: queryWidth, cols: width, when: hasAttention },
  { role: "attn_k", rows: headDim, cols: width, when: hasAttention },
  { role: "attn_v", rows: queryWidth, cols: width, when: hasAttention },
  { role: "attn_output", rows: width, cols: queryWidth, when: hasAttention },
  { role: "ffn_norm", rows: one, cols: width, when: hasAttention },
  { role: "ffn_up", rows: ffn, cols: width, when: hasAttention },
  { role: "ffn_gate", rows: ffn, cols: width, when: hasAttention },
  { role: "ffn_down", rows: width, cols: ffn, when: hasAttention },
];

const INNER = "mixer.inner_mixer";

const NAMES: Readonly<Record<string, string>> = {
  token_embd: "model.embeddings.weight",
  embd_norm: "model.embed_norm.weight",
  output: "lm_head.weight",
  output_norm: "model.norm_f.weight",
  mixer_norm: "mixer_norm.weight",
  conv: `${INNER}.short_conv.conv1d.weight`,
  conv_bias: `${INNER}.short_conv.conv1d.bias`,
  mixer_skip: `${INNER}.residual_weight`,
  mixer_qk: `${INNER}.in_proj.weight`,
  mixer_sp: `${INNER}.mem_gate_proj.weight`,
  mixer_sp_bias: `${INNER}.mem_gate_proj.bias`,
  input_gate_down: `${INNER}.ch_gate_proj.0.weight`,
  input_gate_up: `${INNER}.ch_gate_proj.1.weight`,
  input_gate_bias: `${INNER}.ch_gate_proj.1.bias`,
  act_norm: "mixer.act_norm.weight",
  mixer_output: "mixer.out_proj.weight",
  attn_norm: "attn_norm.weight",
  attn_q: "attn.q_proj.weight",
  attn_k: "attn.k_proj.weight",
  attn_v: "attn.v_proj.weight",
  attn_output: "attn.out_proj.weight",
  ffn_norm: "ffn_norm.weight",
  ffn_down: "ffn.out_proj.weight",
};

/** Two matrices lie below each other in one: the input of the mixer and its gate, up and gate of the FFN. */
function halfOf(role: string, config: ModelConfig): TensorPlace | undefined {
  const { ffn: f } = config;
  const m = inner(config);
  const halves: Readonly<Record<string, TensorPlace>> = {
    mixer_x: { name: "mixer.fc.weight", firstRow: 0, storedRows: 2 * m },
    mixer_gate: { name: "mixer.fc.weight", firstRow: m, storedRows: 2 * m },
    ffn_up: { name: "ffn.fc.weight", firstRow: 0, storedRows: 2 * f },
    ffn_gate: { name: "ffn.fc.weight", firstRow: f, storedRows: 2 * f },
  };
  return halves[role];
}

export const rodimusNames: TensorNames = (role, layer, config) => {
  const place = halfOf(role, config) ?? { name: NAMES[role] ?? role };
  return layer === undefined ? place : { ...place, name: `model.layers.${layer}.${place.name}` };
};

// Caches that the official code registers as buffers, so that they were saved with the weights.
const STRAY =
  /^model\.layers\.\d+\.(mixer\.inner_mixer\.(conv|ssm)_state|attn\.(key|value)_cache)_\d+$/;

/** Stray buffers, and the output matrix that a tied model stores once more. */
export function mayIgnoreInRodimus(config: ModelConfig): (name: string) => boolean {
  return (name) => STRAY.test(name) || (config.tiedOutput && name === "lm_head.weight");
}
