// Weights of one model on the device, in the file's own number formats or quantised on the way. Rows go up in bounded pieces:
// the file is never whole in RAM. Matrices beyond the binding limit are split over row blocks.

import {
  floatsOf,
  isFloatFormat,
  quantise,
  splitRows,
  type WeightMatrix,
  type WeightFormat,
  weightFormats,
  type Backend,
  type DeviceBuffer,
} from "../../../kernels/index.ts";
import { EngineError } from "../errors.ts";
import { type LoadFormat, loadedFormat } from "../model/load-format.ts";
import type { OpenModel } from "../model/open-model.ts";
import type { LayerRole, ModelTensor } from "../model/tensors.ts";
import { type AdapterWeights, uploadAdapter } from "./adapter-weights.ts";

export interface FeedForwardWeights {
  readonly ffnNorm: DeviceBuffer; // f32 [E]
  readonly gate: WeightMatrix; // [F, E]
  readonly up: WeightMatrix; // [F, E]
  readonly down: WeightMatrix; // [E, F]
  readonly ffnPostNorm: DeviceBuffer | undefined; // f32 [E]
}

/** A layer with softmax attention. */
export interface LayerWeights extends FeedForwardWeights {
  readonly attnNorm: DeviceBuffer; // f32 [E]
  readonly q: WeightMatrix; // [H*D, E]
  readonly k: WeightMatrix; // [K*D, E]
  readonly v: WeightMatrix; // [K*D, E]
  readonly o: WeightMatrix; // [E, H*D]
  readonly qBias: DeviceBuffer | undefined; // f32 [H*D]
  readonly kBias: DeviceBuffer | undefined; // f32 [K*D]
  readonly vBias: DeviceBuffer | undefined; // f32 [K*D]
  readonly qNorm: DeviceBuffer | undefined; // f32 [D]
  readonly kNorm: DeviceBuffer | undefined; // f32 [D]
  readonly attnPostNorm: DeviceBuffer | undefined; // f32 [E]
}

/** The recurrent mixer of Rodimus; m is its inner width, n the rows of its state, ρ the rank of its gate. */
export interface MixerWeights {
  readonly norm: DeviceBuffer; // f32 [E]
  readonly x: WeightMatrix; // [m, E]
  readonly gate: WeightMatrix; // [m, E]
  readonly conv: DeviceBuffer; // f32 [m, 4]
  readonly convBias: DeviceBuffer; // f32 [m]
  readonly skip: DeviceBuffer; // f32 [m]
  readonly qk: WeightMatrix; // [2n, m]
  readonly sp: WeightMatrix; // [2n, m]
  readonly spBias: DeviceBuffer; // f32 [2n]
  readonly inputGateDown: WeightMatrix; // [ρ, m]
  readonly inputGateUp: WeightMatrix; // [m, ρ]
  readonly inputGateBias: DeviceBuffer; // f32 [m]
  readonly actNorm: DeviceBuffer; // f32 [m]
  readonly output: WeightMatrix; // [E, m]
}

/** Attention over a window with one key head for all H heads. */
export interface WindowWeights {
  readonly norm: DeviceBuffer; // f32 [E]
  readonly q: WeightMatrix; // [H*D, E]
  readonly k: WeightMatrix; // [D, E]
  readonly v: WeightMatrix; // [H*D, E]
  readonly output: WeightMatrix; // [E, H*D]
}

/** A layer of Rodimus; that of Rodimus+ has a window and an FFN, too. */
export interface RecurrentLayerWeights {
  readonly mixer: MixerWeights;
  readonly window: WindowWeights | undefined;
  readonly feedForward: FeedForwardWeights | undefined;
}

export interface ModelWeights {
  readonly embedding: WeightMatrix; // [V, E]
  readonly output: WeightMatrix; // [V, E]
  readonly embeddingNorm: DeviceBuffer | undefined; // f32 [E]
  readonly outputNorm: DeviceBuffer; // f32 [E]
  /** [L] of a model with softmax attention, else empty. */
  readonly layers: readonly LayerWeights[];
  /** [L] of a recurrent model, else empty. */
  readonly recurrent: readonly RecurrentLayerWeights[];
  readonly adapter: AdapterWeights | undefined;
  readonly bytes: number;
}

/** File bytes of `count` weights in another format, if one is asked for. */
function inFormat(
  wanted: WeightFormat,
  stored: WeightFormat,
  bytes: Uint8Array,
  count: number,
): Uint8Array {
  if (wanted === stored) return bytes;
  if (!isFloatFormat(stored) || (wanted !== "Q8_0" && wanted !== "Q4_0")) {
    throw new EngineError("internal", `weights of ${stored} cannot become ${wanted}`);
  }
  return quantise(wanted, floatsOf(stored, bytes, count));
}

/** Most of a file that is in RAM at once. */
const PIECE_BYTES = 4 * 1024 * 1024;

