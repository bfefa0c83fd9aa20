// Documents without a model on this device: they are stored with their words, a model server answers from
// them, and a model that is loaded later reads them. On the processor.
import { readFileSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import type { AskRequest, DocumentSummary, EngineEvent } from "./api.ts";
import { Engine } from "./engine.ts";
import { sourceFromBytes } from "./model/byte-source.ts";
import {
  chunk,
  openScriptedServer,
  type ScriptedServer,
  sendPieces,
} from "./model-server/testing/scripted-server.ts";
import { DocumentRepository } from "./store/repository.ts";
import { memoryBackends } from "./testing/read-document.ts";

const FACT = "The lamp of the harbour was lit by Tobias Merrow.";
const TEXT =
  `${"Rain fell all night and nobody went out. ".repeat(20)}\n\n${FACT}\n\n${"Snow lay on the roofs until spring. ".repeat(20)}`.trim();

let server: ScriptedServer | undefined;
afterEach(() => server?.close());

async function open() {
  let ids = 0;
  const free = () => Promise.resolve(() => undefined);
  const repository = await DocumentRepository.open({
    ...memoryBackends(),
    ...{ lock: free, cacheBytes: 1e6, now: () => 1, newId: () => `doc${ids++}` },
  });
  const events: EngineEvent[] = [];
  let letThrough = () => {};
  const downloaded = new Promise<void>((resolve) => (letThrough = resolve));
  const modelSources = async () => {
    await downloaded;
    return [sourceFromBytes("nano.gguf", readFileSync("public/models/nano.gguf"))];
  };
  const host = { gpu: undefined, repository, modelSources, now: () => performance.now(), fetch };
  const engine = new Engine(host, (event) => events.push(event));
  const state = (id: string): DocumentSummary["state"] | undefined =>
    events
      .findLast((event) => event.type === "documents")
      ?.documents.find((document) => document.id === id)?.state;
  return { engine, state, letThrough, repository };
}

function question(documentIds: string[]): AskRequest {
  return {
    ...{ jobId: "job", documentIds, question: "Who lit the lamp of the harbour?", history: [] },
    ...{ answerMode: "auto", maxTokens: 20, temperature: 0, topK: 1, topP: 1, seed: 1 },
  };
}

test("a text is stored and asked without a model, and read when there is one", async () => {
  const { engine, state, letThrough, repository } = await open();
  const id = await engine.addDocument("Harbour", TEXT, [{ start: 0, label: "Chapter 1" }]);
  expect(state(id)).toBe("unread");
  expect(await engine.documentText(id)).toBe(TEXT);

  server = await openScriptedServer(async (_, response) => {
    await sendPieces(response, [
      chunk("Tobias Merrow lit the lamp of the harbour [1]."),
      chunk("", "stop"),
    ]);
    response.end();
  });
  const choice = { address: server.base, model: "large", key: null };
  const answer = await engine.ask({ ...question([id]), server: choice });
  expect(answer.text).toBe("Tobias Merrow lit the lamp of the harbour.");
  expect(answer.evidence[answer.grounding.citations[0]!.passages[0]!]!.text).toContain(FACT);
  expect(server.seen).toHaveLength(1);
  expect(server.seen[0]!.body).toContain(FACT);

  await expect(engine.ask(question([id]))).rejects.toMatchObject({ code: "no-model" });
  await expect(engine.resumeDocument(id)).rejects.toMatchObject({ code: "no-model" });
  await expect(repository.openWriter(id, { format: 1 })).rejects.toMatchObject({
    code: "not-read-yet",
  });

  letThrough();
  await engine.loadModel("nano");
  expect(state(id), "nobody has asked for a reading").toBe("unread");
  const recalled = { ...question([id]), answerMode: "recalled" } as const;
  await expect(engine.ask(recalled)).rejects.toMatchObject({ code: "not-read-yet" });
  await engine.resumeDocument(id);
  await expect.poll(() => state(id), { timeout: 60_000 }).toBe("complete");
  expect((await engine.ask(recalled)).stats.documentTokens).toBeGreaterThan(300);

  await engine.unloadModel();
  expect(state(id)).toBe("complete");
  const later = await engine.addDocument("Later", TEXT);
  expect(state(later)).toBe("unread");
  await engine.deleteDocument(later);
  expect(state(later)).toBeUndefined();
}, 120_000);

test("what is added while a model loads is read by it", async () => {
  const { engine, state, letThrough } = await open();
  const loading = engine.loadModel("nano");
  await expect.poll(() => engine.ledger().gpu.weights).toBe(0);
  const id = await engine.addDocument("Harbour", TEXT);
  expect(state(id)).toBe("unread");
  letThrough();
  await loading;
  await expect.poll(() => state(id), { timeout: 60_000 }).toBe("complete");
}, 120_000);

test("a model that is let go of while it loads is not there afterwards, and one asked for then is", async () => {
  const { engine, letThrough } = await open();
  const first = engine.loadModel("nano");
  const gone = engine.unloadModel();
  const second = engine.loadModel("nano");
  letThrough();
  await Promise.all([first, gone, second]);
  expect(engine.ledger().gpu.weights).toBeGreaterThan(0);
  await engine.unloadModel();
  expect(engine.ledger().gpu.weights).toBe(0);
}, 120_000);
