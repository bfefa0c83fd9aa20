// What a question finds before anything is answered, and that finding leaves no trace in what is asked next.
import { expect, test } from "vitest";
import { testBackend } from "../../../kernels/testing/backends.ts";
import { bindDocuments } from "../attention/binding.ts";
import type { AttendedInterval } from "./token-heat.ts";
import type { EngineName } from "../attention/engine-names.ts";
import { loadNano, sampleBook } from "../testing/embedded-model.ts";
import {
  createDocument,
  memoryBackends,
  openReadSession,
  openRepository,
  readOn,
} from "../testing/read-document.ts";
import { TokenCounter } from "../transformer/token-counter.ts";
import { GREEDY } from "../attention/sampler.ts";

const FACT = " The password of the boathouse at Velmora is tangerine. ";

const SPAN_ENGINES: readonly EngineName[] = ["ltri", "infllm", "streaming"];

test.each(SPAN_ENGINES)("%s finds before it answers, and then answers the same", async (engine) => {
  const backend = await testBackend();
  const loaded = await loadNano(backend);
  const binding = bindDocuments(loaded, engine, {});
  const book = sampleBook();
  const [before, after] = [book.slice(4000, 5400), book.slice(5400, 8000)];
  const encode = (text: string) => Array.from(binding.tokenizer.encode(text));
  const ids = [...encode(before), ...encode(FACT), ...encode(after)];
  const start = binding.prompt.prefixIds.length + encode(before).length;
  const end = start + encode(FACT).length;
  const counter = new TokenCounter();
  const repository = await openRepository(memoryBackends());
  const docId = await createDocument(repository, binding, Uint32Array.from(ids));
  await readOn(backend, loaded, binding, repository, docId, counter, Infinity);
  const read = counter.documentTokens;
  const session = await openReadSession(backend, loaded, binding, repository, docId, counter);
  const question = Array.from(
    binding.prompt.questionIds("What is the password of the boathouse at Velmora?", []),
  );
  const answer = () =>
    session.generate(question, {
      maxTokens: 6,
      sampling: GREEDY,
      stopIds: new Set(),
      onToken: () => undefined,
      signal: undefined,
      now: () => 0,
    });
  const alone = await answer();
  const found = await session.recall(question, { signal: undefined });
  expect(await answer()).toEqual(alone);
  expect(await session.recall(question, { signal: undefined })).toEqual(found);

  expect(found.attended).toHaveLength(loaded.model.config.layers);
  expect(found.attended.every((layer) => layer.length > 0)).toBe(true);
  expect(found.spansRecalled).toBeGreaterThan(0);
  const covers = (one: AttendedInterval) => one.start < end && one.start + one.length > start;
  const matched = found.matched.flat();
  // Only Ltri-LLM compares keys; the fact is far behind the window that the others see.
  expect(matched.some(covers)).toBe(engine === "ltri");
  expect(counter.documentTokens).toBe(read);
  session.destroy();
});

test("what a question's words match is found in a text that is attended to as a whole, and in a tiny one", async () => {
  const backend = await testBackend();
  const loaded = await loadNano(backend);
  const binding = bindDocuments(loaded, "ltri", {});
  const encode = (text: string) => Array.from(binding.tokenizer.encode(text));
  const prefix = binding.prompt.prefixIds.length;
  const before = encode(sampleBook().slice(4000, 4400));
  const after = encode(sampleBook().slice(4400, 4600));
  const question = Array.from(
    binding.prompt.questionIds("What is the password of the boathouse at Velmora?", []),
  );
  const matchedIn = async (ids: number[]) => {
    const counter = new TokenCounter();
    const repository = await openRepository(memoryBackends());
    const docId = await createDocument(repository, binding, Uint32Array.from(ids));
    await readOn(backend, loaded, binding, repository, docId, counter, Infinity);
    const session = await openReadSession(backend, loaded, binding, repository, docId, counter);
    const { matched } = await session.recall(question, { signal: undefined });
    expect(await session.recall(question, { signal: undefined })).toMatchObject({ matched });
    session.destroy();
    return matched.flat();
  };
  const fact = encode(FACT);
  const start = prefix + before.length;
  const matched = await matchedIn([...before, ...fact, ...after]);
  const strongest = matched.toSorted((a, b) => b.mass - a.mass)[0]!;
  expect(strongest.start).toBeLessThan(start + fact.length);
  expect(strongest.start + strongest.length).toBeGreaterThan(start);
  expect(await matchedIn(encode("Hi."))).toEqual([]);
});
