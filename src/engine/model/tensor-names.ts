// Tensor names of GGUF files and of Hugging Face checkpoints, by role.
import type { ModelConfig } from "./config.ts";
import type { Family } from "./families.ts";
import type { GlobalRole, LayerRole, TensorNames, TensorPlace } from "./tensors.ts";

type Role = GlobalRole | LayerRole;

const GGUF_NAMES: Readonly<Partial<Record<Role, string>>> = {
  token_embd: "token_embd.weight",
  output: "output.weight",
  output_norm: "output_norm.weight",
  attn_norm: "attn_norm.weight",
  attn_q: "attn_q.weight",
  attn_k: "attn_k.weight",
  attn_v: "attn_v.weight",
  attn_output: "attn_output.weight",
  attn_q_norm: "attn_q_norm.weight",
  attn_k_norm: "attn_k_norm.weight",
  attn_q_bias: "attn_q.bias",
  attn_k_bias: "attn_k.bias",
  attn_v_bias: "attn_v.bias",
  attn_post_norm: "post_attention_norm.weight",
  ffn_norm: "ffn_norm.weight",
  ffn_gate: "ffn_gate.weight",
  ffn_up: "ffn_up.weight",
  ffn_down: "ffn_down.weight",
  ffn_post_norm: "post_ffw_norm.weight",
};

const HF_NAMES: Readonly<Partial<Record<Role, string>>> = {
  token_embd: "model.embed_tokens.weight",
  output: "lm_head.weight",
  output_norm: "model.norm.weight",
  attn_norm: "input_layernorm.weight",
  attn_q: "self_attn.q_proj.weight",
  attn_k: "self_attn.k_proj.weight",
  attn_v: "self_attn.v_proj.weight",
  attn_output: "self_attn.o_proj.weight",
  attn_q_norm: "self_attn.q_norm.weight",
  attn_k_norm: "self_attn.k_norm.weight",
  attn_q_bias: "self_attn.q_proj.bias",
  attn_k_bias: "self_attn.k_proj.bias",
  attn_v_bias: "self_attn.v_proj.bias",
  attn_post_norm: "post_attention_layernorm.weight",
  ffn_norm: "post_attention_layernorm.weight",
  ffn_gate: "mlp.gate_proj.weight",
  ffn_up: "mlp.up_proj.weight",
  ffn_down: "mlp.down_proj.weight",
  ffn_post_norm: "post_feedforward_layernorm.weight",
};

/** The rows of a role inside a fused matrix: q, k, v and gate, up lie below each other. */
function fusedPlace(
  role: Role,
  config: ModelConfig,
  names: { qkv: string; gateUp: string },
): TensorPlace | undefined {
  const query = config.heads * config.headDim;
  const key = config.kvHeads * config.headDim;
  const qkv = { name: names.qkv, storedRows: query + 2 * key };
  const gateUp = { name: names.gateUp, storedRows: 2 * config.ffn };
  const places: Partial<Record<Role, TensorPlace>> = {
    attn_q: { ...qkv, firstRow: 0 },
    attn_k: { ...qkv, firstRow: query },
    attn_v: { ...qkv, firstRow: query + key },
    ffn_gate: { ...gateUp, firstRow: 0 },
    ffn_up: { ...gateUp, firstRow: config.ffn },
  };
  return places[role];
}

const prefixed = (prefix: string, place: TensorPlace): TensorPlace => ({
  ...place,
  name: prefix + place.name,
});

export function ggufNames(family: Family): TensorNames {
  const fused = { qkv: "attn_qkv.weight", gateUp: "ffn_up.weight" };
  return (role, layer, config) => {
    const split = family.hasFusedMatrices ? fusedPlace(role, config, fused) : undefined;
    const place = split ?? { name: GGUF_NAMES[role] ?? role };
    return prefixed(layer === undefined ? "" : `blk.${layer}.`, place);
  };
}

export function hfNames(family: Family): TensorNames {
  const fused = { qkv: "self_attn.qkv_proj.weight", gateUp: "mlp.gate_up_proj.weight" };
  return (role, layer, config) => {
    const split = family.hasFusedMatrices ? fusedPlace(role, config, fused) : undefined;
    // With post-norms the name of Llama's FFN norm is taken by the norm after the attention.
    const isShifted = family.hasPostNorms && role === "ffn_norm";
    const name = isShifted ? "pre_feedforward_layernorm.weight" : (HF_NAMES[role] ?? role);
    const addsOne = family.hfNormsAddOne && role.endsWith("_norm");
    const place = split ?? (addsOne ? { name, add: 1 } : { name });
    return prefixed(layer === undefined ? "" : `model.layers.${layer}.`, place);
  };
}
