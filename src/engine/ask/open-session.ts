// Makes the GPU state for questions to a document: from its stored index (nothing of the document is
// computed again), or by reading it into a ring for the engines that keep no index.

import type { KernelRuntime } from "../../../kernels/index.ts";
import type { DocumentBinding } from "../document-binding.ts";
import { EngineError } from "../errors.ts";
import { restoreCheckpoint } from "../ingest/checkpoint.ts";
import type { LoadedModel } from "../loaded-model.ts";
import type { Sequence } from "../sequence/sequence.ts";
import { SpanIndex } from "../sequence/span-index.ts";
import type { DocumentReader } from "../store/types.ts";
import type { TokenCounter } from "../token-counter.ts";
import { readTokens } from "./read-ring.ts";
import { Session } from "./session.ts";
import { answerBudget, openRingSequence, openSpanSequence, sessionTokens } from "./streams.ts";

export interface OpenSession {
  readonly session: Session;
  destroy(): void;
}

/** `checkpoint` is the one taken at completion. Throws `index-damaged` when it does not fit. */
export async function openStoredSession(
  runtime: KernelRuntime,
  loaded: LoadedModel,
  binding: DocumentBinding,
  reader: DocumentReader,
  checkpoint: Uint8Array,
  counter: TokenCounter,
): Promise<OpenSession> {
  const { config } = loaded.model;
  const { parameters, prompt } = binding;
  const total = prompt.prefixIds.length + reader.manifest.tokens;
  const sequence = openSpanSequence(runtime, config, parameters, total);
  const budget = answerBudget(config.contextLength, parameters);
  const index = new SpanIndex(runtime, config, parameters, budget, binding.headWeights);
  try {
    const state = restoreCheckpoint(runtime, sequence, undefined, checkpoint);
    for (let layer = 0; layer < config.layers; layer++) {
      const { count, start, length } = reader.spans(layer);
      if (count !== state.sealed[layer]) {
        throw new EngineError(
          "index-damaged",
          `Layer ${layer} has ${count} stored spans, its checkpoint ${String(state.sealed[layer])}.`,
        );
      }
      index.append(
        layer,
        Array.from({ length: count }, (_, i) => ({ start: start[i]!, length: length[i]! })),
      );
      if (count === 0) continue;
      const { mStat, mDyn } = await reader.vectors(layer);
      index.uploadVectors(layer, 0, mStat, mDyn);
    }
  } catch (error) {
    sequence.destroy();
    index.destroy();
    throw error;
  }
  const load = (layer: number, ordinals: readonly number[]) => reader.readSpanKv(layer, ordinals);
  return assemble(runtime, loaded, binding, sequence, index, load, counter, budget);
}

/** Reads the whole document now; every question then starts behind it. */
export async function openRingSession(
  runtime: KernelRuntime,
  loaded: LoadedModel,
  binding: DocumentBinding,
  engine: "full" | "streaming",
  documentIds: Uint32Array,
  counter: TokenCounter,
  onProgress: (tokensDone: number) => void,
): Promise<OpenSession> {
  const { config } = loaded.model;
  const { parameters, prompt } = binding;
  const tokens = new Uint32Array(prompt.prefixIds.length + documentIds.length);
  tokens.set(prompt.prefixIds);
  tokens.set(documentIds, prompt.prefixIds.length);
  const sequence = openRingSequence(runtime, config, parameters, engine, tokens.length);
  const index = new SpanIndex(runtime, config, parameters, 1, binding.headWeights);
  const workspace = loaded.transformer.createWorkspace(parameters.chunk, 1);
  const { transformer } = loaded;
  const keepTokens = engine === "streaming" ? parameters.nLocal : 0;
  await readTokens(
    { runtime, transformer, workspace, sequence, counter, chunk: parameters.chunk, keepTokens },
    tokens,
    undefined,
    onProgress,
  );
  transformer.destroyWorkspace(workspace);
  const none = () => Promise.resolve([]);
  return assemble(runtime, loaded, binding, sequence, index, none, counter, 1);
}

function assemble(
  runtime: KernelRuntime,
  loaded: LoadedModel,
  { parameters }: DocumentBinding,
  sequence: Sequence,
  index: SpanIndex,
  load: (layer: number, ordinals: readonly number[]) => Promise<Uint8Array[]>,
  counter: TokenCounter,
  budget: number,
): OpenSession {
  const { transformer, model } = loaded;
  const workspace = transformer.createWorkspace(parameters.chunk, 1);
  const session = new Session({
    runtime,
    transformer,
    workspace,
    sequence,
    index,
    parameters,
    counter,
    load,
    sessionTokens: sessionTokens(model.config.contextLength),
    answerBudget: budget,
  });
  return {
    session,
    destroy() {
      session.destroy();
      sequence.destroy();
      index.destroy();
      transformer.destroyWorkspace(workspace);
    },
  };
}
