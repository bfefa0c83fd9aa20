// Measured by questions: some head of the embedded model leads to the sentence that answers, most do not, and
// a sentence that answers nothing is not found.
import { beforeAll, expect, test } from "vitest";
import type { Backend } from "../../../../kernels/index.ts";
import { testBackend } from "../../../../kernels/testing/backends.ts";
import { loadNano } from "../../testing/embedded-model.ts";
import type { LoadedModel } from "../../transformer/loaded-model.ts";
import { TokenCounter } from "../../transformer/token-counter.ts";
import { askKnownTexts, weightsByQuestions } from "./calibrate-heads.ts";
import { findingHeads, knownPrompt, matchQuestions, sentenceRank } from "./finding-heads.ts";
import { retrievalHeads } from "../ltri/key-scan.ts";
import { type KnownText, knownSentences } from "./known-sentences.ts";
import { plantedCopies } from "./planted-copies.ts";

let backend: Backend;
let loaded: LoadedModel;
beforeAll(async () => {
  backend = await testBackend();
  loaded = await loadNano(backend);
}, 60_000); // the first test of all waits for the compiler

function held(): object {
  const { staging: _, ...groups } = backend.ledger();
  return groups;
}

/** Wordings that the embedded model knows: one sentence of about ten holds what is asked. */
const planted = plantedCopies(6, 600).map(({ text, question, start }): KnownText => {
  const sentences = [...text.matchAll(/(?<=^|\. )/g)].map(({ index }) => index);
  const sentence = sentences.findLastIndex((first) => first <= start);
  return { text, sentences, questions: [{ question, sentence }] };
});

test("some head finds the sentence, most do not, and what was measured is reproducible", async () => {
  const before = held();
  const counter = new TokenCounter();
  const texts = planted;
  const told: number[][] = [];
  const onProgress = (...tokens: number[]) => told.push(tokens);
  const asked = await askKnownTexts(backend, loaded, texts, { counter, onProgress });
  const first = weightsByQuestions(loaded, asked.flat());
  const { config } = loaded.model;
  expect(first).toMatchObject({ by: "questions", trials: 6 });
  expect(first.weights.map(({ length }) => length)).toEqual(
    Array.from({ length: config.layers }, () => config.kvHeads),
  );
  const shares = first.weights.flat().sort((a, b) => b - a);
  expect(shares[0]).toBeGreaterThan(0.5); // by chance: one of about ten
  expect(shares.at(-1)).toBeLessThan(0.2);
  const [, total] = told[0]!;
  expect(told.at(-1)).toEqual([total, total]);
  expect(await askKnownTexts(backend, loaded, texts, { counter })).toEqual(asked);
  // The heads that its file names find together what they were trained to find.
  const heads = retrievalHeads(config.headWeights, config.layers, config.kvHeads);
  const ranks = asked.flat().map((question) => sentenceRank(config, question, heads));
  expect(ranks.filter((rank) => rank === 1).length).toBeGreaterThanOrEqual(5);
  expect(held()).toEqual(before);
});

test("heads do not count on a sentence that the question is not about", async () => {
  const [known] = knownSentences(1);
  const prompt = knownPrompt(loaded, known!);
  const others = prompt.questions.slice(0, 4).map(({ ids, sentence }) => ({
    ids,
    sentence: (sentence + 12) % known!.sentences.length,
  }));
  const wrong = { ...prompt, questions: others };
  const counter = new TokenCounter();
  const matches = await matchQuestions(backend, loaded, wrong, counter, () => undefined);
  const hits = findingHeads(loaded.model, matches).flatMap((heads) => Array.from(heads));
  const chances = hits.length * others.length;
  expect(hits.reduce((sum, hit) => sum + hit, 0) / chances).toBeLessThan(0.1);
});

test("a cancelled measurement says so and leaves nothing", async () => {
  const before = held();
  const abort = new AbortController();
  const counter = new TokenCounter();
  const onProgress = (done: number, total: number) => {
    if (done > total / 3) abort.abort();
  };
  const { signal } = abort;
  await expect(
    askKnownTexts(backend, loaded, knownSentences(2), { counter, signal, onProgress }),
  ).rejects.toMatchObject({ code: "cancelled" });
  expect(held()).toEqual(before);
});

test("a sentence's tokens begin where it does, and every question is about its own sentence", () => {
  for (const known of knownSentences(8)) {
    const { ids, starts, questions } = knownPrompt(loaded, known);
    const { starts: characters } = loaded.tokenizer.encodeWithOffsets(known.text);
    expect(starts).toHaveLength(known.sentences.length + 1);
    expect(starts.at(-1)).toBe(ids.length);
    known.sentences.forEach((character, i) => {
      expect(Math.abs(characters[starts[i]!]! - character)).toBeLessThanOrEqual(1);
    });
    expect(questions).toHaveLength(8);
    const sentenceOf = (i: number) => known.text.slice(known.sentences[i], known.sentences[i + 1]);
    const texts = known.sentences.map((_, i) => sentenceOf(i));
    expect(new Set(texts).size).toBe(texts.length);
    for (const { question, sentence } of known.questions) {
      const name = texts[sentence]!.match(
        /Agnes|Bruno|Clara|Dorian|Edith|Felix|Greta|Hector|Ida/,
      )![0];
      expect(question).toContain(name);
    }
  }
});
