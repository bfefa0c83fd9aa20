// The engine as the worker uses it: read, ask, start again on the same stores, lose the device, meet
// an index of another model.
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { testGpu } from "../../kernels/testing/gpu.ts";
import type { AskRequest, DocumentSummary, EngineEvent } from "./api.ts";
import { Engine } from "./engine.ts";
import { sourceFromBytes } from "./model/byte-source.ts";
import { memoryBackends, type MemoryBackends, openRepository } from "./testing/read-document.ts";

const NANO = "public/models/nano.gguf";
const UNMEASURED = "unmeasured";
const OTHER = "src/engine/model/fixtures/models/qwen2-Q4_0.gguf";
const book = readFileSync("public/sample/treasure-island.txt", "utf8");
const PLANTED = "The secret code of the green lantern is 73194.";
const text = `${book.slice(0, 1200)}\n\n${PLANTED}\n\n${book.slice(1200, 2000)}`.trim();

interface Started {
  readonly engine: Engine;
  readonly events: EngineEvent[];
  readonly device: GPUDevice;
  documents(): readonly DocumentSummary[];
}

const gpu = testGpu();

/** The embedded model without what its file says about its heads: the key has another name. */
function modelBytes(model: string): Uint8Array<ArrayBuffer> {
  const bytes = Uint8Array.from(readFileSync(model === UNMEASURED ? NANO : model));
  if (model !== UNMEASURED) return bytes;
  const at = Buffer.from(bytes).indexOf("inkspan.head_weights");
  if (at < 0) throw new Error("the embedded model says nothing about its heads");
  bytes.set(new TextEncoder().encode("inkspan.else_weights"), at);
  return bytes;
}

/** An engine on its own device, as after a reload of the page; `model` is a file. */
async function start(backends: MemoryBackends, model: string): Promise<Started> {
  const events: EngineEvent[] = [];
  const devices: GPUDevice[] = [];
  const watched = {
    requestAdapter: async (options?: GPURequestAdapterOptions) => {
      const adapter = await gpu.requestAdapter(options);
      if (!adapter) return null;
      const { features, limits, info } = adapter;
      const requestDevice = async (descriptor?: GPUDeviceDescriptor) => {
        const device = await adapter.requestDevice(descriptor);
        devices.push(device);
        return device;
      };
      return { features, limits, info, requestDevice };
    },
  };
  const engine = new Engine(
    {
      gpu: watched as unknown as GPU,
      repository: await openRepository(backends),
      modelSources: () => Promise.resolve([sourceFromBytes(model, modelBytes(model))]),
      now: () => performance.now(),
      records: backends.records,
    },
    (event) => events.push(event),
  );
  await engine.chooseDevice("webgpu");
  await engine.loadModel(model);
  const documents = () => {
    const last = events.findLast((event) => event.type === "documents");
    return last?.documents ?? [];
  };
  return { engine, events, device: devices[0]!, documents };
}

async function untilComplete({ documents }: Started): Promise<void> {
  for (let i = 0; i < 1000; i++) {
    if (documents()[0]?.state === "complete") return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`the document is ${documents()[0]?.state ?? "missing"}`);
}

function heads({ events }: Started) {
  return events.flatMap((event) => (event.type === "heads" ? event.state : []));
}

