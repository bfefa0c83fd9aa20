// Asking what has been read so far: a question to the last commit of an unfinished reading is one to a document that
// ends there, and the reading does not notice it.
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { testBackend } from "../../../kernels/testing/backends.ts";
import { bindDocuments } from "../attention/binding.ts";
import { GREEDY } from "../attention/sampler.ts";
import type { EngineName } from "../attention/engine-names.ts";
import { attentionEngine } from "../attention/engines.ts";
import { RECORD_TABLES } from "../store/types.ts";
import { loadNano, sampleBook } from "../testing/embedded-model.ts";
import {
  createDocument,
  type MemoryBackends,
  memoryBackends,
  openRepository,
  readOn,
} from "../testing/read-document.ts";
import { TokenCounter } from "../transformer/token-counter.ts";
import { openForAsking } from "./stored-document.ts";

const ENGINES: readonly EngineName[] = ["ltri", "infllm", "streaming", "full"];
const QUESTION = "What is the password of the boathouse at Velmora?";
const BOOK = sampleBook();
const TEXT = `${BOOK.slice(4000, 4600)} The password of the boathouse at Velmora is tangerine. ${BOOK.slice(4600, 6600)}`;

async function open(engine: EngineName, text = TEXT) {
  const backend = await testBackend();
  const loaded = await loadNano(backend);
  const binding = bindDocuments(loaded, engine, {});
  const counter = new TokenCounter();
  const model = { backend, loaded, binding, counter };
  const ids = Uint32Array.from(binding.tokenizer.encode(text));
  const store = memoryBackends();
  const repository = await openRepository(store);
  const docId = await createDocument(repository, binding, ids);
  const readTo = (tokens: number) =>
    readOn(backend, loaded, binding, repository, docId, counter, tokens);
  const ask = async (id: string, from = repository) => {
    const stored = await openForAsking(id, model, from);
    const session = await attentionEngine(engine).session(model, [stored]);
    const { documentTokens } = session;
    const prompt = Array.from(binding.prompt.questionIds(QUESTION, []));
    const options = { maxTokens: 6, sampling: GREEDY, stopIds: new Set<number>() };
    const rest = { onToken: () => undefined, signal: undefined, now: () => 0 };
    const found = await session.recall(prompt, { signal: undefined });
    const answer = await session.generate(prompt, { ...options, ...rest });
    session.destroy();
    await stored.reader.close();
    return { documentTokens, found, answer, tokens: stored.reader.manifest.tokens };
  };
  return { binding, backend, loaded, counter, ids, store, repository, docId, readTo, ask };
}

/** Of every stored byte. */
async function hashOf({ records, extents }: MemoryBackends, docId: string): Promise<string> {
  const hash = createHash("sha256");
  for (const table of RECORD_TABLES) {
    for (const [key, value] of await records.getAll(table, [])) {
      hash.update(JSON.stringify([table, key, value.length])).update(value);
    }
  }
  const size = await extents.size(docId);
  if (size > 0) hash.update(await extents.read(docId, 0, size));
  return hash.digest("hex");
}

test.each(ENGINES)("%s: the last commit answers as a document that ends there", async (engine) => {
  const long = await open(engine);
  await long.readTo(640);
  const kept = await hashOf(long.store, long.docId);
  const readBefore = long.counter.documentTokens;
  const asked = await long.ask(long.docId);
  expect(asked.tokens).toBeGreaterThan(600);
  expect(asked.tokens).toBeLessThan(long.ids.length);
  expect(long.counter.documentTokens, "nothing is computed again").toBe(readBefore);
  expect(await hashOf(long.store, long.docId), "nothing is written").toBe(kept);

  const short = await openRepository(memoryBackends());
  const { binding, backend, loaded, counter } = long;
  const shortId = await createDocument(short, binding, long.ids.slice(0, asked.tokens));
  await readOn(backend, loaded, binding, short, shortId, counter, Infinity);
  expect(await long.ask(shortId, short)).toEqual(asked);
});

test("the reading goes on to the same bytes as one that nobody asked", async () => {
  const asked = await open("ltri");
  const quiet = await open("ltri");
  for (const { readTo } of [asked, quiet]) await readTo(512);
  await asked.ask(asked.docId);
  for (const { readTo } of [asked, quiet]) await readTo(768);
  await asked.ask(asked.docId);
  for (const { readTo } of [asked, quiet]) await readTo(Infinity);
  expect(await hashOf(asked.store, asked.docId)).toBe(await hashOf(quiet.store, quiet.docId));
  const { tokens } = await asked.ask(asked.docId);
  expect(tokens).toBe(asked.ids.length);
});

test("a session stands on its commit while the reading writes the next ones", async () => {
  const { binding, backend, loaded, counter, repository, docId, readTo } = await open("ltri");
  await readTo(512);
  const model = { backend, loaded, binding, counter };
  const stored = await openForAsking(docId, model, repository);
  const session = await attentionEngine("ltri").session(model, [stored]);
  const prompt = Array.from(binding.prompt.questionIds(QUESTION, []));
  const before = await session.recall(prompt, { signal: undefined });
  await readTo(768);
  await readTo(1000);
  expect(await session.recall(prompt, { signal: undefined })).toEqual(before);
  session.destroy();
  await stored.reader.close();
});

test("nothing is asked before the first commit, nor where layers are read one by one", async () => {
  const { repository, docId, binding, backend, loaded, counter } = await open("ltri");
  const model = { backend, loaded, binding, counter };
  await expect(openForAsking(docId, model, repository)).rejects.toMatchObject({
    code: "not-read-yet",
  });
  const shadow = await open("shadowkv", TEXT.slice(0, 1200));
  await shadow.readTo(256);
  await expect(shadow.ask(shadow.docId)).rejects.toMatchObject({ code: "not-read-yet" });
});
