// One index for both devices: what one has read, the other answers with the same evidence, reading nothing.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { testGpu } from "../../kernels/testing/gpu.ts";
import type { Answer, DocumentSummary } from "./api.ts";
import { Engine } from "./engine.ts";
import type { DeviceChoice } from "./host/device-choice.ts";
import { sourceFromBytes } from "./model/byte-source.ts";
import { type MemoryBackends, memoryBackends, openRepository } from "./testing/read-document.ts";

const NANO = "public/models/nano.gguf";
const book = readFileSync("public/sample/treasure-island.txt", "utf8");
const PLANTED = "The secret code of the green lantern is 73194.";
const text = `${book.slice(0, 1200)}\n\n${PLANTED}\n\n${book.slice(1200, 2400)}`.trim();
/** Of shares of the attention: the devices round differently. Seen: 0.0001. */
const WEIGHT_TOLERANCE = 0.005;

const gpu = testGpu();

async function start(backends: MemoryBackends, device: DeviceChoice) {
  let documents: readonly DocumentSummary[] = [];
  const engine = new Engine(
    {
      gpu,
      repository: await openRepository(backends),
      modelSources: (id) =>
        Promise.resolve([sourceFromBytes(id, Uint8Array.from(readFileSync(NANO)))]),
      now: () => performance.now(),
      records: backends.records,
    },
    (event) => {
      if (event.type === "documents") documents = event.documents;
    },
  );
  await engine.chooseDevice(device);
  await engine.loadModel("nano");
  return { engine, documents: () => documents };
}

type Started = Awaited<ReturnType<typeof start>>;

async function read({ engine, documents }: Started): Promise<string> {
  const id = await engine.addDocument("island", text);
  await expect.poll(() => documents()[0]?.state, { timeout: 60_000 }).toBe("complete");
  return id;
}

const ask = ({ engine }: Started, documentId: string): Promise<Answer> =>
  engine.ask({
    jobId: "job",
    documentIds: [documentId],
    question: "What is the secret code of the green lantern?",
    history: [],
    maxTokens: 16,
    temperature: 0,
    topK: 0,
    topP: 1,
    seed: 0,
    answerMode: "recalled",
  });

for (const [reader, asked] of [
  ["cpu", "webgpu"],
  ["webgpu", "cpu"],
] as const) {
  test(`what ${reader} has read, ${asked} answers: 0 tokens computed, the same evidence`, async () => {
    const backends = memoryBackends();
    const first = await start(backends, reader);
    const documentId = await read(first);
    const expected = await ask(first, documentId);
    const second = await start(backends, asked);
    expect(second.documents()[0]).toMatchObject({ id: documentId, state: "complete" });
    const answer = await ask(second, documentId);
    expect(second.engine.documentTokensComputed).toBe(0);
    expect(answer.stats.recomputedDocumentTokens).toBe(0);
    expect(answer.text).toBe(expected.text);
    expect(answer.text).toContain("7319");
    const places = ({ evidence }: Answer) => evidence.map(({ start, end }) => [start, end]);
    expect(places(answer)).toEqual(places(expected));
    for (const [i, { weight }] of answer.evidence.entries()) {
      expect(Math.abs(weight - expected.evidence[i]!.weight)).toBeLessThan(WEIGHT_TOLERANCE);
    }
  });
}

test("a model moves to the other device where it is, and its documents stay", async () => {
  const started = await start(memoryBackends(), "cpu");
  const documentId = await read(started);
  const computed = started.engine.documentTokensComputed;
  const before = await ask(started, documentId);
  await started.engine.chooseDevice("webgpu");
  expect((await ask(started, documentId)).text).toBe(before.text);
  // On a software adapter `auto` is the processor.
  await started.engine.chooseDevice("auto");
  expect((await ask(started, documentId)).text).toBe(before.text);
  expect(started.engine.documentTokensComputed).toBe(computed);
});
