// The dense part of the forward pass: embedding, projections, norms, FFN, LM head. How a layer mixes
// tokens is a mixer's business (mixers/), the order of the parts that of forward.ts.
// Follows ModelConfig alone; families differ only by its values.

import {
  embed,
  gatedActivation,
  matmul,
  type MatmulShape,
  type Backend,
  type Recorder,
  rmsNorm,
  softCap,
  type DeviceBuffer,
} from "../../../kernels/index.ts";
import type { ModelConfig } from "../model/config.ts";
import type { GlobalRole, LayerRole } from "../model/tensors.ts";
import type { LayerWeights, ModelWeights } from "./weights.ts";

/** Activations of one step of at most `maxTokens` tokens. */
export interface Workspace {
  readonly maxTokens: number;
  readonly ids: DeviceBuffer; // u32 [T]
  readonly x: DeviceBuffer; // f32 [T, E], the residual stream
  readonly hop: DeviceBuffer; // f32 [T, E], the residual stream and what enters the FFN alone
  readonly normed: DeviceBuffer; // f32 [T, E]
  readonly branch: DeviceBuffer; // f32 [T, E], output of a branch before its post norm
  readonly raw: DeviceBuffer; // f32 [T, H*D], projections before their head norm
  readonly q: DeviceBuffer; // f32 [T, H*D] before RoPE
  readonly k: DeviceBuffer; // f32 [T, K*D] before RoPE
  readonly v: DeviceBuffer; // f32 [T, K*D], with one shared key head [T, H*D]
  readonly attended: DeviceBuffer; // f32 [T, H*D]
  readonly gate: DeviceBuffer; // f32 [T, F]
  readonly up: DeviceBuffer; // f32 [T, F]
  readonly hidden: DeviceBuffer; // f32 [T, F]
  readonly logits: DeviceBuffer; // f32 [logitRows, V]
  readonly low?: DeviceBuffer; // f32 [T, rank], between the two matrices of an adapter
}

export class Transformer {
  readonly config: ModelConfig;
  readonly weights: ModelWeights;
  readonly #backend: Backend;

  constructor(backend: Backend, config: ModelConfig, weights: ModelWeights) {
    this.#backend = backend;
    this.config = config;
    this.weights = weights;
  }

  createWorkspace(maxTokens: number, logitRows: number): Workspace {
    const c = this.config;
    const qWidth = c.heads * c.headDim;
    const kvWidth = c.kvHeads * c.headDim;
    const hasHop = c.recurrent?.hasAttention ?? false;
    // What a family has no use for is one number wide.
    const floats = (label: string, width: number, rows = maxTokens) =>
      this.#backend.createBuffer(label, "activations", rows * Math.max(1, width) * 4);
    return {
      maxTokens,
      ids: floats("ids", 1),
      x: floats("x", c.width),
      hop: floats("hop", hasHop ? c.width : 0),
      normed: floats("normed", c.width),
      branch: floats("branch", c.width),
      raw: floats("raw", qWidth),
      q: floats("q", qWidth),
      k: floats("k", kvWidth),
      v: floats("v", hasHop ? qWidth : kvWidth),
      attended: floats("attended", qWidth),
      gate: floats("gate", c.ffn),
      up: floats("up", c.ffn),
      hidden: floats("hidden", c.ffn),
      logits: floats("logits", c.vocab, logitRows),
      ...(this.weights.adapter ? { low: floats("low", this.weights.adapter.width) } : {}),
    };
  }

