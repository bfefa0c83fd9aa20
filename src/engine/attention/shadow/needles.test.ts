// Facts planted at several depths of a text, asked of ShadowKV and of full attention (spec test 10).
import { beforeAll, expect, test } from "vitest";
import type { Backend } from "../../../../kernels/index.ts";
import { testBackend } from "../../../../kernels/testing/backends.ts";
import { loadNano, sampleBook } from "../../testing/embedded-model.ts";
import { openStored } from "../../testing/read-document.ts";
import type { LoadedModel } from "../../transformer/loaded-model.ts";
import { TokenCounter } from "../../transformer/token-counter.ts";
import { bindDocuments } from "../binding.ts";
import type { DocumentSession } from "../engine.ts";
import type { EngineName } from "../engine-names.ts";
import type { LtriParameters } from "../parameters.ts";
import { GREEDY } from "../sampler.ts";
import { readAll } from "./testing/shadow-documents.ts";

const FACTS = [
  ["The access code of Kelstow is 4821.", "What is the access code of Kelstow?", "4821"],
  [
    "The favourite animal of Torwick is falcon.",
    "What is the favourite animal of Torwick?",
    "falcon",
  ],
  ["The captain of the Brabury is Lisdor.", "Who is the captain of the Brabury?", "Lisdor"],
  ["The train to Dalvale leaves at 7:35.", "When does the train to Dalvale leave?", "7:35"],
  ["The mayor of Penholm is Sulford.", "Who is the mayor of Penholm?", "Sulford"],
] as const;

let backend: Backend;
let loaded: LoadedModel;

beforeAll(async () => {
  backend = await testBackend();
  loaded = await loadNano(backend);
}, 120_000); // waits for the compiler of the kernels

/** The facts in `tokens` tokens of the book, from near the beginning to near the end. */
function planted(tokens: number): Uint32Array {
  const { tokenizer } = loaded;
  const sentences = sampleBook()
    .slice(20_000, 20_000 + 3.2 * tokens)
    .split(/(?<=\.) /);
  const step = Math.floor(sentences.length / FACTS.length);
  const text = sentences.flatMap((sentence, i) => {
    const fact = i % step === 1 ? FACTS[Math.floor(i / step)] : undefined;
    return fact ? [sentence, fact[0]] : [sentence];
  });
  return tokenizer.encode(text.join(" "));
}

async function open(
  engine: EngineName,
  ids: Uint32Array,
  settings: Partial<LtriParameters> = {},
): Promise<DocumentSession> {
  const binding = bindDocuments(loaded, engine, settings);
  const { repository, docId } = await readAll(backend, loaded, binding, ids);
  return openStored({ backend, loaded, binding, counter: new TokenCounter() }, repository, docId);
}

async function answered(session: DocumentSession, question: string): Promise<string> {
  const { tokenizer, prompt } = loaded;
  const { ids } = await session.generate(Array.from(prompt.questionIds(question, [])), {
    maxTokens: 12,
    sampling: GREEDY,
    stopIds: tokenizer.eogIds,
    onToken: () => undefined,
    signal: undefined,
    now: () => 0,
  });
  return tokenizer.decode(ids).trim();
}

// Keys of lowest rank lose none. Landmarks of this model do, at budgets of a third of the text: which chunks are
// chosen is measured on a larger one (src/headless/bench/results/shadowkv.md).
test.each([300, 500, 580])("finds all that full attention finds in %i tokens", async (tokens) => {
  const ids = planted(tokens);
  const full = await open("full", ids);
  const exact: boolean[] = [];
  for (const fact of FACTS) exact.push((await answered(full, fact[1])) === fact[2]);
  full.destroy();
  expect(exact.filter(Boolean).length).toBeGreaterThanOrEqual(4);
  const shadow = await open("shadowkv", ids, { denseFactor: 0, budget: 1024 });
  const own: string[] = [];
  for (const [, question] of FACTS) own.push(await answered(shadow, question));
  const lost = FACTS.filter(([, , answer], i) => exact[i] && own[i] !== answer);
  expect(lost).toEqual([]);
  // Questions in turn: nothing of one is left for the next.
  for (const at of [3, 0]) expect(await answered(shadow, FACTS[at]![1])).toBe(own[at]);
  shadow.destroy();
});
