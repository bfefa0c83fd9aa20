// A question to a server from the words of a text to verified citations: what leaves, and what is made of what
// comes back.
import { afterEach, expect, test } from "vitest";
import { recallPassages } from "../ask/ask-documents.ts";
import type { AnswerRequest } from "../ask/write-answer.ts";
import { WordIndexBuilder } from "../words/word-index.ts";
import { serverInstruction } from "./question-messages.ts";
import { askServer, listModels } from "./server-desk.ts";
import {
  chunk,
  openScriptedServer,
  type ScriptedServer,
  sendJson,
  sendPieces,
} from "./testing/scripted-server.ts";

const SECRET = "The will was hidden behind the mirror by the notary.";
const STORY = [
  "Rain fell on the harbour all night, and nobody went out. ".repeat(30),
  "The barge left at dawn with seven goats. Tobias Merrow was her captain.",
  "Wind blew over the moor for a week, and the sheep stood close. ".repeat(30),
  SECRET,
  "Snow lay on the roofs of the village until the spring came. ".repeat(30),
].join("\n\n");

let server: ScriptedServer | undefined;
afterEach(() => server?.close());

function textOf(text: string) {
  const builder = new WordIndexBuilder();
  builder.add(text);
  const sections = [{ start: 0, label: "Chapter 1" }];
  return { documentId: "d", title: "Barge", text, sections, words: builder.finish() };
}

async function ask(
  answer: string,
  change: Partial<AnswerRequest> = {},
  contextTokens?: number,
  story = STORY,
) {
  server = await openScriptedServer(async (_, response) => {
    await sendPieces(response, [
      chunk(answer.slice(0, 9)),
      chunk(answer.slice(9)),
      chunk("", "stop"),
    ]);
    response.end();
  });
  const documents = [textOf(story)];
  const told: string[] = [];
  const request: AnswerRequest = {
    question: "Who was the captain of the barge?",
    history: [],
    maxTokens: 100,
    sampling: { temperature: 0, topK: 40, topP: 0.95, seed: 1 },
    signal: undefined,
    onText: (text) => told.push(text),
    now: () => performance.now(),
    ...change,
  };
  const choice = {
    address: server.base,
    model: "big",
    key: "secret",
    ...(contextTokens ? { contextTokens } : {}),
  };
  const find = async () => ({
    recalled: await recallPassages(undefined, { documents }, request),
    documents,
  });
  const result = await askServer({ fetch }, choice, find, request);
  return { result, told: told.join(""), body: JSON.parse(server.seen[0]!.body) as Body };
}

interface Body {
  readonly messages: readonly { readonly role: string; readonly content: string }[];
}

test("only instruction, passages and question leave; passages are whole sentences of the text", async () => {
  const { body } = await ask("Tobias Merrow [1].");
  const [system, user, ...rest] = body.messages;
  expect(rest).toEqual([]);
  expect(system).toEqual({ role: "system", content: serverInstruction(undefined) });
  const parts = user!.content.split("\n\n");
  expect(parts[0]).toBe("Passages:");
  expect(parts.at(-1)).toBe("Question: Who was the captain of the barge?");
  const passages = user!.content.split(/\n\n\[\d+\] \(Chapter 1\) /).slice(1);
  for (const passage of passages) expect(STORY).toContain(passage.split("\n\nQuestion:")[0]);
  expect(user!.content).toContain("Tobias Merrow was her captain.");
  expect(user!.content).not.toContain(SECRET);
  expect(user!.content.length).toBeLessThan(STORY.length / 2);
});

test("a marker that holds becomes a citation of its sentence, one that does not is dropped", async () => {
  const { result, told } = await ask(
    "Tobias Merrow was her captain [1]. He was born in Lisbon [1][7].",
  );
  expect(result.text).toBe("Tobias Merrow was her captain. He was born in Lisbon.");
  expect(told).toBe(result.text);
  expect(result.grounding.state).toBe("partly");
  const cited = result.grounding.citations.map(({ start, end, passages }) => ({
    sentence: result.text.slice(start, end),
    quote: passages.map((place) => result.evidence[place]!.text).join(),
  }));
  expect(cited).toHaveLength(1);
  expect(cited[0]!.sentence).toBe("Tobias Merrow was her captain.");
  expect(cited[0]!.quote).toContain("Tobias Merrow was her captain.");
  const { start, end, text } = result.evidence[0]!;
  expect(STORY.slice(start, end)).toBe(text);
  expect(result.server).toEqual({ origin: new URL(server!.base).origin, model: "big" });
});

test("earlier turns go along; a question that leans on them finds their passage", async () => {
  const history = [{ question: "Who was the captain of the barge?", answer: "Tobias Merrow." }];
  const { body } = await ask("Seven goats.", { question: "What did he carry?", history });
  expect(body.messages.map(({ role }) => role)).toEqual(["system", "user", "assistant", "user"]);
  expect(body.messages.at(-1)!.content).toContain("seven goats");
});

test("a small context gets fewer passages, one without room is told before anything is sent", async () => {
  const days = Array.from(
    { length: 15 },
    (_, day) =>
      `On day ${day} the captain of the barge spoke. ${"Rain fell on all of it. ".repeat(14)}`,
  );
  const story = days.join("\n\n");
  const passages = async (contextTokens: number) => {
    const { body } = await ask("Merrow.", {}, contextTokens, story);
    await server!.close();
    return body.messages.at(-1)!.content.match(/the captain of the barge spoke/g)!.length;
  };
  const [small, large] = [await passages(700), await passages(8192)];
  expect(small).toBeGreaterThan(0);
  expect(large).toBeGreaterThan(2 * small);
  await expect(ask("Merrow.", {}, 300)).rejects.toMatchObject({ code: "server-context" });
  expect(server!.seen).toEqual([]);
});

test("a key that cannot be one, no model, no network: refused before anything is sent", async () => {
  server = await openScriptedServer((_, response) => sendJson(response, 200, { data: [] }));
  const { base } = server;
  const bad = { code: "invalid-argument" };
  const listing = (key: string | null) => listModels({ fetch }, { address: base, key });
  await expect(listing("a\nb")).rejects.toMatchObject(bad);
  expect(server.seen).toEqual([]);
  expect(await listing(null)).toEqual([]);
  await expect(listModels({}, { address: base, key: null })).rejects.toMatchObject({
    code: "server-unreachable",
  });
});
