// Test support: the forward pass of every family in plain float64 loops, driven by ModelConfig and
// tensor roles alone. It proves that the description of a model is complete; it is not the engine.
import type { LayerConfig, ModelConfig, RopeTable } from "../config.ts";
import type { GlobalRole, LayerRole, ModelTensor, ModelTensors } from "../tensors.ts";

type Rows = Float64Array[];

/** f64 logits [T][V] for token ids [T]. */
export async function referenceLogits(
  config: ModelConfig,
  tensors: ModelTensors,
  ids: readonly number[],
): Promise<Rows> {
  const floats = new Map<ModelTensor, Float32Array>();
  for (const tensor of tensors.all) floats.set(tensor, await tensor.readFloats());
  const load = (role: string, layer?: number): Float32Array => {
    const tensor =
      layer === undefined ? tensors.get(role as GlobalRole) : tensors.get(role as LayerRole, layer);
    return floats.get(tensor)!;
  };
  const { width, headDim, heads, kvHeads, ffn, vocab, rmsEpsilon } = config;
  const normalise = (rows: Rows, weight: Float32Array): Rows =>
    rows.map((row) => rmsNorm(row, weight, rmsEpsilon));
  const embedding = load("token_embd");
  const x: Rows = ids.map((id) =>
    Float64Array.from(
      embedding.subarray(id * width, (id + 1) * width),
      (value) => value * config.embeddingScale,
    ),
  );

  for (let layer = 0; layer < config.layers; layer++) {
    const settings = config.layerConfigs[layer]!;
    const get = (role: LayerRole): Float32Array => load(role, layer);
    const h = normalise(x, get("attn_norm"));
    const project = (role: "q" | "k" | "v", count: number): Rows => {
      const rows = multiply(h, get(`attn_${role}`), count * headDim);
      if (config.hasQkvBias) for (const row of rows) addTo(row, get(`attn_${role}_bias`));
      return rows;
    };
    const q = project("q", heads);
    const k = project("k", kvHeads);
    const v = project("v", kvHeads);
    for (const [rows, role] of [
      [q, "attn_q_norm"],
      [k, "attn_k_norm"],
    ] as const) {
      rows.forEach((row, position) => {
        for (let at = 0; at < row.length; at += headDim) {
          const head = row.subarray(at, at + headDim);
          if (config.hasQkNorm) head.set(rmsNorm(head, get(role), rmsEpsilon));
          if (settings.rope !== null) rotate(head, position, config.ropeTables[settings.rope]!);
        }
      });
    }
    const attended = attend(q, k, v, config, settings);
    const joined = multiply(attended, get("attn_output"), width);
    const mixed = config.hasPostNorms ? normalise(joined, get("attn_post_norm")) : joined;
    x.forEach((row, i) => addTo(row, mixed[i]!));

    const f = normalise(x, get("ffn_norm"));
    const gate = multiply(f, get("ffn_gate"), ffn);
    const up = multiply(f, get("ffn_up"), ffn);
    gate.forEach((row, i) => {
      row.forEach((value, j) => (row[j] = activate(value, config) * up[i]![j]!));
    });
    const down = multiply(gate, get("ffn_down"), width);
    const fed = config.hasPostNorms ? normalise(down, get("ffn_post_norm")) : down;
    x.forEach((row, i) => addTo(row, fed[i]!));
  }
  const output = config.tiedOutput ? embedding : load("output");
  const logits = multiply(normalise(x, load("output_norm")), output, vocab);
  return logits.map((row) => row.map((value) => softCap(value, config.logitSoftCap)));
}

const softCap = (value: number, cap: number | null): number =>
  cap === null ? value : cap * Math.tanh(value / cap);

function activate(value: number, { activation }: ModelConfig): number {
  if (activation === "silu") return value / (1 + Math.exp(-value));
  const inner = Math.sqrt(2 / Math.PI) * (value + 0.044715 * value ** 3);
  return 0.5 * value * (1 + Math.tanh(inner));
}

function addTo(target: Float64Array, values: ArrayLike<number>): void {
  for (let i = 0; i < target.length; i++) target[i]! += values[i]!;
}

function rmsNorm(row: Float64Array, weight: Float32Array, epsilon: number): Float64Array {
  const mean = row.reduce((sum, value) => sum + value * value, 0) / row.length;
  const scale = 1 / Math.sqrt(mean + epsilon);
  return row.map((value, i) => value * scale * weight[i]!);
}

/** rows [T][in] times weight [out, in]. */
function multiply(rows: Rows, weight: Float32Array, out: number): Rows {
  return rows.map((row) => {
    const result = new Float64Array(out);
    for (let o = 0; o < out; o++) {
      let sum = 0;
      for (let i = 0; i < row.length; i++) sum += row[i]! * weight[o * row.length + i]!;
      result[o] = sum;
    }
    return result;
  });
}

function rotate(head: Float64Array, position: number, table: RopeTable): void {
  const half = table.rotaryDims / 2;
  for (let i = 0; i < half; i++) {
    const angle = position * table.inverseFrequencies[i]!;
    const cosine = Math.cos(angle) * table.attentionFactor;
    const sine = Math.sin(angle) * table.attentionFactor;
    const [a, b] = table.layout === "adjacent" ? [2 * i, 2 * i + 1] : [i, i + half];
    const first = head[a]!;
    const second = head[b]!;
    head[a] = first * cosine - second * sine;
    head[b] = first * sine + second * cosine;
  }
}

function attend(q: Rows, k: Rows, v: Rows, config: ModelConfig, layer: LayerConfig): Rows {
  const { heads, kvHeads, headDim } = config;
  return q.map((row, position) => {
    const result = new Float64Array(heads * headDim);
    const first = Math.max(0, position + 1 - (layer.slidingWindow ?? position + 1));
    for (let head = 0; head < heads; head++) {
      const kv = Math.floor(head / (heads / kvHeads)) * headDim;
      const scores: number[] = [];
      for (let key = first; key <= position; key++) {
        let dot = 0;
        for (let d = 0; d < headDim; d++) dot += row[head * headDim + d]! * k[key]![kv + d]!;
        scores.push(softCap(dot * config.attentionScale, config.attentionSoftCap));
      }
      const most = Math.max(...scores);
      const weights = scores.map((score) => Math.exp(score - most));
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      weights.forEach((weight, i) => {
        for (let d = 0; d < headDim; d++) {
          result[head * headDim + d]! += (weight / total) * v[first + i]![kv + d]!;
        }
      });
    }
    return result;
  });
}
