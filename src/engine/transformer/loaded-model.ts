// A model whose weights are on the GPU, with its tokenizer. One per device at a time.

import {
  type Backend,
  denseVariants,
  modelVariants,
  recurrentVariants,
  spanVariants,
} from "../../../kernels/index.ts";
import type { ByteSource } from "../model/byte-source.ts";
import { kvBytesPerToken, recurrentStateBytes, windowSlots } from "../model/config.ts";
import {
  bytesPerFormat,
  chooseLoadFormat,
  type LoadFormat,
  loadedFormat,
  weightBudget,
} from "../model/load-format.ts";
import { openModel, type OpenModel } from "../model/open-model.ts";
import { promptParts } from "../tokenizer/prompt.ts";
import type { PromptParts } from "../tokenizer/prompt-parts.ts";
import { createTokenizer, type Tokenizer } from "../tokenizer/tokenizer.ts";
import { Transformer } from "./transformer.ts";
import { type ModelWeights, uploadWeights } from "./weights.ts";

export interface LoadedModel {
  readonly id: string;
  readonly model: OpenModel;
  readonly tokenizer: Tokenizer;
  readonly prompt: PromptParts;
  readonly transformer: Transformer;
  readonly weights: ModelWeights;
  readonly parameters: number;
  /** What became of its matrices on the way to the device. */
  readonly loadFormat: LoadFormat;
}

/**
 * `progress` gets file bytes that are on the GPU, of `totalBytes`. `format`: of the matrices on the device;
 * default: the finest one that the device can be trusted with.
 */
export async function loadModel(
  backend: Backend,
  id: string,
  sources: readonly ByteSource[],
  progress: (loadedBytes: number, totalBytes: number) => void,
  signal?: AbortSignal,
  format?: LoadFormat,
): Promise<LoadedModel> {
  const model = await openModel(sources);
  const { config, tensors, adapter } = model;
  const budget = weightBudget(backend.capabilities.maxBufferBytes);
  const loadFormat = format ?? chooseLoadFormat(bytesPerFormat(tensors.all), budget);
  const tokenizer = await createTokenizer(model.tokenizer);
  const prompt = await promptParts(model, tokenizer);
  const adapterBytes = adapter?.matrices.reduce((sum, { a, b }) => sum + a.bytes + b.bytes, 0) ?? 0;
  const total = tensors.bytes + adapterBytes;
  // Shaders compile while weights load.
  const [weights] = await Promise.all([
    uploadWeights(backend, model, loadFormat, (done) => progress(done, total), signal),
    backend.prepare(neededVariants(backend, model, loadFormat)),
  ]);
  const parameters = tensors.all.reduce((sum, { rows, cols }) => sum + rows * cols, 0);
  const transformer = new Transformer(backend, config, weights);
  return { id, model, tokenizer, prompt, transformer, weights, parameters, loadFormat };
}

function neededVariants(
  backend: Backend,
  { config, tensors, adapter }: OpenModel,
  loadFormat: LoadFormat,
) {
  const matrices = tensors.all.filter(({ rows }) => rows > 1);
  const adapted = adapter ? ["F32" as const, ...adapter.matrices.map(({ a }) => a.format)] : [];
  const { headDim } = config;
  const ropes = config.layerConfigs.map(({ rope }) => {
    const table = rope === null ? undefined : config.ropeTables[rope];
    const adjacent = table?.layout === "adjacent";
    return { headDim, rotaryDims: table?.rotaryDims ?? 0, adjacent };
  });
  const distinct = new Map(ropes.map((rope) => [JSON.stringify(rope), rope]));
  const needs = {
    capabilities: backend.capabilities,
    formats: [
      ...new Set([...matrices.map((tensor) => loadedFormat(tensor, loadFormat)), ...adapted]),
    ],
    kvDtype: "f16",
    ropes: [...distinct.values()],
    activation: config.activation,
  } as const;
  if (config.recurrent) {
    const { capabilities } = backend;
    const [rope] = needs.ropes;
    const window = config.recurrent.hasAttention && rope ? { rope, dtype: needs.kvDtype } : null;
    return [...denseVariants(needs), ...recurrentVariants({ capabilities, window })];
  }
  return [...modelVariants(needs), ...spanVariants("f16")];
}

export function describeModel(loaded: LoadedModel) {
  const { config } = loaded.model;
  return {
    id: loaded.id,
    name: config.name,
    architecture: config.family,
    parameters: loaded.parameters,
    quantisation:
      loaded.loadFormat === "stored"
        ? loaded.model.quantisation
        : `${loaded.model.quantisation} → ${loaded.loadFormat}`,
    adapter: loaded.model.adapter?.name ?? null,
    contextLength: config.contextLength,
    weightBytes: loaded.weights.bytes,
    kvBytesPerToken: kvBytesPerToken(config, 2),
    keyWidth: config.recurrent ? 0 : config.kvHeads * config.headDim,
    stateBytes: recurrentStateBytes(config, 2),
    converses: loaded.prompt.style !== "document-question-answer",
    recurrentWindow: config.recurrent ? windowSlots(config) : null,
  };
}