  /** The same weights without what the adapter adds. */
  withoutAdapter(): Transformer {
    return new Transformer(this.#backend, this.config, { ...this.weights, adapter: undefined });
  }

  destroyWorkspace({ maxTokens: _, ...buffers }: Workspace): void {
    for (const buffer of Object.values(buffers)) this.#backend.destroyBuffer(buffer);
  }

  /** ids u32 [T] in the workspace → x. */
  embed(recorder: Recorder, ws: Workspace, tokens: number): void {
    const { embeddingScale: scale, width, rmsEpsilon: epsilon } = this.config;
    const { embedding, embeddingNorm, adapter } = this.weights;
    const target = embeddingNorm ? ws.normed : ws.x;
    embed(recorder, ws.ids, embedding, target, { tokens, scale });
    if (ws.low) adapter?.addEmbedding(recorder, ws.ids, ws.low, target, { tokens, scale });
    if (!embeddingNorm) return;
    const norm = { rows: tokens, width, epsilon, accumulate: false };
    rmsNorm(recorder, ws.normed, embeddingNorm, ws.x, norm);
  }

  /** x → q, k, v of layer `index`, before RoPE, after biases and head norms. */
  projectQkv(recorder: Recorder, ws: Workspace, index: number, tokens: number): void {
    const c = this.config;
    const layer = this.#layer(index);
    const epsilon = c.rmsEpsilon;
    const norm = { rows: tokens, width: c.width, epsilon, accumulate: false };
    rmsNorm(recorder, ws.x, layer.attnNorm, ws.normed, norm);
    const projections = [
      ["attn_q", layer.q, layer.qBias, layer.qNorm, ws.q, c.heads],
      ["attn_k", layer.k, layer.kBias, layer.kNorm, ws.k, c.kvHeads],
      ["attn_v", layer.v, layer.vBias, undefined, ws.v, c.kvHeads],
    ] as const;
    for (const [role, weights, bias, headNorm, target, heads] of projections) {
      const shape = { tokens, yStride: heads * c.headDim, yBegin: 0, accumulate: false };
      const raw = headNorm ? ws.raw : target;
      matmul(recorder, ws.normed, weights, bias, raw, shape);
      this.#adapt(recorder, ws, role, index, ws.normed, raw, shape);
      if (headNorm) {
        const rows = tokens * heads;
        const headShape = { rows, width: c.headDim, epsilon, accumulate: false };
        rmsNorm(recorder, ws.raw, headNorm, target, headShape);
      }
    }
  }

  /** attended → x: output projection with its residual. */
  projectOutput(recorder: Recorder, ws: Workspace, index: number, tokens: number): void {
    const { o, attnPostNorm } = this.#layer(index);
    this.#branch(recorder, ws, index, "attn_output", ws.attended, o, attnPostNorm, tokens);
  }

  /** `input` → x: what the FFN makes of it is added to the residual stream. Rodimus has none. */
  feedForward(
    recorder: Recorder,
    ws: Workspace,
    index: number,
    tokens: number,
    input = ws.x,
  ): void {
    const c = this.config;
    const layer = c.recurrent ? this.weights.recurrent[index]?.feedForward : this.#layer(index);
    if (!layer) return;
    const norm = { rows: tokens, width: c.width, epsilon: c.rmsEpsilon, accumulate: false };
    rmsNorm(recorder, input, layer.ffnNorm, ws.normed, norm);
    const shape = { tokens, yStride: c.ffn, yBegin: 0, accumulate: false };
    matmul(recorder, ws.normed, layer.gate, undefined, ws.gate, shape);
    this.#adapt(recorder, ws, "ffn_gate", index, ws.normed, ws.gate, shape);
    matmul(recorder, ws.normed, layer.up, undefined, ws.up, shape);
    this.#adapt(recorder, ws, "ffn_up", index, ws.normed, ws.up, shape);
    const gated = { tokens, width: c.ffn, activation: c.activation };
    gatedActivation(recorder, ws.gate, ws.up, ws.hidden, gated);
    const { down, ffnPostNorm } = layer;
    this.#branch(recorder, ws, index, "ffn_down", ws.hidden, down, ffnPostNorm, tokens);
  }

  /** Logits of `rows` rows of x from `rowBegin` on → ws.logits f32 [rows, V]. */
  logits(recorder: Recorder, ws: Workspace, rowBegin: number, rows: number): void {
    const c = this.config;
    // The norm covers the rows before, too: it is cheap next to the head, and needs no offset.
    const norm = {
      rows: rowBegin + rows,
      width: c.width,
      epsilon: c.rmsEpsilon,
      accumulate: false,
    };
    rmsNorm(recorder, ws.x, this.weights.outputNorm, ws.normed, norm);
    const shape = {
      tokens: rows,
      xRow: rowBegin,
      yStride: c.vocab,
      yBegin: 0,
      accumulate: false,
    };
    matmul(recorder, ws.normed, this.weights.output, undefined, ws.logits, shape);
    this.#adapt(recorder, ws, "output", undefined, ws.normed, ws.logits, shape);
    if (c.logitSoftCap !== null) {
      softCap(recorder, ws.logits, { count: rows * c.vocab, cap: c.logitSoftCap });
    }
  }

  #branch(
    recorder: Recorder,
    ws: Workspace,
    index: number,
    role: LayerRole,
    input: DeviceBuffer,
    weights: LayerWeights["o"],
    postNorm: DeviceBuffer | undefined,
    tokens: number,
  ): void {
    const { width, rmsEpsilon } = this.config;
    const shape = { tokens, yStride: width, yBegin: 0, accumulate: !postNorm };
    const target = postNorm ? ws.branch : ws.x;
    matmul(recorder, input, weights, undefined, target, shape);
    this.#adapt(recorder, ws, role, index, input, target, shape);
    if (postNorm) {
      const norm = { rows: tokens, width, epsilon: rmsEpsilon, accumulate: true };
      rmsNorm(recorder, ws.branch, postNorm, ws.x, norm);
    }
  }

  /** What an adapter adds to a product. */
  #adapt(
    recorder: Recorder,
    ws: Workspace,
    role: GlobalRole | LayerRole,
    index: number | undefined,
    input: DeviceBuffer,
    target: DeviceBuffer,
    shape: MatmulShape,
  ): void {
    if (ws.low) this.weights.adapter?.add(recorder, role, index, input, ws.low, target, shape);
  }

  #layer(index: number): LayerWeights {
    const layer = this.weights.layers[index];
    if (!layer) throw new Error(`layer ${index} of ${this.weights.layers.length}`);
    return layer;
  }
}
