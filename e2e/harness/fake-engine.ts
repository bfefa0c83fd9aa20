// A scripted engine: the page can be looked at, and what is the page's own can be tested, without a GPU.
// It is not part of the build; what an engine does is never tested with it.
import type {
  DocumentSummary,
  EngineApi,
  EngineEvent,
  ModelSummary,
} from "../../workers/protocol.ts";
import { fakeBenchmark } from "./fake-benchmark.ts";
import { fakeModels } from "./fake-models.ts";

const MODEL: ModelSummary = {
  id: "nano",
  name: "Inkspan Nano",
  architecture: "llama",
  parameters: 1_835_008,
  quantisation: "Q8_0",
  adapter: null,
  contextLength: 512,
  weightBytes: 2_011_136,
  stateBytes: 0,
  converses: false,
  recurrentWindow: null,
  engines: ["ltri", "infllm", "streaming", "full"],
  kvBytesPerToken: 1_024,
  keyWidth: 64,
};

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export type Scene = "empty" | "loading" | "no-adapter" | "library" | "chat" | "full" | "overview";

/** `wordMs`: how long each word of an answer takes. */
const SUMMARY = "Jim Hawkins finds a map in a dead captain's chest and sails for treasure.";
const SUGGESTED = ["Who wrote down the whole story?", "What did Billy Bones sing at the inn?"];