/** `progress` is called with the file bytes that are on the GPU. */
export async function uploadWeights(
  backend: Backend,
  { tensors, config, adapter: lora }: Pick<OpenModel, "tensors" | "config" | "adapter">,
  loadFormat: LoadFormat,
  progress: (loadedBytes: number) => void,
  signal: AbortSignal | undefined,
): Promise<ModelWeights> {
  const { layers: layerCount, recurrent } = config;
  let loaded = 0;
  const before = backend.ledger().weights;

  const readRows = async (tensor: ModelTensor, rowBegin: number, rowCount: number) => {
    if (signal?.aborted) throw new EngineError("cancelled", "Loading the model was cancelled.");
    const bytes = await tensor.readRows(rowBegin, rowCount);
    loaded += bytes.length;
    progress(loaded);
    return bytes;
  };

  const matrix = async (tensor: ModelTensor): Promise<WeightMatrix> => {
    const { rows, cols } = tensor;
    const format = loadedFormat(tensor, loadFormat);
    const entry = weightFormats[format];
    const rowBytes = entry.rowWords(cols) * 4;
    const fileRowBytes = weightFormats[tensor.format].fileRowBytes(cols);
    const { maxBindingBytes, maxBufferBytes } = backend.capabilities;
    const blocks = [];
    for (const block of splitRows(tensor, Math.min(maxBindingBytes, maxBufferBytes))) {
      const data = backend.createBuffer(tensor.name, "weights", block.rowCount * rowBytes);
      const step = Math.max(1, Math.floor(PIECE_BYTES / Math.max(rowBytes, fileRowBytes)));
      for (let row = 0; row < block.rowCount; row += step) {
        const count = Math.min(step, block.rowCount - row);
        const bytes = await readRows(tensor, block.rowBegin + row, count);
        const ready = inFormat(format, tensor.format, bytes, count * cols);
        backend.upload(data, row * rowBytes, entry.packRows(ready, count, cols));
      }
      blocks.push({ ...block, data });
    }
    return { format, rows, cols, blocks };
  };

  const vector = async (tensor: ModelTensor): Promise<DeviceBuffer> => {
    const values = await tensor.readFloats();
    loaded += tensor.bytes;
    return backend.createBufferFrom(tensor.name, "weights", values);
  };

  const of = (index: number) => ({
    rows: (role: LayerRole) => matrix(tensors.get(role, index)),
    values: (role: LayerRole) => vector(tensors.get(role, index)),
    optional: async (role: LayerRole) => {
      const tensor = tensors.find(role, index);
      return tensor ? vector(tensor) : undefined;
    },
  });

  const feedForward = async (index: number): Promise<FeedForwardWeights> => {
    const { rows, values, optional } = of(index);
    return {
      ffnNorm: await values("ffn_norm"),
      gate: await rows("ffn_gate"),
      up: await rows("ffn_up"),
      down: await rows("ffn_down"),
      ffnPostNorm: await optional("ffn_post_norm"),
    };
  };

  const softmaxLayer = async (index: number): Promise<LayerWeights> => {
    const { rows, values, optional } = of(index);
    return {
      attnNorm: await values("attn_norm"),
      q: await rows("attn_q"),
      k: await rows("attn_k"),
      v: await rows("attn_v"),
      o: await rows("attn_output"),
      qBias: await optional("attn_q_bias"),
      kBias: await optional("attn_k_bias"),
      vBias: await optional("attn_v_bias"),
      qNorm: await optional("attn_q_norm"),
      kNorm: await optional("attn_k_norm"),
      attnPostNorm: await optional("attn_post_norm"),
      ...(await feedForward(index)),
    };
  };

  const mixer = async (index: number): Promise<MixerWeights> => {
    const { rows, values } = of(index);
    return {
      norm: await values("mixer_norm"),
      x: await rows("mixer_x"),
      gate: await rows("mixer_gate"),
      conv: await values("conv"),
      convBias: await values("conv_bias"),
      skip: await values("mixer_skip"),
      qk: await rows("mixer_qk"),
      sp: await rows("mixer_sp"),
      spBias: await values("mixer_sp_bias"),
      inputGateDown: await rows("input_gate_down"),
      inputGateUp: await rows("input_gate_up"),
      inputGateBias: await values("input_gate_bias"),
      actNorm: await values("act_norm"),
      output: await rows("mixer_output"),
    };
  };

  const window = async (index: number): Promise<WindowWeights> => {
    const { rows, values } = of(index);
    return {
      norm: await values("attn_norm"),
      q: await rows("attn_q"),
      k: await rows("attn_k"),
      v: await rows("attn_v"),
      output: await rows("attn_output"),
    };
  };

  const embedding = await matrix(tensors.get("token_embd"));
  const embeddingNormTensor = tensors.find("embd_norm");
  const embeddingNorm = embeddingNormTensor ? await vector(embeddingNormTensor) : undefined;
  const layers: LayerWeights[] = [];
  const recurrentLayers: RecurrentLayerWeights[] = [];
  for (let index = 0; index < layerCount; index++) {
    if (!recurrent) {
      layers.push(await softmaxLayer(index));
      continue;
    }
    recurrentLayers.push({
      mixer: await mixer(index),
      window: recurrent.hasAttention ? await window(index) : undefined,
      feedForward: recurrent.hasAttention ? await feedForward(index) : undefined,
    });
  }
  const outputNorm = await vector(tensors.get("output_norm"));
  const outputTensor = tensors.find("output");
  const output = outputTensor ? await matrix(outputTensor) : embedding;
  const adapter = lora
    ? await uploadAdapter(backend, lora, (done) => progress(loaded + done))
    : undefined;
  backend.assertHealthy();
  const bytes = backend.ledger().weights - before;
  return {
    embedding,
    embeddingNorm,
    output,
    outputNorm,
    layers,
    recurrent: recurrentLayers,
    adapter,
    bytes,
  };
}
