// Weights of one model on the GPU, in the file's own number formats. Rows go up in bounded pieces:
// the file is never whole in RAM. Matrices beyond the binding limit are split over row blocks.

import {
  splitRows,
  type WeightMatrix,
  weightFormats,
  type Backend,
  type DeviceBuffer,
} from "../../../kernels/index.ts";
import { EngineError } from "../errors.ts";
import type { OpenModel } from "../model/open-model.ts";
import type { LayerRole, ModelTensor } from "../model/tensors.ts";
import { type AdapterWeights, uploadAdapter } from "./adapter-weights.ts";

export interface LayerWeights {
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
  readonly ffnNorm: DeviceBuffer; // f32 [E]
  readonly gate: WeightMatrix; // [F, E]
  readonly up: WeightMatrix; // [F, E]
  readonly down: WeightMatrix; // [E, F]
  readonly ffnPostNorm: DeviceBuffer | undefined; // f32 [E]
}

export interface ModelWeights {
  readonly embedding: WeightMatrix; // [V, E]
  readonly output: WeightMatrix; // [V, E]
  readonly outputNorm: DeviceBuffer; // f32 [E]
  readonly layers: readonly LayerWeights[];
  readonly adapter: AdapterWeights | undefined;
  readonly bytes: number;
}

const PIECE_BYTES = 4 * 1024 * 1024;

/** `progress` is called with the file bytes that are on the GPU. */
export async function uploadWeights(
  backend: Backend,
  { tensors, adapter: lora }: Pick<OpenModel, "tensors" | "adapter">,
  layerCount: number,
  progress: (loadedBytes: number) => void,
  signal: AbortSignal | undefined,
): Promise<ModelWeights> {
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
    const { format, rows, cols } = tensor;
    const entry = weightFormats[format];
    const rowBytes = entry.rowWords(cols) * 4;
    const { maxBindingBytes, maxBufferBytes } = backend.capabilities;
    const blocks = [];
    for (const block of splitRows(tensor, Math.min(maxBindingBytes, maxBufferBytes))) {
      const data = backend.createBuffer(tensor.name, "weights", block.rowCount * rowBytes);
      const step = Math.max(1, Math.floor(PIECE_BYTES / rowBytes));
      for (let row = 0; row < block.rowCount; row += step) {
        const count = Math.min(step, block.rowCount - row);
        const bytes = await readRows(tensor, block.rowBegin + row, count);
        backend.upload(data, row * rowBytes, entry.packRows(bytes, count, cols));
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

  const layer = async (index: number): Promise<LayerWeights> => {
    const rows = (role: LayerRole) => matrix(tensors.get(role, index));
    const values = (role: LayerRole) => vector(tensors.get(role, index));
    const optional = async (role: LayerRole) => {
      const tensor = tensors.find(role, index);
      return tensor ? vector(tensor) : undefined;
    };
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
      ffnNorm: await values("ffn_norm"),
      gate: await rows("ffn_gate"),
      up: await rows("ffn_up"),
      down: await rows("ffn_down"),
      ffnPostNorm: await optional("ffn_post_norm"),
    };
  };

  const embedding = await matrix(tensors.get("token_embd"));
  const layers: LayerWeights[] = [];
  for (let index = 0; index < layerCount; index++) layers.push(await layer(index));
  const outputNorm = await vector(tensors.get("output_norm"));
  const outputTensor = tensors.find("output");
  const output = outputTensor ? await matrix(outputTensor) : embedding;
  const adapter = lora
    ? await uploadAdapter(backend, lora, (done) => progress(loaded + done))
    : undefined;
  backend.assertHealthy();
  const bytes = backend.ledger().weights - before;
  return { embedding, output, outputNorm, layers, adapter, bytes };
}
