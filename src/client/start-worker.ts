// Starts the engine worker and wraps it with Comlink. The only file that knows it is a Worker.
import * as Comlink from "comlink";
import {
  type EngineApi,
  type EngineEvent,
  forwardVerbs,
  VERBS,
  type WorkerApi,
} from "../../workers/protocol.ts";
import { openModuleWorker } from "../../workers/module-worker.ts";
import type { EngineWorker } from "./engine-client.ts";
import type { shippedFiles } from "./engine-files.ts";

export function startEngineWorker(files: ReturnType<typeof shippedFiles>): EngineWorker {
  const { worker, release } = openModuleWorker(files.worker, "inkspan-engine");
  const remote = Comlink.wrap<WorkerApi>(worker);
  // Calls arrive in order: the worker knows its files before anything is asked of it.
  const { defaultModel } = files;
  if (defaultModel !== undefined) void remote.configure({ defaultModel });
  // Comlink's types do not carry the verb of a benchmark to its result.
  const engine = remote as unknown as EngineApi;
  const api: EngineApi = {
    ...forwardVerbs(VERBS, (run: (target: EngineApi) => unknown) => Promise.resolve(run(engine))),
    events: (listener: (events: readonly EngineEvent[]) => void) =>
      remote.events(Comlink.proxy(listener)),
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
