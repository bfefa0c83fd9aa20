// Makes the GPU state for reading one document and gives it back when the reading ends.

import type { Backend } from "../../../../kernels/index.ts";
import { answerBudget, forDocument, openSpanSequence, tailTokens } from "./sizes.ts";
import type { DocumentBinding } from "../binding.ts";
import type { LoadedModel } from "../../transformer/loaded-model.ts";
import { interleaveVectors } from "./index-vectors.ts";
import { SpanIndex } from "./span-index.ts";
import type { DocumentWriter } from "../../store/types.ts";
import type { TokenCounter } from "../../transformer/token-counter.ts";
import { Ingestor } from "./ingestor.ts";

export interface OpenIngestor {
  readonly ingestor: Ingestor;
  destroy(): void;
}

export async function openIngestor(
  backend: Backend,
  loaded: LoadedModel,
  binding: DocumentBinding,
  writer: DocumentWriter,
  counter: TokenCounter,
): Promise<OpenIngestor> {
  const { transformer, model } = loaded;
  const { prompt } = binding;
  const documentIds = await writer.reader.tokenIds();
  const prefixTokens = prompt.prefixIds.length;
  const tokens = new Uint32Array(prefixTokens + documentIds.length);
  tokens.set(prompt.prefixIds);
  tokens.set(documentIds, prefixTokens);
  const { config } = model;
  const parameters = forDocument(binding.engine, config, binding.parameters, tokens.length);
  const budget = answerBudget(model.config.contextLength, parameters);
  const sequence = openSpanSequence(backend, model.config, parameters, tokens.length);
  const index = new SpanIndex(
    backend,
    model.config,
    parameters,
    budget,
    binding.headWeights,
    async (layer, first, count) => {
      const { mStat, mDyn } = await writer.reader.vectors(layer, first, count);
      return interleaveVectors(mStat, mDyn, binding.geometry.vectorBytes);
    },
  );
  // Without recall a question never sees more than the window at the end.
  const tail = tailTokens(binding.engine, parameters);
  const keepFrom = tail === undefined ? 0 : Math.max(0, tokens.length - tail);
  const workspace = transformer.createWorkspace(parameters.chunk, 1);
  const release = () => {
    sequence.destroy();
    index.destroy();
    transformer.destroyWorkspace(workspace);
  };
  try {
    const ingestor = await Ingestor.open({
      backend,
      transformer,
      workspace,
      sequence,
      index,
      parameters,
      counter,
      writer,
      tokens,
      prefixTokens,
      keepFrom,
    });
    return {
      ingestor,
      destroy() {
        ingestor.destroy();
        release();
      },
    };
  } catch (error) {
    release();
    throw error;
  }
}