async function untilMeasuring(started: Started) {
  for (let i = 0; i < 600; i++) {
    const state = heads(started).at(-1);
    if (state?.progress) return state;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error("no measurement began");
}

function planted(documentId: string): AskRequest {
  return {
    jobId: "job",
    documentIds: [documentId],
    question: "What is the secret code of the green lantern?",
    answerMode: "recalled",
    history: [],
    maxTokens: 16,
    temperature: 0,
    topK: 0,
    topP: 1,
    seed: 0,
  };
}

describe("engine", () => {
  const backends = memoryBackends();
  let documentId = "";
  let first: Started;

  beforeAll(async () => {
    first = await start(backends, NANO);
    documentId = await first.engine.addDocument("island", text);
    await untilComplete(first);
  });

  test("answers from the index with evidence and recomputes nothing", async () => {
    const answer = await first.engine.ask(planted(documentId));
    expect(answer.text).toContain("73194");
    expect(answer.evidence[0]?.text).toContain("73194");
    const { start: from, end, text: quote } = answer.evidence[0]!;
    expect(text.slice(from, end)).toBe(quote);
    expect(answer.stats.recomputedDocumentTokens).toBe(0);
    expect(answer.stats.spansRecalled).toBeGreaterThan(0);
    const streamed = first.events.filter((event) => event.type === "token");
    expect(streamed.map((event) => event.text).join("")).toContain(answer.text);
  });

  test("the ledger is the sum of all buffers and names every group", () => {
    const { gpu: bytes, diskBytes } = first.engine.ledger();
    expect(Object.values(bytes).every((value) => value > 0)).toBe(true);
    expect(diskBytes).toBeGreaterThan(text.length);
  });

  test("a new engine on the same stores gives the same answer without reading", async () => {
    const again = await start(backends, NANO);
    expect(again.documents()[0]).toMatchObject({ id: documentId, state: "complete" });
    const answer = await again.engine.ask(planted(documentId));
    expect(again.engine.documentTokensComputed).toBe(0);
    expect(answer).toMatchObject({ text: (await first.engine.ask(planted(documentId))).text });
  });

  test("an exported document answers the same in another library, without reading", async () => {
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    await first.engine.exportDocument("export", documentId, (chunk) => {
      chunks.push(chunk.slice());
    });
    const file = { open: () => Promise.resolve({ body: new Blob(chunks).stream() }) };
    expect(await first.engine.importDocument("again", file)).toEqual({ documentId, existed: true });
    const other = await start(memoryBackends(), NANO);
    expect(await other.engine.inspectDocumentFile("inspect", file)).toMatchObject({
      title: "island",
      bytes: new Blob(chunks).size,
      existingId: null,
    });
    const imported = await other.engine.importDocument("import", file);
    expect(imported.existed).toBe(false);
    expect(other.documents()).toMatchObject([{ id: imported.documentId, state: "complete" }]);
    expect(other.events.filter((event) => event.type === "transfer").length).toBeGreaterThan(0);
    const answer = await other.engine.ask(planted(imported.documentId));
    const expected = await first.engine.ask(planted(documentId));
    const { timeToFirstTokenMs: _, tokensPerSecond: __, ...stats } = answer.stats;
    expect({ ...expected.stats, ...stats }).toEqual(expected.stats);
    expect(answer.text).toBe(expected.text);
    expect(answer.evidence).toEqual(
      expected.evidence.map((one) => ({ ...one, documentId: imported.documentId })),
    );
    expect(other.engine.documentTokensComputed).toBe(0);

    const stranger = await start(memoryBackends(), OTHER);
    const { documentId: id } = await stranger.engine.importDocument("import", file);
    expect(stranger.documents()).toMatchObject([{ id, state: "stale" }]);
    expect(stranger.documents()[0]?.problem?.message).toContain("model");
    expect(await stranger.engine.documentText(id)).toBe(text);
  });

  test("the other engines read a document of their own; that of one is stale for another", async () => {
    const other = await start(memoryBackends(), NANO);
    await other.engine.chooseEngine("infllm");
    const id = await other.engine.addDocument("island", text);
    await untilComplete(other);
    // The sentence is in the middle: in everything and in the right block, out of the window.
    for (const name of ["infllm", "streaming", "full"] as const) {
      if (name !== "infllm") {
        await other.engine.chooseEngine(name);
        expect(other.documents()[0]).toMatchObject({ state: "stale" });
        expect(other.documents()[0]?.problem?.message).toContain(`is now "${name}"`);
        await expect(other.engine.ask(planted(id))).rejects.toMatchObject({ code: "index-stale" });
        await other.engine.rebuildDocument(id);
        await untilComplete(other);
      }
      const answer = await other.engine.ask(planted(id));
      expect(answer.stats.recomputedDocumentTokens).toBe(0);
      // The first digits tell the place; that a small model copies all five is not the engine's affair.
      if (name === "streaming") expect(answer.text).not.toContain("7319");
      else expect(answer.text).toContain("7319");
    }
    await other.engine.chooseEngine("ltri");
    expect(other.documents()[0]).toMatchObject({ state: "stale" });
    await other.engine.chooseEngine("full");
    expect(other.documents()[0]).toMatchObject({ state: "complete" });
  });

  test("documents of the other choice of heads wait for it", async () => {
    const stores = memoryBackends();
    const here = await start(stores, UNMEASURED);
    expect(heads(here).at(-1)).toEqual({ measured: null, progress: null });
    // Not measured yet: the choice has no effect.
    await here.engine.chooseEngine("ltri", true);
    const id = await here.engine.addDocument("island", text);
    const { jobId } = (await untilMeasuring(here)).progress!;
    here.engine.cancel(jobId);
    await untilComplete(here);
    expect(heads(here).at(-1)).toEqual({ measured: null, progress: null });
    expect(here.documents()[0]).toMatchObject({ state: "complete" });

    await here.engine.measureHeads("job");
    const told = heads(here).flatMap(({ progress }) => progress ?? []);
    expect(told.at(-1)!.tokens).toBe(told.at(-1)!.totalTokens);
    const { measured } = heads(here).at(-1)!;
    expect(measured!.copying).toBeGreaterThan(0);
    expect(measured!.copying).toBeLessThan(measured!.heads / 2);
    expect(here.documents()[0]).toMatchObject({ state: "stale" });
    expect(here.documents()[0]?.problem?.message).toContain("voting");
    await here.engine.rebuildDocument(id);
    await untilComplete(here);
    expect((await here.engine.ask(planted(id))).stats.recomputedDocumentTokens).toBe(0);

    const again = await start(stores, UNMEASURED);
    expect(heads(again).at(-1)).toEqual({ measured, progress: null });
    expect(again.documents()[0]).toMatchObject({ state: "stale" });
    await again.engine.chooseEngine("ltri", true);
    expect(again.documents()[0]).toMatchObject({ state: "complete" });
    const stranger = await start(stores, OTHER);
    expect(heads(stranger).at(-1)).toEqual({ measured: null, progress: null });
  });

  test("heads that nobody knows are measured beside the first reading, once per model", async () => {
    const stores = memoryBackends();
    const here = await start(stores, UNMEASURED);
    const id = await here.engine.addDocument("island", text);
    await untilMeasuring(here);
    const early = await here.engine.ask(planted(id)).catch((error: unknown) => error);
    expect(early).toMatchObject({ code: "not-read-yet" }); // not read yet: nothing is broken by asking
    await untilComplete(here);
    for (let i = 0; i < 600 && heads(here).at(-1)?.progress; i++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const { measured, progress } = heads(here).at(-1)!;
    expect(progress).toBeNull();
    expect(measured!.copying).toBeGreaterThan(0);
    expect(here.documents()[0]).toMatchObject({ state: "complete" });
    expect((await here.engine.ask(planted(id))).text).toContain("7319");

    const again = await start(stores, UNMEASURED);
    await again.engine.addDocument("shore", text.slice(100));
    expect(heads(again).at(-1)).toEqual({ measured, progress: null });
    expect(heads(again).every((state) => state.progress === null)).toBe(true);
    await again.engine.loadModel(NANO); // its file says it: nothing is measured
    expect(heads(again).at(-1)!.measured).not.toBeNull();
  });

  test("a lost device ends the question by name, and nothing stored is lost", async () => {
    const doomed = await start(backends, NANO);
    doomed.device.destroy();
    await doomed.device.lost;
    await expect(doomed.engine.ask(planted(documentId))).rejects.toMatchObject({
      code: "device-lost",
    });
    const next = await start(backends, NANO);
    expect((await next.engine.ask(planted(documentId))).text).toContain("73194");
  });

  test("an index of another model is refused by name and its text is kept", async () => {
    const other = await start(backends, OTHER);
    expect(other.documents()[0]).toMatchObject({
      state: "stale",
      problem: { code: "index-stale" },
    });
    await expect(other.engine.ask(planted(documentId))).rejects.toMatchObject({
      code: "index-stale",
    });
    expect(await other.engine.documentText(documentId)).toBe(text);
  });
});
