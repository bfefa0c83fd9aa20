// ShadowKV at the ends of its settings and with the shortest documents: what is stored can be asked, in every mode;
// and the longest document that it takes.
import { beforeAll, describe, expect, test } from "vitest";
import type { Backend } from "../../../../kernels/index.ts";
import { testBackend } from "../../../../kernels/testing/backends.ts";
import { loadNano, sampleBook } from "../../testing/embedded-model.ts";
import { createDocument, memoryBackends, openRepository } from "../../testing/read-document.ts";
import type { LoadedModel } from "../../transformer/loaded-model.ts";
import { TokenCounter } from "../../transformer/token-counter.ts";
import { bindDocuments } from "../binding.ts";
import { LOW_RANK_ENGINES } from "../engine-names.ts";
import { attentionEngine } from "../engines.ts";
import type { LtriParameters } from "../parameters.ts";
import { GREEDY } from "../sampler.ts";
import { openShadow, readAll } from "./testing/shadow-documents.ts";

let backend: Backend;
let loaded: LoadedModel;
let book: Uint32Array;

beforeAll(async () => {
  backend = await testBackend();
  loaded = await loadNano(backend);
  book = loaded.tokenizer.encode(sampleBook().slice(20_000, 26_000));
}, 120_000); // waits for the compiler of the kernels

describe.each(LOW_RANK_ENGINES)("$name", ({ name }) => {
  async function ask(tokens: number, overrides: Partial<LtriParameters>) {
    const binding = bindDocuments(loaded, name, { denseFactor: 0, ...overrides });
    const stored = await readAll(backend, loaded, binding, book.subarray(0, tokens));
    const session = await openShadow(backend, loaded, binding, stored);
    const question = Array.from(loaded.prompt.questionIds("Who came to the inn?", []));
    const options = { maxTokens: 3, sampling: GREEDY, stopIds: new Set<number>() };
    const rest = { onToken: () => undefined, signal: undefined, now: () => 0 };
    try {
      const { ids } = await session.generate(question, { ...options, ...rest });
      expect(ids).toHaveLength(3);
      expect((await session.readLogits()).every(Number.isFinite)).toBe(true);
      return session.ranks;
    } finally {
      session.destroy();
    }
  }

  test.each([1, 8, 49])("a document of %i tokens", async (tokens) => {
    await ask(tokens, {});
  });

  test.each<Partial<LtriParameters>>([
    { budget: 0 },
    { localTokens: 0, outlierChunks: 0, outlierShare: 0 },
    { localTokens: 13, outlierShare: 1 },
  ])("%j", async (overrides) => {
    await ask(155, overrides);
  });

  test("a rank that is no multiple of four is the next one that is", async () => {
    expect(new Set(await ask(155, { rank: 6 }))).toEqual(new Set([8]));
  });
});

test("the longest document leaves an eighth of the trained context for a question", async () => {
  const { contextLength } = loaded.model.config;
  const binding = bindDocuments(loaded, "shadowkv", {});
  const longest = contextLength - contextLength / 8 - binding.prompt.prefixIds.length;
  const read = async (tokens: number) => {
    const repository = await openRepository(memoryBackends());
    const docId = await createDocument(repository, binding, book.subarray(0, tokens));
    const writer = await repository.openWriter(docId, binding.fingerprint);
    const model = { backend, loaded, binding, counter: new TokenCounter() };
    try {
      (await attentionEngine("shadowkv").read(model, writer)).destroy();
    } finally {
      await writer.close();
    }
  };
  expect(book.length).toBeGreaterThan(longest);
  await read(longest);
  await expect(read(longest + 1)).rejects.toMatchObject({ code: "engine-limit" });
});
