// A model whose weights are on the GPU, with its tokenizer. One per device at a time.

import type { KernelRuntime } from "../../kernels/index.ts";
import type { ByteSource } from "./model/byte-source.ts";
import { kvBytesPerToken } from "./model/config.ts";
import { openModel, type OpenModel } from "./model/open-model.ts";
import { Transformer } from "./transformer/transformer.ts";
import { type ModelWeights, uploadWeights } from "./transformer/weights.ts";

export interface LoadedModel {
  readonly id: string;
  readonly model: OpenModel;
  readonly transformer: Transformer;
  readonly weights: ModelWeights;
  readonly parameters: number;
  readonly quantisation: string;
}

/** `progress` gets file bytes that are on the GPU, of `totalBytes`. */
export async function loadModel(
  runtime: KernelRuntime,
  id: string,
  sources: readonly ByteSource[],
  progress: (loadedBytes: number, totalBytes: number) => void,
  signal?: AbortSignal,
): Promise<LoadedModel> {
  const model = await openModel(sources);
  const { config, tensors } = model;
  const total = tensors.all.reduce((sum, tensor) => sum + tensor.bytes, 0);
  const weights = await uploadWeights(
    runtime,
    tensors,
    config.layers,
    (loaded) => progress(loaded, total),
    signal,
  );
  const formats = new Map<string, number>();
  let parameters = 0;
  for (const { format, rows, cols } of tensors.all) {
    parameters += rows * cols;
    formats.set(format, (formats.get(format) ?? 0) + rows * cols);
  }
  const [quantisation = "unknown"] = [...formats].sort((a, b) => b[1] - a[1])[0] ?? [];
  const transformer = new Transformer(runtime, config, weights);
  return { id, model, transformer, weights, parameters, quantisation };
}

export function describeModel(loaded: LoadedModel) {
  const { config } = loaded.model;
  return {
    id: loaded.id,
    name: config.name,
    architecture: config.family,
    parameters: loaded.parameters,
    quantisation: loaded.quantisation,
    contextLength: config.contextLength,
    weightBytes: loaded.weights.bytes,
    kvBytesPerToken: kvBytesPerToken(config, 2),
  };
}
