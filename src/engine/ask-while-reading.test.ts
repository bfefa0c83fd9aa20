// Questions to a document that is still being read: what is durable answers, the reading goes on, and nothing
// that ends either of them hurts the other. On the processor.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { AskRequest, DocumentSummary, EngineEvent } from "./api.ts";
import { Engine } from "./engine.ts";
import { sourceFromBytes } from "./model/byte-source.ts";
import { DocumentRepository } from "./store/repository.ts";
import { sampleBook } from "./testing/embedded-model.ts";
import { memoryBackends } from "./testing/read-document.ts";

const EARLY = "The secret code of the green lantern is 73194.";
const LATE = "The secret code of the silver compass is 52806.";
const BOOK = sampleBook();
const TEXT = `${BOOK.slice(4000, 4400)}\n\n${EARLY}\n\n${BOOK.slice(4400, 16_000)}\n\n${LATE}\n\n${BOOK.slice(16_000, 17_000)}`;

async function open() {
  const free = () => Promise.resolve(() => undefined);
  const repository = await DocumentRepository.open({
    ...memoryBackends(),
    ...{ lock: free, cacheBytes: 1e7, now: () => 1, newId: () => "doc" },
  });
  const events: EngineEvent[] = [];
  const bytes = readFileSync("public/models/nano.gguf");
  const modelSources = () => Promise.resolve([sourceFromBytes("nano.gguf", bytes)]);
  const host = { gpu: undefined, repository, modelSources, now: () => performance.now() };
  const engine = new Engine(host, (event) => events.push(event));
  await engine.loadModel("nano");
  const id = await engine.addDocument("Log", TEXT);
  const shown = (): DocumentSummary | undefined =>
    events
      .findLast((event) => event.type === "documents")
      ?.documents.find((document) => document.id === id);
  const committed = () =>
    expect.poll(() => shown()?.askableTokens ?? 0, { timeout: 60_000 }).toBeGreaterThan(0);
  return { engine, id, shown, committed };
}

function question(what: string, answerMode: AskRequest["answerMode"]): AskRequest {
  return {
    ...{ jobId: what, documentIds: ["doc"], question: what, history: [], answerMode },
    ...{ maxTokens: 16, temperature: 0, topK: 1, topP: 1, seed: 1 },
  };
}

const ABOUT_EARLY = "What is the secret code of the green lantern?";
const ABOUT_LATE = "What is the secret code of the silver compass?";

test("what has been read answers while the reading goes on to its end", async () => {
  const { engine, id, shown, committed } = await open();
  await committed();
  const answer = await engine.ask(question(ABOUT_EARLY, "recalled"));
  expect(shown()?.state).toBe("ingesting");
  expect(answer).toMatchObject({ mode: "recalled", stats: { recomputedDocumentTokens: 0 } });
  expect(answer.text).toContain("73194");
  expect(answer.evidence[0]!.text).toContain(EARLY);
  const { tokens } = shown()!;
  expect(answer.readShare).toBe(answer.stats.documentTokens / tokens);
  expect(answer.stats.spansRecalled).toBeGreaterThan(0);

  // What has not been read is found by its words, unless the index alone is to answer.
  const late = await engine.ask(question(ABOUT_LATE, "auto"));
  expect(late).toMatchObject({ mode: "reread", readShare: expect.any(Number) as number });
  expect(late.stats.documentTokens).toBeGreaterThan(0);
  expect(late.evidence[0]!.text).toContain(LATE);
  const alone = await engine.ask(question(ABOUT_LATE, "recalled"));
  expect(alone.readShare).toBeLessThan(1);
  expect(alone.evidence.some(({ text }) => text.includes(LATE))).toBe(false);

  await expect.poll(() => shown()?.state, { timeout: 120_000 }).toBe("complete");
  const whole = await engine.ask(question(ABOUT_LATE, "recalled"));
  expect(whole.readShare).toBeUndefined();
  expect(whole.stats.documentTokens).toBe(tokens);
  expect(whole.evidence.some(({ text }) => text.includes(LATE))).toBe(true);
  await engine.deleteDocument(id);
}, 240_000);

test("a paused document is asked, a cancelled question leaves it as it was, and it can be deleted", async () => {
  const { engine, id, shown, committed } = await open();
  await expect(engine.ask(question(ABOUT_EARLY, "recalled"))).rejects.toMatchObject({
    code: "not-read-yet",
  });
  await committed();
  await engine.pauseDocument(id);
  expect(shown()?.state).toBe("paused");
  const before = shown();
  const cancelled = engine.ask(question(ABOUT_EARLY, "recalled"));
  engine.cancel(ABOUT_EARLY);
  await cancelled.catch((error: unknown) => expect(error).toMatchObject({ code: "cancelled" }));
  expect((await engine.ask(question(ABOUT_EARLY, "recalled"))).text).toContain("73194");
  expect(shown()).toEqual(before);
  await engine.resumeDocument(id);
  await expect
    .poll(() => shown()?.askableTokens, { timeout: 60_000 })
    .toBeGreaterThan(before!.askableTokens);
  const asking = engine.ask(question(ABOUT_EARLY, "recalled")).catch(() => undefined);
  await Promise.all([asking, engine.deleteDocument(id)]);
  expect(shown()).toBeUndefined();
}, 240_000);
