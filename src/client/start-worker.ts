// Starts the engine worker and wraps it with Comlink. The only file that knows it is a Worker.
import * as Comlink from "comlink";
import type { EngineApi, EngineEvent } from "../../workers/protocol.ts";
import type { EngineWorker } from "./engine-client.ts";

export function startEngineWorker(): EngineWorker {
  const worker = new Worker(new URL("../../workers/engine-worker.ts", import.meta.url), {
    type: "module",
    name: "inkspan-engine",
  });
  const remote = Comlink.wrap<EngineApi>(worker);
  const api: EngineApi = {
    events: (listener: (events: readonly EngineEvent[]) => void) =>
      remote.events(Comlink.proxy(listener)),
    loadModel: (id) => remote.loadModel(id),
    addDocument: (title, text, sections) => remote.addDocument(title, text, sections),
    pauseDocument: (id) => remote.pauseDocument(id),
    resumeDocument: (id) => remote.resumeDocument(id),
    rebuildDocument: (id) => remote.rebuildDocument(id),
    renameDocument: (id, title) => remote.renameDocument(id, title),
    deleteDocument: (id) => remote.deleteDocument(id),
    documentText: (id) => remote.documentText(id),
    ask: (request) => remote.ask(request),
    cancel: (jobId) => remote.cancel(jobId),
    documentSections: (id) => remote.documentSections(id),
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
        listener(event.message || "its script could not be loaded or run");
      });
    },
    terminate() {
      remote[Comlink.releaseProxy]();
      worker.terminate();
    },
  };
}
