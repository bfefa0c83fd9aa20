// Test support: documents read with ShadowKV on memory stores. Tests only.
import { readFileSync } from "node:fs";
import path from "node:path";
import type { Backend } from "../../../../../kernels/index.ts";
import { sourceFromBytes } from "../../../model/byte-source.ts";
import type { DocumentRepository } from "../../../store/repository.ts";
import { sampleBook } from "../../../testing/embedded-model.ts";
import {
  createDocument,
  memoryBackends,
  openRepository,
  readOn,
} from "../../../testing/read-document.ts";
import { type LoadedModel, loadModel } from "../../../transformer/loaded-model.ts";
import { TokenCounter } from "../../../transformer/token-counter.ts";
import type { DocumentBinding } from "../../binding.ts";
import { attentionEngine } from "../../engines.ts";
import { ShadowSession } from "../shadow-session.ts";

const FIXTURES = "src/engine/model/fixtures";

/** A file of `models/`, or a folder of `safetensors/`. */
export function loadFixture(backend: Backend, name: string): Promise<LoadedModel> {
  const files = name.includes(".")
    ? [path.join(FIXTURES, "models", name)]
    : ["config.json", "tokenizer.json", "model.safetensors"].map((file) =>
        path.join(FIXTURES, "safetensors", name, file),
      );
  const sources = files.map((file) => sourceFromBytes(path.basename(file), readFileSync(file)));
  return loadModel(backend, name, sources, () => undefined);
}

export function randomIds(loaded: LoadedModel, count: number, seed: number): number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) % loaded.model.config.vocab;
  });
}

/** Reads `ids` to their end. */
export async function readAll(
  backend: Backend,
  loaded: LoadedModel,
  binding: DocumentBinding,
  ids: Uint32Array,
): Promise<{ readonly repository: DocumentRepository; readonly docId: string }> {
  const repository = await openRepository(memoryBackends());
  const docId = await createDocument(repository, binding, ids);
  await readOn(backend, loaded, binding, repository, docId, new TokenCounter(), Infinity);
  return { repository, docId };
}

export async function openShadow(
  backend: Backend,
  loaded: LoadedModel,
  binding: DocumentBinding,
  { repository, docId }: { readonly repository: DocumentRepository; readonly docId: string },
  counter = new TokenCounter(),
): Promise<ShadowSession> {
  const { checkpoint } = await repository.open(docId, binding.fingerprint);
  if (!checkpoint) throw new Error("no checkpoint");
  const reader = await repository.openReader(docId);
  const model = { backend, loaded, binding, counter };
  const session = await attentionEngine(binding.engine).session(model, [{ reader, checkpoint }]);
  if (!(session instanceof ShadowSession)) throw new Error("not a session of ShadowKV");
  return session;
}

/** Logits behind `question`, and behind every token of `answer` but the last. */
export async function followed(
  session: ShadowSession,
  question: readonly number[],
  answer: readonly number[],
): Promise<Float32Array[]> {
  const logits: Float32Array[] = [];
  await session.follow(question, answer, (one) => logits.push(one));
  return logits;
}

/** 400 tokens of the sample book, and a question about them. */
export function shadowText({ tokenizer, prompt }: LoadedModel) {
  return {
    ids: tokenizer.encode(sampleBook().slice(20_000, 23_000)).slice(0, 400),
    questionIds: Array.from(prompt.questionIds("Who came to the inn?", [])),
  };
}

/** Recordings that were cut to wait for something while `task` ran. */
export async function countWaits(backend: Backend, task: () => Promise<unknown>): Promise<number> {
  const record = backend.record.bind(backend);
  let waits = 0;
  backend.record = () => {
    const recorder = record();
    const [cut, submit] = [recorder.cut.bind(recorder), recorder.submit.bind(recorder)];
    recorder.cut = () => {
      waits++;
      cut();
    };
    recorder.submit = () => {
      recorder.cut = cut; // what it does by itself is no wait
      submit();
    };
    return recorder;
  };
  try {
    await task();
  } finally {
    backend.record = record;
  }
  return waits;
}
