// The engine in a dedicated worker: gives it the browser's GPU, storage and fetch, and exposes the
// protocol through Comlink. No logic of its own.
import * as Comlink from "comlink";
import { defaultThreads } from "../src/engine/host/device-choice.ts";
import { deviceProspect } from "../src/engine/host/open-device.ts";
import { Engine, EngineError, LARGER_ID } from "../src/engine/index.ts";
import type { ModelLibrary } from "../src/engine/model-cache/model-library.ts";
import { DocumentRepository } from "../src/engine/store/repository.ts";
import { collectBlob, fileFromAddress, fileFromBlob } from "./document-files.ts";
import { embeddedModel, isEmbedded } from "./embedded-models.ts";
import { EventBatch } from "./event-batch.ts";
import {
  type CallBenchmark,
  ENGINE_VERBS,
  forwardVerbs,
  MODEL_VERBS,
  type StorageReport,
  type WorkerApi,
} from "./protocol.ts";
import { startKernelThread } from "./start-kernel-thread.ts";
import { type BrowserStores, openBrowserStores } from "./storage/browser-stores.ts";
import { openDocumentChanges } from "./storage/document-changes.ts";

const RAM_CACHE_BYTES = 256 * 1024 * 1024;

const batch = new EventBatch();
// The worker's module lies in `assets/` of the build; models lie beside the page. Not the worker's
// location: that is a blob when the page is of another origin.
const here = import.meta.url;
const { origin } = self.location; // a worker made of a blob has its page's
let defaultModel = new URL(`${import.meta.env.DEV ? "/" : "../"}models/nano.gguf`, here).href;

interface Host {
  readonly engine: Engine;
  readonly stores: BrowserStores;
  /** Fetched when it is first asked for: the embedded model needs none of it. */
  readonly models: () => Promise<ModelLibrary>;
  /** The same: most visits make no benchmark. */
  readonly benchmarks: () => Promise<CallBenchmark>;
}

let host: Promise<Host> | undefined;

async function open(): Promise<Host> {
  const stores = await openBrowserStores();
  const repository = await DocumentRepository.open({
    records: stores.records,
    extents: stores.extents,
    lock: stores.lock,
    isLocked: stores.isLocked,
    cacheBytes: RAM_CACHE_BYTES,
    now: () => Date.now(),
    newId: () => crypto.randomUUID(),
  });
  // Typed as always present; absent in browsers without WebGPU and outside secure contexts.
  const gpu = navigator.gpu as GPU | undefined;
  let library: Promise<ModelLibrary> | undefined;
  const openLibrary = async (): Promise<ModelLibrary> => {
    const { openModelLibrary } = await import("./models/open-model-library.ts");
    return openModelLibrary(
      defaultModel,
      stores.lock,
      () => deviceProspect(gpu, engine.device),
      (state) => batch.push({ type: "models", library: state }),
    );
  };
  const models = () =>
    (library ??= openLibrary().catch((thrown: unknown) => {
      library = undefined; // the network may be back at the next try
      throw thrown;
    }));
  const engine: Engine = new Engine(
    {
      gpu,
      repository,
      hasLargerModel: async () => {
        const library = await models().catch(() => undefined); // without network, the first time
        return library?.isAtHand(LARGER_ID) ?? false;
      },
      modelSources: async (id, progress) => {
        if (isEmbedded(id)) return embeddedModel(id, defaultModel, progress);
        const library = await models();
        return id === LARGER_ID ? library.keptSources(id, progress) : library.sources(id, progress);
      },
      now: () => performance.now(),
      // Memory is shared among threads only in a page that is isolated from other origins.
      ...(crossOriginIsolated && {
        threads: {
          count: defaultThreads(navigator.hardwareConcurrency),
          start: startKernelThread,
        },
      }),
      records: stores.records,
      changes: openDocumentChanges(),
      fetch: (address, init) => fetch(address, init),
    },
    (event) => batch.push(event),
  );
  let desk: Promise<CallBenchmark> | undefined;
  const openDesk = async () => {
    const { openBenchmarks } = await import("./open-benchmarks.ts");
    const samples = new URL(import.meta.env.DEV ? "/sample/" : "../sample/", here).href;
    return openBenchmarks(engine, stores, samples, (state) =>
      batch.push({ type: "benchmark", state }),
    );
  };
  const benchmarks = () =>
    (desk ??= openDesk().catch((thrown: unknown) => {
      desk = undefined;
      throw thrown;
    }));
  return { engine, stores, models, benchmarks };
}

type Run<T> = (target: T) => unknown;

/** Comlink keeps only the message of an Error, so code and message travel in it as JSON. */
async function call<T>(task: (host: Host) => T | Promise<T>): Promise<T> {
  try {
    host ??= open();
    const result = await task(await host);
    await batch.flush();
    return result;
  } catch (thrown) {
    await batch.flush();
    const code = thrown instanceof EngineError ? thrown.code : "internal";
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    throw new Error(JSON.stringify({ code, message }));
  }
}

const api: WorkerApi = {
  configure: async (files) => {
    defaultModel = files.defaultModel;
  },
  ...forwardVerbs(ENGINE_VERBS, (run: Run<Engine>) => call(({ engine }) => run(engine))),
  ...forwardVerbs(MODEL_VERBS, (run: Run<ModelLibrary>) =>
    call(async ({ models }) => run(await models())),
  ),
  events: (listener) =>
    call(async ({ engine }) => {
      batch.listen(listener);
      await engine.announce();
    }),
  addDocument: (title, text, sections, owner) =>
    call(async ({ engine }) => {
      const content = typeof text === "string" ? text : await text.text();
      return engine.addDocument(title, content, sections, owner);
    }),
  exportDocument: (jobId, id) =>
    call(({ engine }) => collectBlob((write) => engine.exportDocument(jobId, id, write))),
  inspectDocumentFile: (jobId, address) =>
    call(({ engine }) => engine.inspectDocumentFile(jobId, fileFromAddress(address, origin))),
  importDocument: (jobId, file, owner) =>
    call(({ engine }) =>
      engine.importDocument(
        jobId,
        typeof file === "string" ? fileFromAddress(file, origin) : fileFromBlob(file),
        owner,
      ),
    ),
  benchmark: (verb, ...parameters) =>
    call(({ benchmarks }) => benchmarks().then((run) => run(verb, ...parameters))),
  storage: () => call(({ engine, stores }) => report(engine, stores)),
};

async function report(engine: Engine, stores: BrowserStores): Promise<StorageReport> {
  const storage = navigator.storage as StorageManager | undefined;
  const estimate = await storage?.estimate();
  return {
    backend: stores.backend,
    usedBytes: estimate?.usage ?? engine.ledger().diskBytes,
    quotaBytes: estimate?.quota ?? 0,
    persisted: (await storage?.persisted()) ?? false,
  };
}

Comlink.expose(api);
