// Makes the GPU state for questions to a document: from its stored index (nothing of the document is
// computed again), or by reading it into a ring for the engines that keep no index.

import type { Backend } from "../../../../kernels/index.ts";
import type { DocumentBinding } from "../binding.ts";
import type { LoadedModel } from "../../transformer/loaded-model.ts";
import type { Sequence } from "../../mixers/softmax/paged-kv.ts";
import { SpanIndex } from "./span-index.ts";
import { retrievalHeads } from "./key-scan.ts";
import type { DocumentReader } from "../../store/types.ts";
import type { TokenCounter } from "../../transformer/token-counter.ts";
import { DocumentUnion, type StoredDocument } from "./document-union.ts";
import { readTokens } from "../../transformer/read-tokens.ts";
import { Session } from "./session.ts";
import {
  answerBudget,
  forDocument,
  openRingSequence,
  openSpanSequence,
  sessionTokens,
  tailTokens,
} from "./sizes.ts";

export interface OpenSession {
  readonly session: Session;
  /** Index vectors that are kept in RAM now. */
  readonly indexRamBytes: number;
  /** Keys for the comparison with questions that are kept in RAM now. */
  readonly keyRamBytes: number;
  destroy(): void;
}

/** A session to one document. Throws `index-damaged` when what is stored does not fit. */
export function openStoredSession(
  backend: Backend,
  loaded: LoadedModel,
  binding: DocumentBinding,
  reader: DocumentReader,
  checkpoint: Uint8Array,
  counter: TokenCounter,
): Promise<OpenSession> {
  return openUnionSession(backend, loaded, binding, [{ reader, checkpoint }], counter);
}

/** A session to several documents, in this order. Throws `index-damaged`. */
export async function openUnionSession(
  backend: Backend,
  loaded: LoadedModel,
  binding: DocumentBinding,
  documents: readonly StoredDocument[],
  counter: TokenCounter,
): Promise<OpenSession> {
  const { config } = loaded.model;
  const { prompt, headWeights, engine } = binding;
  const prefixTokens = prompt.prefixIds.length;
  const total = DocumentUnion.totalTokens(prefixTokens, documents);
  const parameters = forDocument(engine, config, binding.parameters, total);
  const sequence = openSpanSequence(backend, config, parameters, total, documents.length);
  const budget = answerBudget(config.contextLength, parameters);
  let index: SpanIndex | undefined;
  try {
    const union = DocumentUnion.open(sequence, prefixTokens, parameters.lMax, documents);
    const vectors = union.vectors.bind(union);
    index = new SpanIndex(backend, config, parameters, budget, headWeights, vectors);
    for (const [layer, { kPool, vPool }] of sequence.layers.entries()) {
      const { k, v } = union.sinkPages(layer);
      if (k.length > 0) {
        backend.upload(kPool, 0, k);
        backend.upload(vPool, 0, v);
      }
      sequence.layer(layer).firstRing = Math.max(sequence.shape.layout.sinkTokens, total);
      await union.index(index, layer, parameters.lMax);
    }
    sequence.now = total;
    const load = (layer: number, ordinals: readonly number[]) => union.load(layer, ordinals);
    return assemble(
      backend,
      loaded,
      { ...binding, parameters },
      sequence,
      index,
      load,
      counter,
      budget,
    );
  } catch (error) {
    sequence.destroy();
    index?.destroy();
    throw error;
  }
}

/** Reads the whole document now; every question then starts behind it. */
export async function openRingSession(
  backend: Backend,
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
  const sequence = openRingSequence(backend, config, parameters, engine, tokens.length);
  const index = new SpanIndex(backend, config, parameters, 1, binding.headWeights);
  const workspace = loaded.transformer.createWorkspace(parameters.chunk, 1);
  const { transformer } = loaded;
  const keepTokens = engine === "streaming" ? parameters.nLocal : 0;
  await readTokens(
    { backend, transformer, workspace, sequence, counter, chunk: parameters.chunk, keepTokens },
    tokens,
    undefined,
    onProgress,
  );
  transformer.destroyWorkspace(workspace);
  const none = () => Promise.resolve([]);
  return assemble(backend, loaded, binding, sequence, index, none, counter, 1);
}

function assemble(
  backend: Backend,
  loaded: LoadedModel,
  { parameters, engine, prompt, headWeights }: DocumentBinding,
  sequence: Sequence,
  index: SpanIndex,
  load: (layer: number, ordinals: readonly number[]) => Promise<Uint8Array[]>,
  counter: TokenCounter,
  budget: number,
): OpenSession {
  const { transformer, model } = loaded;
  const workspace = transformer.createWorkspace(parameters.chunk, 1);
  const session = new Session({
    backend,
    transformer,
    workspace,
    sequence,
    index,
    parameters,
    counter,
    load,
    prefixTokens: prompt.prefixIds.length,
    sessionTokens: sessionTokens(model.config.contextLength),
    answerBudget: budget,
    retrieving: retrievalHeads(headWeights, model.config.layers, model.config.kvHeads),
    tailTokens: tailTokens(engine, parameters),
  });
  return {
    session,
    get indexRamBytes() {
      return index.vectors.pagedBytes;
    },
    get keyRamBytes() {
      return session.keyRamBytes;
    },
    destroy() {
      session.destroy();
      sequence.destroy();
      index.destroy();
      transformer.destroyWorkspace(workspace);
    },
  };
}
