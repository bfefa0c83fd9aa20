// Reads a file in a worker of its own, started for it and ended with it: that is also how to cancel. A
// worker that gets nowhere is ended too, whatever the file did to it.
import * as Comlink from "comlink";
import type {
  ExtractedFile,
  ExtractionApi,
  ExtractionProgress,
} from "../../workers/extraction-protocol.ts";
import { type ModuleWorker, openModuleWorker } from "../../workers/module-worker.ts";
import { shippedExtraction } from "./engine-files.ts";
import { EngineCallError, toErrorData } from "./errors.ts";
import { isFailedImport, refreshModule } from "./failed-import.ts";
import { watchSilence } from "./silence.ts";

/** A page, a chapter or a container's directory takes far less, also on a slow machine. */
const SILENCE_MS = 60_000;

export interface Extraction {
  /** Rejects with code `cancelled` after `cancel`, with `too-large` where the file takes too long. */
  readonly done: Promise<ExtractedFile>;
  cancel(): void;
}

/** A part of the reader that did not load is fetched anew, once, and the file read by a new worker. */
export function startExtraction(
  file: File,
  onProgress: (progress: ExtractionProgress) => void,
  address: string = shippedExtraction(),
): Extraction {
  const start = () => openModuleWorker(address, "inkspan-extraction");
  let running = runExtraction(start(), file, onProgress);
  let isCancelled = false;
  const done = running.done.catch(async (thrown: unknown) => {
    const { message } = toErrorData(thrown);
    if (isCancelled || !isFailedImport(message)) throw thrown;
    await refreshModule(message);
    if (isCancelled) throw thrown;
    running = runExtraction(start(), file, onProgress);
    return running.done;
  });
  const cancel = () => {
    isCancelled = true;
    running.cancel();
  };
  return { done, cancel };
}

/** The worker ends with the extraction. */
export function runExtraction(
  { worker, release }: ModuleWorker,
  file: File,
  onProgress: (progress: ExtractionProgress) => void,
): Extraction {
  const remote = Comlink.wrap<ExtractionApi>(worker);
  let giveUp: (error: EngineCallError) => void = () => {};
  const ended = new Promise<never>((_, reject) => (giveUp = reject));
  worker.addEventListener("error", (event) => {
    const reason = event.message || "its script could not be loaded, or the memory was not enough";
    giveUp(new EngineCallError({ code: "internal", message: `Reading stopped: ${reason}.` }));
  });
  const watch = watchSilence(SILENCE_MS, () => {
    const message = `“${file.name}” was given up: its next part took more than ${SILENCE_MS / 1000} seconds. The file is damaged, or made to keep readers busy.`;
    giveUp(new EngineCallError({ code: "too-large", message }));
  });
  const report = (progress: ExtractionProgress): void => {
    watch.heard();
    onProgress(progress);
  };
  const done = Promise.race([remote.extract(file, Comlink.proxy(report)), ended]).finally(() => {
    watch.end();
    remote[Comlink.releaseProxy]();
    worker.terminate();
    release();
  });
  return {
    done,
    cancel: () => giveUp(new EngineCallError({ code: "cancelled", message: "Stopped by you." })),
  };
}
