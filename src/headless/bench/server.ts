// `bench server`: what questions to one book cost a running model server: prompt tokens by the passages that fit, what
// its prefix cache saves, and how readers who ask at once share it. Through the code that asks in the page.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { recallPassages } from "../../engine/ask/ask-documents.ts";
import type { AskedText } from "../../engine/ask/asked-texts.ts";
import { askServer, listModels } from "../../engine/model-server/server-desk.ts";
import { buildWordIndex } from "../../engine/words/word-index.ts";
import { Arguments } from "../arguments.ts";
import { printJson, ROOT } from "../open-headless.ts";

const BOOK = "public/sample/treasure-island.txt";
const QUESTIONS = [
  "Who was the first to come to the inn with the black spot?",
  "What did the captain always pay his reckoning with?",
  "What is the name of Long John Silver's parrot?",
  "How did Jim hear of the mutiny?",
  "What did Ben Gunn dream of on the island?",
  "Who commands the Hispaniola?",
  "What was found in the captain's sea-chest?",
  "How was Israel Hands killed?",
];

interface Cost {
  readonly promptTokens: number;
  /** Of them, those the server had read before; as llama.cpp counts. */
  readonly cachedTokens: number;
  readonly passages: number;
  readonly firstMs: number;
  readonly answerTokens: number;
}

export async function benchServer(args: readonly string[]): Promise<void> {
  const options = new Arguments(args, ["address", "key", "readers", "tokens", "contexts"], []);
  const address = options.text("address");
  const key = options.optional("key") ?? null;
  const maxTokens = options.integer("tokens", 40);
  const readers = numbers(options.optional("readers") ?? "1,2,4");
  const contexts = numbers(options.optional("contexts") ?? "1024,2048,4096");
  const [model] = await listModels({ fetch }, { address, key });
  if (!model) throw new Error("the server has no model");
  const text = await readFile(path.join(ROOT, BOOK), "utf8");
  const words = await buildWordIndex(text);
  const documents: AskedText[] = [{ documentId: "book", title: "Book", text, sections: [], words }];

  const ask = async (question: string, contextTokens: number): Promise<Cost> => {
    let body = "";
    let passages = 0;
    const watched = async (url: string, init: RequestInit): Promise<Response> => {
      passages = ((init.body as string).match(/\\n\\n\[\d+\] /g) ?? []).length;
      const response = await fetch(url, init);
      const decoder = new TextDecoder();
      const seen = new TransformStream<Uint8Array, Uint8Array>({
        transform(piece, passedOn) {
          body += decoder.decode(piece, { stream: true });
          passedOn.enqueue(piece);
        },
      });
      return new Response(response.body!.pipeThrough(seen), response);
    };
    const request = {
      ...{ question, history: [], maxTokens, signal: undefined },
      sampling: { temperature: 0, topK: 40, topP: 0.95, seed: 1 },
      onText: () => undefined,
      now: () => performance.now(),
    };
    const find = async () => ({
      recalled: await recallPassages(undefined, { documents }, request),
      documents,
    });
    const choice = { address, model: model.id, key, contextTokens };
    const { stats } = await askServer({ fetch: watched }, choice, find, request);
    return {
      promptTokens: stats.promptTokens,
      cachedTokens: Number(/"cached_tokens":(\d+)/.exec(body)?.[1] ?? 0),
      passages,
      firstMs: stats.timeToFirstTokenMs,
      answerTokens: stats.answerTokens,
    };
  };

  const most = Math.max(...contexts);
  const together = [];
  let asked = 0;
  for (const count of readers) {
    const theirs = QUESTIONS.slice(asked, asked + count);
    asked += count;
    const started = performance.now();
    const costs = await Promise.all(theirs.map((question) => ask(question, most)));
    const seconds = (performance.now() - started) / 1000;
    together.push({ readers: count, n: costs.length, seconds, ...means(costs) });
  }
  const again = [];
  for (const question of QUESTIONS.slice(0, asked)) again.push(await ask(question, most));
  const byContext = [];
  for (const contextTokens of contexts.filter((one) => one < most)) {
    const costs = [];
    for (const question of QUESTIONS) costs.push(await ask(question, contextTokens));
    byContext.push({ contextTokens, n: costs.length, ...means(costs) });
  }
  printJson({
    ...{ model: model.id, contextTokens: most, maxTokens, together },
    sameQuestionsAgain: { n: again.length, ...means(again) },
    byContext,
  });
}

function numbers(list: string): number[] {
  return list.split(",").map(Number);
}

function means(costs: readonly Cost[]): Cost {
  const mean = (value: (cost: Cost) => number) =>
    costs.reduce((sum, cost) => sum + value(cost), 0) / costs.length;
  return {
    promptTokens: mean((cost) => cost.promptTokens),
    cachedTokens: mean((cost) => cost.cachedTokens),
    passages: mean((cost) => cost.passages),
    firstMs: mean((cost) => cost.firstMs),
    answerTokens: mean((cost) => cost.answerTokens),
  };
}
