// An answer that takes its steps as turns (a benchmark's) lets a question of the user in between two
// tokens, and neither answer knows of the other.
import { expect, test } from "vitest";
import { testBackend } from "../../../kernels/testing/gpu.ts";
import { bindDocuments } from "../attention/binding.ts";
import { loadNano, sampleBook } from "../testing/embedded-model.ts";
import {
  createDocument,
  memoryBackends,
  openReadSession,
  openRepository,
  readOn,
} from "../testing/read-document.ts";
import { TokenCounter } from "../transformer/token-counter.ts";
import { Turnstile } from "../host/turnstile.ts";
import type { GenerateOptions } from "../attention/engine.ts";
import { GREEDY } from "../attention/sampler.ts";

test("a question comes in between two tokens of a long answer", async () => {
  const backend = await testBackend();
  const loaded = await loadNano(backend);
  const binding = bindDocuments(loaded, "ltri", { budget: 64, poolTokens: 256 });
  const counter = new TokenCounter();
  const repository = await openRepository(memoryBackends());
  const book = sampleBook();
  const ids = binding.tokenizer.encode(book.slice(4000, 5400));
  const docId = await createDocument(repository, binding, Uint32Array.from(ids));
  await readOn(backend, loaded, binding, repository, docId, counter, Infinity);
  const open = () => openReadSession(backend, loaded, binding, repository, docId, counter);
  const prompts = ["Who came to the inn?", "What did the captain drink?"].map((question) =>
    Array.from(binding.prompt.questionIds(question, [])),
  );
  const options = (maxTokens: number): GenerateOptions => ({
    maxTokens,
    sampling: GREEDY,
    stopIds: new Set(),
    onToken: () => undefined,
    signal: undefined,
    now: () => 0,
  });
  const [long, short] = [await open(), await open()];
  const alone = [
    await long.generate(prompts[0]!, options(12)),
    await short.generate(prompts[1]!, options(4)),
  ];

  const turnstile = new Turnstile();
  const log: string[] = [];
  let question: Promise<unknown> | undefined;
  const benchmark = await long.generate(prompts[0]!, {
    ...options(12),
    turn: (step) => turnstile.run("chunk", step),
    onToken: () => {
      log.push("token");
      question ??= turnstile.run("question", async () => {
        const answer = await short.generate(prompts[1]!, options(4));
        log.push("answer");
        return answer;
      });
    },
  });
  expect(log.indexOf("answer")).toBe(1);
  expect(log).toHaveLength(13);
  expect([benchmark, await question]).toEqual(alone);
  long.destroy();
  short.destroy();
});
