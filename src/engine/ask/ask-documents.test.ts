// The embedded model on the processor reads passages of texts that have no index: several documents, budgets,
// follow-ups, and another answerer in its place.
import { beforeAll, describe, expect, test } from "vitest";
import { testBackend } from "../../../kernels/testing/backends.ts";
import { bindDocuments } from "../attention/binding.ts";
import type { BoundModel } from "../attention/bound-model.ts";
import type { DocumentSession, GenerateOptions } from "../attention/engine.ts";
import { askedDocument } from "../testing/asked-document.ts";
import { loadNano, sampleBook } from "../testing/embedded-model.ts";
import { TokenCounter } from "../transformer/token-counter.ts";
import { askDocuments, type DocumentsRequest } from "./ask-documents.ts";
import type { Answerer, Passage } from "./answerer.ts";
import { modelAnswerer } from "./reread-answer.ts";
import { GREEDY } from "../attention/sampler.ts";

const book = sampleBook();
const FACTS = [
  ["green lantern", "73194"],
  ["old anchor", "20581"],
  ["silver whistle", "66402"],
] as const;
const documents = FACTS.map(([name, code], i) => {
  const from = 3000 + i * 12_000;
  const sentence = `The secret code of the ${name} is ${code}.`;
  const text = `${book.slice(from, from + 6000)}\n\n${sentence}\n\n${book.slice(from + 6000, from + 9000)}`;
  return askedDocument(name, text);
});

let model: BoundModel;

beforeAll(async () => {
  const backend = await testBackend();
  const loaded = await loadNano(backend);
  model = {
    backend,
    loaded,
    binding: bindDocuments(loaded, "ltri", {}),
    counter: new TokenCounter(),
  };
}, 60_000); // the first one waits for the compiler

function request(question: string, more: Partial<DocumentsRequest> = {}): DocumentsRequest {
  return {
    question,
    answerMode: "auto",
    history: [],
    maxTokens: 12,
    sampling: GREEDY,
    signal: undefined,
    onText: () => undefined,
    now: () => 0,
    ...more,
  };
}

describe("documents that are not read yet", () => {
  test.each(FACTS)("answer what the %s's code is, of all three", async (name, code) => {
    const answer = await askDocuments(
      model,
      { documents },
      request(`What is the secret code of the ${name}?`),
    );
    expect(answer.mode).toBe("reread");
    expect(answer.text).toContain(code);
    expect(answer.evidence[0]).toMatchObject({ documentId: name });
    expect(answer.evidence[0]!.text).toContain(code);
    expect(answer.grounding).toMatchObject({ state: "supported", kind: "support" });
    const { rereadTokens, recomputedDocumentTokens } = answer.stats;
    expect(rereadTokens).toBeGreaterThan(0);
    expect(rereadTokens).toBeLessThanOrEqual(modelAnswerer(model).limits.budgetTokens);
    expect(recomputedDocumentTokens).toBe(0);
  });

  test("cannot be answered from their index", async () => {
    await expect(
      askDocuments(model, { documents }, request("Who?", { answerMode: "recalled" })),
    ).rejects.toMatchObject({ code: "not-read-yet" });
  });
});

describe("several questions in one message", () => {
  const both = FACTS.slice(0, 2);
  const said = both.map(([name], i) => `${i + 1}. What is the secret code of the ${name}?`);

  test("are answered one after the other, each from its own passages", async () => {
    const pieces: string[] = [];
    const onText = (piece: string) => pieces.push(piece);
    const asking = request(`Hello!\n${said.join("\n")}`, { onText });
    const answer = await askDocuments(model, { documents }, asking);
    const lines = answer.text.split("\n");
    expect(lines).toHaveLength(2);
    expect(pieces.join("").replaceAll(/\s+/g, " ")).toBe(answer.text.replaceAll(/\s+/g, " "));
    for (const [i, [name, code]] of both.entries()) {
      expect(lines[i]).toMatch(new RegExp(`^${i + 1}\\. .*${code}`));
      expect(answer.evidence[i]).toMatchObject({ documentId: name });
    }
    const { citations, state, kind } = answer.grounding;
    expect({ state, kind }).toEqual({ state: "supported", kind: "support" });
    const cited = citations.map(({ start, end, passages }) => ({
      sentence: answer.text.slice(start, end),
      evidence: answer.evidence[passages[0]!]!.text,
    }));
    expect(cited).toHaveLength(2);
    for (const [i, [, code]] of both.entries()) {
      expect(cited[i]!.sentence).toContain(code);
      expect(cited[i]!.sentence).not.toMatch(/^\d\. /);
      expect(cited[i]!.evidence).toContain(code);
    }
    const alone = await askDocuments(model, { documents }, request(said[0]!));
    expect(answer.stats.rereadTokens).toBeGreaterThan(alone.stats.rereadTokens);
  });

  test("end with the one that was cancelled", async () => {
    const stop = new AbortController();
    const onText = (piece: string) => (piece.includes("2. ") ? stop.abort() : undefined);
    const asking = request(said.join("\n"), { onText, signal: stop.signal });
    const cancelled = await askDocuments(model, { documents }, asking);
    expect(cancelled).toMatchObject({ stopped: "cancelled" });
    expect(cancelled.text).toMatch(new RegExp(`^1\\. .*${both[0]![1]}[^\\n]*$`));
  });
});

