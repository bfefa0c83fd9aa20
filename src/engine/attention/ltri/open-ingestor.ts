// Makes the device's state for reading one document and gives it back when the reading ends.

import type { DocumentWriter } from "../../store/types.ts";
import { SoftmaxMixer } from "../../mixers/softmax/softmax-mixer.ts";
import type { BoundModel } from "../bound-model.ts";
import { interleaveVectors } from "./index-vectors.ts";
import { Ingestor } from "./ingestor.ts";
import { answerBudget, openSpanKv } from "./sizes.ts";
import { SpanIndex } from "./span-index.ts";

/** Spans that begin before the last `keepTokens` tokens are not stored. */
export async function openIngestor(
  model: BoundModel,
  writer: DocumentWriter,
  keepTokens: number,
): Promise<Ingestor> {
  const { backend, loaded, binding } = model;
  const { transformer } = loaded;
  const { config } = loaded.model;
  const { prompt, parameters } = binding;
  const documentIds = await writer.reader.tokenIds();
  const prefixTokens = prompt.prefixIds.length;
  const tokens = new Uint32Array(prefixTokens + documentIds.length);
  tokens.set(prompt.prefixIds);
  tokens.set(documentIds, prefixTokens);
  const kv = openSpanKv(backend, config, parameters, tokens.length);
  const budget = answerBudget(config.contextLength, parameters);
  const load = async (layer: number, first: number, count: number) => {
    const { mStat, mDyn } = await writer.reader.vectors(layer, first, count);
    return interleaveVectors(mStat, mDyn, binding.geometry.vectorBytes);
  };
  const index = new SpanIndex(backend, config, parameters, budget, binding.headWeights, load);
  const workspace = transformer.createWorkspace(parameters.chunk, 1);
  const stack = { transformer, workspace, mixer: new SoftmaxMixer(transformer, kv) };
  const keepFrom = Math.max(0, tokens.length - keepTokens);
  const parts = { model, stack, kv, index, writer, tokens, prefixTokens, keepFrom };
  try {
    return await Ingestor.open(parts);
  } catch (error) {
    kv.destroy();
    index.destroy();
    transformer.destroyWorkspace(workspace);
    throw error;
  }
}
