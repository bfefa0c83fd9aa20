// Test support: the forward pass of Rodimus and Rodimus+ in plain float64 loops, driven by ModelConfig and
// tensor roles alone, after arXiv 2410.06577. It proves that the description of a model is complete, and is
// the oracle where a fixture has no values; it is not the engine.
import type { ModelConfig } from "../config.ts";
import type { GlobalRole, LayerRole, ModelTensors } from "../tensors.ts";

type Rows = Float64Array[];

/** What one layer computed and carries. */
export interface RodimusTrace {
  readonly mixerIn: Rows; // [T][E]
  readonly mixerOut: Rows; // [T][E]
  readonly state: Rows; // [n][m] after the last token
  readonly conv: Rows; // [3][m], oldest first
  readonly ringKeys: Rows; // [w + 1][D], rotated, oldest first; empty without attention
  readonly ringValues: Rows; // [w + 1][H * D]
}

/** f64 logits [T][V] for token ids [T], and a trace of every layer. */
export async function referenceRodimus(
  config: ModelConfig,
  tensors: ModelTensors,
  ids: readonly number[],
): Promise<{ logits: Rows; layers: RodimusTrace[] }> {
  const floats = new Map<string, Float32Array>();
  for (const tensor of tensors.all) {
    floats.set(`${tensor.layer ?? ""} ${tensor.role}`, await tensor.readFloats());
  }
  const load = (role: GlobalRole | LayerRole, layer?: number): Float32Array => {
    const values = floats.get(`${layer ?? ""} ${role}`);
    if (!values) throw new Error(`no tensor ${role} of layer ${layer}`);
    return values;
  };
  const { width, vocab } = config;
  const norm = (rows: Rows, weight: Float32Array): Rows =>
    rows.map((row) => rmsNorm(row, weight, config.rmsEpsilon));
  const embedding = load("token_embd");
  let h: Rows = ids.map((id) =>
    Float64Array.from(
      embedding.subarray(id * width, (id + 1) * width),
      (value) => value * config.embeddingScale,
    ),
  );
  if (config.recurrent!.hasEmbeddingNorm) h = norm(h, load("embd_norm"));
  let r: Rows = h.map((row) => new Float64Array(row.length));
  const layers: RodimusTrace[] = [];
  for (let layer = 0; layer < config.layers; layer++) {
    const get = (role: LayerRole): Float32Array => load(role, layer);
    r = sum(r, h);
    const mixerIn = norm(r, get("mixer_norm"));
    const mixed = mix(mixerIn, config, get);
    let ring: { ringKeys: Rows; ringValues: Rows } = { ringKeys: [], ringValues: [] };
    h = mixed.mixerOut;
    if (config.recurrent!.hasAttention) {
      // Two hops: what attention gives enters the FFN only.
      r = sum(r, h);
      const attended = attend(norm(r, get("attn_norm")), config, get);
      ring = attended;
      h = feedForward(norm(sum(r, attended.out), get("ffn_norm")), config, get);
    }
    layers.push({ mixerIn, ...mixed, ...ring });
  }
  const output = config.tiedOutput ? embedding : load("output");
  return { logits: multiply(norm(sum(r, h), load("output_norm")), output, vocab), layers };
}

function mix(x: Rows, config: ModelConfig, get: (role: LayerRole) => Float32Array) {
  const { inner: m, stateRows: n, gateRank, keyEpsilon } = config.recurrent!;
  const input = multiply(x, get("mixer_x"), m);
  const gate = multiply(x, get("mixer_gate"), m);
  const zero = new Float64Array(m);
  const tail = [zero, zero, zero, ...input];
  const [weight, bias] = [get("conv"), get("conv_bias")];
  const c = input.map((_, t) =>
    zero.map((__, j) => {
      let value = bias[j]!;
      for (let i = 0; i < 4; i++) value += weight[j * 4 + i]! * tail[t + i]![j]!;
      return silu(value);
    }),
  );
  const qk = multiply(c, get("mixer_qk"), 2 * n);
  const sp = multiply(c, get("mixer_sp"), 2 * n);
  sp.forEach((row) => addTo(row, get("mixer_sp_bias")));
  const z = multiply(multiply(input, get("input_gate_down"), gateRank), get("input_gate_up"), m);
  z.forEach((row) => addTo(row, get("input_gate_bias")));
  const state: Rows = Array.from({ length: n }, () => new Float64Array(m));
  const [skip, actNorm] = [get("mixer_skip"), get("act_norm")];
  const y = input.map((xt, t) => {
    const u = xt.map((value, j) => value * sigmoid(z[t]![j]!));
    const o = c[t]!.map((value, j) => value * skip[j]!);
    const key = qk[t]!.subarray(n);
    const length = Math.max(Math.hypot(...key), keyEpsilon);
    for (let i = 0; i < n; i++) {
      const g = softplus(sp[t]![i]!);
      const tau = sigmoid(sp[t]![n + i]!);
      const decay = Math.exp(-g * tau);
      const k = (key[i]! / length) * g ** tau;
      const q = qk[t]![i]! / Math.sqrt(n);
      const row = state[i]!;
      for (let j = 0; j < m; j++) {
        row[j] = decay * row[j]! + k * u[j]!;
        o[j]! += q * row[j]!;
      }
    }
    // The gate first, then the norm.
    const gated = o.map((value, j) => value * silu(gate[t]![j]!));
    return rmsNorm(gated, actNorm, config.rmsEpsilon);
  });
  const mixerOut = multiply(y, get("mixer_output"), config.width);
  return { mixerOut, state, conv: tail.slice(-3) };
}

