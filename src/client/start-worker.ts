// Starts the engine worker and wraps it with Comlink. The only file that knows it is a Worker.
import * as Comlink from "comlink";
import type { EngineApi, EngineEvent, WorkerApi } from "../../workers/protocol.ts";
import type { EngineWorker } from "./engine-client.ts";
import type { EngineFiles } from "./engine-files.ts";
import { openModuleWorker } from "./module-worker.ts";

export function startEngineWorker(files: EngineFiles): EngineWorker {
  const { worker, release } = openModuleWorker(files.worker, "inkspan-engine");
  const remote = Comlink.wrap<WorkerApi>(worker);
  // Calls arrive in order: the worker knows its files before anything is asked of it.
  const { defaultModel } = files;
  if (defaultModel !== undefined) void remote.configure({ defaultModel });
  const api: EngineApi = {
    events: (listener: (events: readonly EngineEvent[]) => void) =>
      remote.events(Comlink.proxy(listener)),
    loadModel: (id) => remote.loadModel(id),
    chooseEngine: (name, byMeasuredHeads) => remote.chooseEngine(name, byMeasuredHeads),
    measureHeads: (jobId) => remote.measureHeads(jobId),
    addDocument: (title, text, sections) => remote.addDocument(title, text, sections),
    pauseDocument: (id) => remote.pauseDocument(id),
    resumeDocument: (id) => remote.resumeDocument(id),
    rebuildDocument: (id) => remote.rebuildDocument(id),
    renameDocument: (id, title) => remote.renameDocument(id, title),
    deleteDocument: (id) => remote.deleteDocument(id),
    documentText: (id) => remote.documentText(id),
    documentSections: (id) => remote.documentSections(id),
    exportDocument: (jobId, id) => remote.exportDocument(jobId, id),
    inspectDocumentFile: (jobId, address) => remote.inspectDocumentFile(jobId, address),
    importDocument: (jobId, file) => remote.importDocument(jobId, file),
    ask: (request) => remote.ask(request),
    generate: (request) => remote.generate(request),
    cancel: (jobId) => remote.cancel(jobId),
    // Comlink's types do not carry the verb to its result.
    benchmark: remote.benchmark as unknown as EngineApi["benchmark"],
    storage: () => remote.storage(),
    ledger: () => remote.ledger(),
    listModels: () => remote.listModels(),
    openModelFile: (files) => remote.openModelFile(files),
    openModelAddress: (address, revision, token) =>
      remote.openModelAddress(address, revision, token),
    downloadModel: (id) => remote.downloadModel(id),
    cancelDownload: (id) => remote.cancelDownload(id),
    deleteModel: (id) => remote.deleteModel(id),
    verifyModel: (id) => remote.verifyModel(id),
  };
  return {
    api,
    onCrash(listener) {
      worker.addEventListener("error", (event) => {
        listener(event.message || `the script ${files.worker} could not be loaded or run`);
      });
    },
    terminate() {
      remote[Comlink.releaseProxy]();
      worker.terminate();
      release();
    },
  };
}
