// Documents that stand in the attention sinks wholly or with their beginning: the passage that an answer
// comes from is shown wherever it stands.
import { beforeAll, expect, test } from "vitest";
import { testBackend } from "../../../../kernels/testing/gpu.ts";
import { bindDocuments } from "../binding.ts";
import type { LoadedModel } from "../../transformer/loaded-model.ts";
import { loadNano, sampleBook } from "../../testing/embedded-model.ts";
import {
  createDocument,
  memoryBackends,
  openReadSession,
  openRepository,
  readOn,
} from "../../testing/read-document.ts";
import { TokenCounter } from "../../transformer/token-counter.ts";
import { askDocuments } from "../../ask/ask-documents.ts";
import { askedDocument } from "../../testing/asked-document.ts";
import { GREEDY } from "../sampler.ts";

const FACT = "The secret code of the green lantern is 73194.";
let loaded: LoadedModel;

beforeAll(async () => {
  loaded = await loadNano(await testBackend());
});

/** The answer to the question for the fact, and how many tokens of the text are not in the sinks. */
async function ask(text: string, nSink: number) {
  const backend = await testBackend();
  const binding = bindDocuments(loaded, "ltri", { nSink });
  const counter = new TokenCounter();
  const repository = await openRepository(memoryBackends());
  const { ids, starts } = binding.tokenizer.encodeWithOffsets(text);
  const docId = await createDocument(repository, binding, ids);
  await readOn(backend, loaded, binding, repository, docId, counter, Infinity);
  const open = await openReadSession(backend, loaded, binding, repository, docId, counter);
  const document = askedDocument(docId, text, starts);
  const model = { backend, loaded, binding, counter };
  const answer = await askDocuments(
    model,
    { session: open, documents: [document] },
    {
      answerMode: "recalled",
      question: "What is the secret code of the green lantern?",
      history: [],
      maxTokens: 16,
      sampling: GREEDY,
      signal: undefined,
      onText: () => undefined,
      now: () => 0,
    },
  );
  const outside = open.sealedTokens[0]!;
  open.destroy();
  return { ...answer, outside };
}

const book = sampleBook().slice(4000);
const after = (characters: number) => book.slice(0, characters);

test.each([
  ["the fact alone, all of it in the sinks", FACT, 64, 0],
  ["a sentence after it, all in the sinks", `${FACT} The bridge was quiet that morning.`, 64, 0],
  ["in the sinks, with a text behind them", `${FACT}\n\n${after(300)}`, 64, 1],
  ["across the end of the sinks", `${after(40)}\n\n${FACT}\n\n${after(300)}`, 32, 1],
  ["behind the sinks", `${after(300)}\n\n${FACT}\n\n${after(300)}`, 32, 1],
])("%s", async (_, text, nSink, leastOutside) => {
  const { text: answer, evidence, outside } = await ask(text, nSink);
  expect(Math.min(outside, 1)).toBe(leastOutside);
  expect(answer).toContain("73194");
  expect(evidence[0]?.text).toContain("73194");
  expect(text.slice(evidence[0]!.start, evidence[0]!.end)).toBe(evidence[0]!.text);
});
