// Test support: reads token ids as a document through the real repository on memory stores and opens
// a session to it. Tests only.
import type { Backend } from "../../../kernels/index.ts";
import { Session } from "../attention/ltri/session.ts";
import { attentionEngine } from "../attention/engines.ts";
import type { DocumentBinding } from "../attention/binding.ts";
import type { BoundModel } from "../attention/bound-model.ts";
import type { DocumentSession } from "../attention/engine.ts";
import type { LoadedModel } from "../transformer/loaded-model.ts";
import { freeLock, MemoryExtents, MemoryRecords } from "../store/memory.ts";
import { DocumentRepository } from "../store/repository.ts";
import type { TokenCounter } from "../transformer/token-counter.ts";

export interface MemoryBackends {
  readonly records: MemoryRecords;
  readonly extents: MemoryExtents;
}

export function memoryBackends(): MemoryBackends {
  return { records: new MemoryRecords(), extents: new MemoryExtents() };
}

export function openRepository(backends: MemoryBackends): Promise<DocumentRepository> {
  return DocumentRepository.open({
    ...backends,
    lock: freeLock,
    cacheBytes: 64 * 1024 * 1024,
    now: () => 0,
    newId: () => "document",
  });
}

export function createDocument(
  repository: DocumentRepository,
  binding: DocumentBinding,
  ids: Uint32Array,
): Promise<string> {
  return repository.create({
    title: "test",
    text: "x".repeat(ids.length),
    tokenIds: ids,
    tokenStarts: Uint32Array.from(ids, (_, i) => i),
    fingerprint: binding.fingerprint,
    geometry: binding.geometry,
    modelName: "test",
  });
}

/** Reads on until `untilTokens` are done or the end; commits there unless it is the end. */
export async function readOn(
  backend: Backend,
  loaded: LoadedModel,
  binding: DocumentBinding,
  repository: DocumentRepository,
  docId: string,
  counter: TokenCounter,
  untilTokens: number,
): Promise<void> {
  const writer = await repository.openWriter(docId, binding.fingerprint);
  const model = { backend, loaded, binding, counter };
  const reading = await attentionEngine(binding.engine).read(model, writer);
  try {
    while (!reading.isDone() && reading.now < untilTokens) await reading.step();
    if (reading.isDone()) await reading.finish();
    else await reading.commit();
  } finally {
    reading.destroy();
    await writer.close();
  }
}

export async function openReadSession(
  backend: Backend,
  loaded: LoadedModel,
  binding: DocumentBinding,
  repository: DocumentRepository,
  docId: string,
  counter: TokenCounter,
): Promise<Session> {
  const model = { backend, loaded, binding, counter };
  const session = await openStored(model, repository, docId);
  if (!(session instanceof Session)) throw new Error("tests look into sessions of spans");
  return session;
}

/** Of whatever engine the model is bound to. */
export async function openStored(
  model: BoundModel,
  repository: DocumentRepository,
  docId: string,
): Promise<DocumentSession> {
  const { engine, fingerprint } = model.binding;
  const { checkpoint } = await repository.open(docId, fingerprint);
  if (!checkpoint) throw new Error("no checkpoint");
  const reader = await repository.openReader(docId);
  return attentionEngine(engine).session(model, [{ reader, checkpoint }]);
}