function attend(x: Rows, config: ModelConfig, get: (role: LayerRole) => Float32Array) {
  const { heads, headDim, attentionScale } = config;
  const q = multiply(x, get("attn_q"), heads * headDim);
  const k = multiply(x, get("attn_k"), headDim);
  const v = multiply(x, get("attn_v"), heads * headDim);
  const [table] = config.ropeTables;
  if (table) {
    const rotate = (head: Float64Array, position: number): void => {
      const half = table.rotaryDims / 2;
      for (let i = 0; i < half; i++) {
        const angle = position * table.inverseFrequencies[i]!;
        const [a, b] = table.layout === "adjacent" ? [2 * i, 2 * i + 1] : [i, i + half];
        const [first, second] = [head[a]!, head[b]!];
        head[a] = first * Math.cos(angle) - second * Math.sin(angle);
        head[b] = first * Math.sin(angle) + second * Math.cos(angle);
      }
    };
    k.forEach(rotate);
    q.forEach((row, t) => {
      for (let head = 0; head < heads; head++) {
        rotate(row.subarray(head * headDim, (head + 1) * headDim), t);
      }
    });
  }
  const window = config.layerConfigs[0]!.slidingWindow ?? x.length;
  const joined = q.map((row, t) => {
    const result = new Float64Array(heads * headDim);
    const first = Math.max(0, t + 1 - window);
    for (let head = 0; head < heads; head++) {
      const query = row.subarray(head * headDim, (head + 1) * headDim);
      const scores = k.slice(first, t + 1).map((key) => dot(query, key) * attentionScale);
      const top = Math.max(...scores);
      const weights = scores.map((score) => Math.exp(score - top));
      const total = weights.reduce((all, weight) => all + weight, 0);
      weights.forEach((weight, i) => {
        for (let d = head * headDim; d < (head + 1) * headDim; d++) {
          result[d]! += (weight / total) * v[first + i]![d]!;
        }
      });
    }
    return result;
  });
  return {
    out: multiply(joined, get("attn_output"), config.width),
    ringKeys: k.slice(-window),
    ringValues: v.slice(-window),
  };
}

function feedForward(x: Rows, config: ModelConfig, get: (role: LayerRole) => Float32Array): Rows {
  const up = multiply(x, get("ffn_up"), config.ffn);
  const gate = multiply(x, get("ffn_gate"), config.ffn);
  const hidden = gate.map((row, t) => row.map((value, i) => silu(value) * up[t]![i]!));
  return multiply(hidden, get("ffn_down"), config.width);
}

const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));
const silu = (value: number): number => value * sigmoid(value);
const softplus = (value: number): number =>
  Math.max(value, 0) + Math.log1p(Math.exp(-Math.abs(value)));

const sum = (a: Rows, b: Rows): Rows => a.map((row, t) => row.map((value, i) => value + b[t]![i]!));

function addTo(target: Float64Array, values: ArrayLike<number>): void {
  for (let i = 0; i < target.length; i++) target[i]! += values[i]!;
}

function dot(a: Float64Array, b: Float64Array): number {
  let result = 0;
  for (let i = 0; i < a.length; i++) result += a[i]! * b[i]!;
  return result;
}

function rmsNorm(row: Float64Array, weight: Float32Array, epsilon: number): Float64Array {
  const scale = 1 / Math.sqrt(dot(row, row) / row.length + epsilon);
  return row.map((value, i) => value * scale * weight[i]!);
}

/** rows [T][in] times weight [out, in]. */
function multiply(rows: Rows, weight: Float32Array, out: number): Rows {
  return rows.map((row) => {
    const result = new Float64Array(out);
    for (let o = 0; o < out; o++) {
      let value = 0;
      for (let i = 0; i < row.length; i++) value += row[i]! * weight[o * row.length + i]!;
      result[o] = value;
    }
    return result;
  });
}