export function fakeEngine(scene: Scene, book: string, wordMs = 25): EngineApi {
  let emit: (events: readonly EngineEvent[]) => void = () => {};
  let documents: DocumentSummary[] = ["library", "chat", "full", "overview"].includes(scene)
    ? library()
    : [];
  if (scene === "full") documents = [...documents, shortOfSpace()];
  const texts = new Map(documents.map((one) => [one.id, book]));
  const tell = () => emit([{ type: "documents", documents }]);
  const update = (id: string, change: Partial<DocumentSummary>) => {
    documents = documents.map((one) => (one.id === id ? { ...one, ...change } : one));
    tell();
  };

  async function transfer(jobId: string, kind: "export" | "import", title: string): Promise<void> {
    const totalBytes = 784_850_000;
    for (let bytes = 0; bytes < totalBytes; bytes += 12_000_000) {
      const rates = { bytesPerSecond: 96e6, secondsLeft: (totalBytes - bytes) / 96e6 };
      emit([{ type: "transfer", progress: { jobId, kind, title, bytes, totalBytes, ...rates } }]);
      await wait(120);
    }
  }

  async function ingest(id: string): Promise<void> {
    update(id, { state: "ingesting" });
    for (;;) {
      await wait(60);
      const one = documents.find((entry) => entry.id === id);
      if (one?.state !== "ingesting") return;
      const tokens = Math.min(one.tokens, one.ingestedTokens + 700);
      if (tokens === one.tokens) {
        const all = { ingestedTokens: tokens, committedTokens: tokens, askableTokens: tokens };
        update(id, { state: "complete", ...all });
        return;
      }
      documents = documents.map((entry) =>
        entry.id === id ? { ...entry, ingestedTokens: tokens, committedTokens: tokens } : entry,
      );
      const secondsLeft = (one.tokens - tokens) / 412;
      const progress = { documentId: id, tokens, totalTokens: one.tokens, secondsLeft };
      emit([{ type: "ingest", progress: { ...progress, tokensPerSecond: 412.3 } }]);
    }
  }

  return {
    ...fakeModels(),
    benchmark: fakeBenchmark((state) => emit([{ type: "benchmark", state }])),
    events(listener) {
      emit = listener;
      tell();
      emit([
        {
          type: "ledger",
          ledger: {
            gpu: {
              weights: 2_011_136,
              "kv-pool": 8_388_608,
              activations: 1_310_720,
              index: 196_608,
              staging: 65_536,
            },
            ramCacheBytes: 4_194_304,
            diskBytes: 111_804_416,
          },
        },
      ]);
      return Promise.resolve();
    },
    chooseDevice: () => Promise.resolve(),
    chooseAdapter: () => Promise.resolve(),
    chooseEngine: () => Promise.resolve(),
    listServerModels: () => Promise.resolve([{ id: "scripted", contextTokens: 4096 }]),
    async measureHeads(jobId) {
      const totalTokens = 3_300;
      for (let tokens = 0; tokens < totalTokens; tokens += 300) {
        const secondsLeft = (totalTokens - tokens) / 412;
        const progress = { jobId, tokens, totalTokens, tokensPerSecond: 412.3, secondsLeft };
        emit([{ type: "heads", state: { measured: null, progress } }]);
        await wait(200);
      }
      const measured = { heads: 24, copying: 5 };
      emit([{ type: "heads", state: { measured, progress: null } }]);
    },
    async unloadModel() {
      emit([{ type: "model", state: { phase: "idle" } }]);
    },
    async loadModel() {
      if (scene === "no-adapter") {
        throw new Error(
          JSON.stringify({ code: "no-adapter", message: "requestAdapter() returned null." }),
        );
      }
      const total = 2_300_000;
      const stop = scene === "loading" ? 0.62 : 1;
      const step = scene === "loading" ? 20 : 2;
      for (let i = 1; i <= step; i++) {
        const loadedBytes = Math.round((total * stop * i) / step);
        const state = { phase: "loading", stage: "download", loadedBytes } as const;
        emit([
          {
            type: "model",
            state: { ...state, totalBytes: total, bytesPerSecond: 1_820_000 },
          },
        ]);
        await wait(20);
      }
      if (scene === "loading") {
        await new Promise((resolve) => addEventListener("model-arrived", resolve, { once: true }));
      }
      emit([
        {
          type: "model",
          state: {
            phase: "ready",
            model: MODEL,
            device: {
              kind: "webgpu",
              adapter: "NVIDIA GeForce RTX 4070",
              fallback: false,
              features: ["shader-f16", "subgroups"],
              maxBufferBytes: 4_294_967_296,
              maxBindingBytes: 2_147_483_644,
            },
            standIn: null,
          },
        },
      ]);
      return MODEL;
    },
    async addDocument(title, text) {
      const content = typeof text === "string" ? text : await text.text();
      const id = crypto.randomUUID();
      texts.set(id, content);
      const tokens = Math.round(content.length / 3.7);
      documents = [summary(id, title, tokens, { characters: content.length }), ...documents];
      tell();
      void ingest(id);
      return id;
    },
    pauseDocument: (id) => Promise.resolve(update(id, { state: "paused" })),
    resumeDocument(id) {
      void ingest(id);
      return Promise.resolve();
    },
    rebuildDocument(id) {
      documents = documents.map((one) => {
        const { problem: _problem, ...rest } = one;
        return one.id === id ? { ...rest, ingestedTokens: 0 } : one;
      });
      void ingest(id);
      return Promise.resolve();
    },
    renameDocument: (id, title) => Promise.resolve(update(id, { title })),
    deleteDocument(id) {
      documents = documents.filter((one) => one.id !== id);
      tell();
      return Promise.resolve();
    },
    documentText: (id) => Promise.resolve(texts.get(id) ?? ""),
    documentSections: (id) => Promise.resolve(chapters(texts.get(id) ?? "")),
    documentOverview: () => Promise.resolve(null),
    async wishOverview(documentId) {
      if (documentId === null || scene !== "overview") return;
      const overview = { language: "en", summary: SUMMARY, questions: SUGGESTED } as const;
      await wait(50);
      emit([{ type: "overview", documentId, overview }]);
    },
    async ask({ jobId, documentIds, question }) {
      const documentId = documentIds.at(-1) ?? "";
      const isUnsupported = question.includes("unsupported");
      const text = texts.get(documentId) ?? "";
      const answer = question.includes("markup")
        ? HOSTILE
        : "Billy Bones gave him a **silver fourpenny** each month, to keep his *weather-eye* open for a seafaring man with one leg.";
      await wait(300);
      for (const word of answer.split(/(?<= )/)) {
        emit([{ type: "token", jobId, text: word }]);
        await wait(wordMs);
      }
      const quote = (start: number, end: number, weight: number, of = documentId) => ({
        documentId: of,
        start,
        end,
        text: text.slice(start, end),
        weight,
        strength:
          weight > 0.6
            ? ("strong" as const)
            : weight > 0.3
              ? ("medium" as const)
              : ("weak" as const),
        place:
          chapters(text).findLast((chapter) => chapter.start <= start)?.label ?? "Front matter",
      });
      const at = Math.max(0, text.indexOf("He had taken me aside one day"));
      const far = Math.max(0, text.indexOf("a seafaring man with one leg", at + 2000));
      return {
        text: answer,
        evidence: [
          quote(at, at + 260, 1),
          quote(far, far + 120, 0.4),
          quote(40, 90, 0.1, documentIds[0]),
        ],
        grounding: isUnsupported
          ? {
              state: "unsupported",
              kind: "closest",
              citations: [],
              closest: { passage: 0, start: at, end: at + 90 },
            }
          : {
              state: "supported",
              kind: "support",
              citations: [{ start: 0, end: answer.length, passages: [0, 1] }],
            },
        mode: "reread",
        stats: {
          documentTokens: 97_243,
          recomputedDocumentTokens: 0,
          rereadTokens: 212,
          promptTokens: 61,
          answerTokens: 31,
          spansRecalled: 16,
          timeToFirstTokenMs: 342,
          tokensPerSecond: 38.4,
        },
        stopped: "end",
      };
    },
    generate: () => Promise.reject(new Error("not in the harness")),
    async exportDocument(jobId, documentId) {
      const title = documents.find((one) => one.id === documentId)?.title ?? "";
      await transfer(jobId, "export", title);
      return new Blob(["LTRIDOC1"]);
    },
    async inspectDocumentFile(_jobId, address) {
      await wait(400);
      if (!address.endsWith(".ltri")) {
        const error = { code: "format-invalid", message: "This is no document file." };
        throw new Error(JSON.stringify(error));
      }
      return {
        title: "The Count of Monte Cristo",
        modelName: MODEL.name,
        characters: 2_640_000,
        tokens: 713_500,
        bytes: 784_850_000,
        from: "https://books.example/cristo.ltri",
        existingId: null,
      };
    },
    async importDocument(jobId) {
      await transfer(jobId, "import", "The Count of Monte Cristo");
      const id = crypto.randomUUID();
      const done = { state: "complete", ingestedTokens: 713_500 } as const;
      documents = [...documents, summary(id, "The Count of Monte Cristo", 713_500, done)];
      texts.set(id, book);
      tell();
      return { documentId: id, existed: false };
    },
    cancel: () => Promise.resolve(),
    storage: () =>
      Promise.resolve({
        backend: "opfs",
        usedBytes: 114_300_000,
        quotaBytes: 42_900_000_000,
        persisted: false,
      }),
    ledger: () => Promise.reject(new Error("not in the harness")),
  };
}

