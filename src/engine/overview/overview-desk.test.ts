// The overview of a document through the engine: made in idle time, given up for whoever comes, kept with the document.
// On the processor, with a small model that converses in nothing but name: it answers no question rightly.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { DocumentOverview, EngineEvent } from "../api.ts";
import { Engine } from "../engine.ts";
import { sourceFromBytes } from "../model/byte-source.ts";
import { fixtureSources } from "../model/testing/fixtures.ts";
import { DocumentRepository } from "../store/repository.ts";
import { memoryBackends } from "../testing/read-document.ts";

const LEAD = "The bridge over the Tarn was finished in 1882 by the engineer Paul Moreau.";
const REST = Array.from(
  { length: 40 },
  (_, i) => `The bridge carries the road of the valley over the river in span number ${i}.`,
);
const TEXT = [LEAD, ...REST].join("\n\n");

async function open(model = "models/smollm2-Q8_0.gguf") {
  const store = memoryBackends();
  const free = () => Promise.resolve(() => undefined);
  let ids = 0;
  const repository = await DocumentRepository.open({
    ...store,
    ...{ lock: free, cacheBytes: 1e7, now: () => 1, newId: () => `doc${ids++}` },
  });
  const events: EngineEvent[] = [];
  const modelSources = (id: string) =>
    Promise.resolve(
      id === "nano"
        ? [sourceFromBytes("nano.gguf", readFileSync("public/models/nano.gguf"))]
        : fixtureSources(model),
    );
  const host = { gpu: undefined, repository, modelSources, now: () => performance.now() };
  const engine = new Engine(host, (event) => events.push(event));
  await engine.loadModel("talker");
  const add = async () => {
    const id = await engine.addDocument("Bridge", TEXT);
    const state = () =>
      events.findLast((event) => event.type === "documents")?.documents.find((one) => one.id === id)
        ?.state;
    await expect.poll(state, { timeout: 60_000 }).toBe("complete");
    return id;
  };
  const made = (id: string): DocumentOverview | undefined =>
    events
      .filter((event) => event.type === "overview")
      .findLast(({ documentId }) => documentId === id)?.overview;
  const waitFor = (id: string) => expect.poll(() => made(id), { timeout: 60_000 }).toBeDefined();
  return { engine, repository, store, add, made, waitFor, events };
}

test("it is made after a wish, kept with the document, told again, and gone with it", async () => {
  const { engine, repository, store, add, made, waitFor } = await open();
  const id = await add();
  expect(await engine.documentOverview(id)).toBeNull();
  const before = await repository.bytesOnDisk(id);
  engine.wishOverview(id);
  await waitFor(id);
  const overview = made(id)!;
  expect(overview.language).toBe("en");
  expect(overview.questions, "none that its model does not answer").toEqual([]);
  expect(await engine.documentOverview(id)).toEqual(overview);
  const record = (await store.records.get("sources", [id, 5, 0]))!;
  // The size in the manifest takes a few bytes itself.
  const grown = (await repository.bytesOnDisk(id)) - before;
  expect(grown).toBeGreaterThanOrEqual(record.byteLength);
  expect(grown).toBeLessThan(record.byteLength + 40);

  const damaged = record.slice();
  damaged[40]! ^= 1;
  await store.records.write([{ put: "sources", key: [id, 5, 0], value: damaged }]);
  expect(await engine.documentOverview(id), "damaged: to be made again").toBeNull();
  engine.wishOverview(id);
  await expect.poll(() => engine.documentOverview(id), { timeout: 60_000 }).toEqual(overview);

  await engine.rebuildDocument(id);
  expect(await engine.documentOverview(id), "of another reading").toBeNull();
  await engine.deleteDocument(id);
  expect(await store.records.keys("sources", [id])).toEqual([]);
}, 240_000);

test("a question comes first, and the work is taken up behind it", async () => {
  const { engine, add, made, waitFor } = await open();
  const id = await add();
  engine.wishOverview(id);
  const ask = (jobId: string) =>
    engine.ask({
      ...{ jobId, documentIds: [id], question: "When?", history: [], answerMode: "reread" },
      ...{ maxTokens: 4, temperature: 0, topK: 1, topP: 1, seed: 1 },
    });
  for (let i = 0; i < 12 && !made(id); i++) {
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect((await ask(`job ${i}`)).mode).toBe("reread");
  }
  await waitFor(id);
}, 240_000);

test("none is made without a wish, after it was taken back, or by a model that finds facts alone", async () => {
  const { engine, add, made, events } = await open();
  const id = await add();
  engine.wishOverview(id);
  engine.wishOverview(null);
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  expect(made(id)).toBeUndefined();
  await engine.loadModel("nano");
  const other = await add();
  engine.wishOverview(other);
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  expect(events.some(({ type }) => type === "overview")).toBe(false);
  expect(await engine.documentOverview(other)).toBeNull();
}, 240_000);