describe("another answerer", () => {
  const seen: Passage[][] = [];
  const answerer: Answerer = {
    limits: { budgetTokens: 200, most: 3, leastShare: 0 },
    asksBare: false,
    countTokens: (text) => Math.ceil(text.length / 4),
    answer(passages, { question }) {
      seen.push([...passages]);
      const stats = {
        ...{ documentTokens: 0, recomputedDocumentTokens: 0, rereadTokens: 1, promptTokens: 1 },
        ...{ answerTokens: 1, spansRecalled: 0, timeToFirstTokenMs: 0, tokensPerSecond: 0 },
      };
      return Promise.resolve({ text: `Asked: ${question}`, stopped: "end" as const, stats });
    },
  };

  test("gets the best passages of all documents in their order, within its budget", async () => {
    await askDocuments(
      model,
      { documents },
      request("What is the secret code of the silver whistle?"),
      answerer,
    );
    const passages = seen.at(-1)!;
    const tokens = passages.map(({ text }) => answerer.countTokens(text));
    expect(tokens.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(200);
    expect(passages.some(({ text }) => text.includes("66402"))).toBe(true);
    for (const { document, documentId, label, start, end, text } of passages) {
      expect(documents[document]!.text.slice(start, end)).toBe(text);
      expect(label).toBe(documentId); // its title
    }
    const order = passages.map(({ document, start }) => document * 1e6 + start);
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });

  test("that is easily distracted gets no passage far behind the best one", async () => {
    const question = "What is the secret code of the silver whistle?";
    const limits = { ...answerer.limits, leastShare: 1 };
    await askDocuments(model, { documents }, request(question), { ...answerer, limits });
    expect(seen.at(-1)).toHaveLength(1);
    expect(seen.at(-1)![0]!.text).toContain("66402");
    // With any share each document's own code is read beside it.
    await askDocuments(model, { documents }, request(question), answerer);
    expect(seen.at(-1)!.length).toBeGreaterThan(1);
  });

  test("gets what was said around a question unless it knows bare questions alone", async () => {
    const question = "What is the secret code of the silver whistle?";
    const said = `Hi! I am looking for something old here. ${question} Please answer briefly.`;
    const answers: string[] = [];
    for (const asksBare of [false, true]) {
      const one = { ...answerer, asksBare, limits: { ...answerer.limits, most: 1 } };
      answers.push((await askDocuments(model, { documents }, request(said), one)).text);
      expect(seen.at(-1)![0]!.text).toContain("66402");
    }
    expect(answers).toEqual([`Asked: ${said}`, `Asked: ${question}`]);
    expect(modelAnswerer(model).asksBare).toBe(true);
  });

  test("gets the passages of what a question leans on", async () => {
    const history = [{ question: "What is the secret code of the old anchor?", answer: "20581" }];
    await askDocuments(model, { documents }, request("Where is it?", { history }), answerer);
    expect(seen.at(-1)!.some(({ text }) => text.includes("old anchor"))).toBe(true);
  });
});

describe("an answer from the index", () => {
  /** Tokens that it was told to recall whatever their score. */
  async function forcedFor(question: string, more: Partial<DocumentsRequest> = {}) {
    const asked: (readonly number[] | undefined)[] = [];
    const session = {
      documentTokens: 0,
      sessionTokens: 512,
      generate(_: readonly number[], { forced }: GenerateOptions) {
        asked.push(forced);
        const times = { timeToFirstTokenMs: 0, decodeMs: 0 };
        return Promise.resolve({
          ids: [],
          stopped: "end",
          attended: [],
          spansRecalled: 0,
          ...times,
        });
      },
    } as unknown as DocumentSession;
    const recalled = request(question, { answerMode: "recalled", ...more });
    await askDocuments(model, { session, documents: tokenized() }, recalled);
    return asked[0];
  }

  /** With their tokens of the model. */
  function tokenized() {
    const { tokenizer } = model.binding;
    return documents.map((document) => {
      const { starts } = tokenizer.encodeWithOffsets(document.text);
      return { ...document, tokenStarts: starts };
    });
  }

  /** In the stream of all three. */
  function tokenOf(which: number, part: string): number {
    const texts = tokenized();
    const before = texts.slice(0, which).reduce((sum, one) => sum + one.tokenStarts.length, 0);
    const at = texts[which]!.text.indexOf(part);
    const token = texts[which]!.tokenStarts.findIndex((start) => start >= at);
    return model.binding.prompt.prefixIds.length + before + token;
  }

  test("recalls the passages that the words of the question find, in the place of their document", async () => {
    const forced = await forcedFor("What is the secret code of the silver whistle?");
    expect(forced).toContain(tokenOf(2, "66402"));
    const { persistFrac, budget } = model.binding.parameters;
    expect(forced!.length).toBeLessThanOrEqual(persistFrac * budget);
  });

  test("recalls what a question leans on", async () => {
    const history = [{ question: "What is the secret code of the old anchor?", answer: "20581" }];
    expect(await forcedFor("Where is it?", { history })).toContain(tokenOf(1, "20581"));
  });

  test("recalls nothing beside what keys and attention choose where no word is found, or nothing shall lead", async () => {
    expect(await forcedFor("Xyzzy?")).toEqual([]);
    expect(await forcedFor("What is the secret code of the old anchor?", { forced: [] })).toEqual(
      [],
    );
  });
});