/** What an answer must not be able to bring onto the page. */
const HOSTILE = [
  '<p data-status="done" aria-hidden="true" id="root" style="position:fixed">**bold** words</p>',
  '<img src="x" onerror="document.title=1"> <a href="https://a.example">link</a> <style>body{}</style>',
  "<svg><script>document.title=2</script></svg><form><input></form>",
].join("\n\n");

function chapters(text: string) {
  return [...text.matchAll(/^(PART \w+|\d+)\n\n?(.+)$/gm)].map(({ index, 1: number, 2: name }) => ({
    start: index,
    label: `${number}: ${name}`,
  }));
}

function summary(
  id: string,
  title: string,
  tokens: number,
  more: Partial<DocumentSummary>,
): DocumentSummary {
  return {
    id,
    title,
    state: "queued",
    characters: 359_800,
    tokens,
    ingestedTokens: 0,
    committedTokens: 0,
    askableTokens: 0,
    spans: Math.round(tokens / 48),
    bytesOnDisk: tokens * 1100,
    createdAt: 0,
    modelName: MODEL.name,
    ...more,
  };
}

function library(): DocumentSummary[] {
  const done = { state: "complete", ingestedTokens: 97_243, committedTokens: 97_243 } as const;
  return [
    summary("treasure", "Treasure Island, by Robert Louis Stevenson", 97_243, done),
    summary("kidnapped", "Kidnapped, by Robert Louis Stevenson", 112_400, {
      state: "complete",
      ingestedTokens: 112_400,
    }),
    summary("report", "Annual maintenance report", 240_112, {
      state: "paused",
      ingestedTokens: 88_000,
      committedTokens: 87_552,
    }),
    summary("old", "Meeting notes 2019 to 2024", 61_020, {
      state: "stale",
      problem: {
        code: "index-stale",
        message: "The index was made by model Inkspan Nano 1; the present model is Inkspan Nano 2.",
      },
    }),
  ];
}

function shortOfSpace(): DocumentSummary {
  return summary("saga", "The Saga of the Volsungs", 64_000, {
    state: "paused",
    ingestedTokens: 41_000,
    committedTokens: 40_960,
    problem: { code: "quota-exceeded", message: "There is not enough storage." },
  });
}
