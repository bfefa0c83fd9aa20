// Reads a file in a worker of its own, started for it and ended with it: that is also how to cancel.
import * as Comlink from "comlink";
import type {
  ExtractedFile,
  ExtractionApi,
  ExtractionProgress,
} from "../../workers/extraction-protocol.ts";
import { EngineCallError, toErrorData } from "./errors.ts";
import { isFailedImport, refreshModule } from "./failed-import.ts";

export interface Extraction {
  /** Rejects with code `cancelled` after `cancel`. */
  readonly done: Promise<ExtractedFile>;
  cancel(): void;
}

/** A part of the reader that did not load is fetched anew, once, and the file read by a new worker. */
export function startExtraction(
  file: File,
  onProgress: (progress: ExtractionProgress) => void,
): Extraction {
  let running = extractOnce(file, onProgress);
  let isCancelled = false;
  const done = running.done.catch(async (thrown: unknown) => {
    const { message } = toErrorData(thrown);
    if (isCancelled || !isFailedImport(message)) throw thrown;
    await refreshModule(message);
    if (isCancelled) throw thrown;
    running = extractOnce(file, onProgress);
    return running.done;
  });
  const cancel = () => {
    isCancelled = true;
    running.cancel();
  };
  return { done, cancel };
}

function extractOnce(file: File, onProgress: (progress: ExtractionProgress) => void): Extraction {
  const worker = new Worker(new URL("../../workers/extraction-worker.ts", import.meta.url), {
    type: "module",
    name: "inkspan-extraction",
  });
  const remote = Comlink.wrap<ExtractionApi>(worker);
  let giveUp: (error: EngineCallError) => void = () => {};
  const ended = new Promise<never>((_, reject) => (giveUp = reject));
  worker.addEventListener("error", (event) => {
    const reason = event.message || "its script could not be loaded, or the memory was not enough";
    giveUp(new EngineCallError({ code: "internal", message: `Reading stopped: ${reason}.` }));
  });
  const done = Promise.race([remote.extract(file, Comlink.proxy(onProgress)), ended]).finally(
    () => {
      remote[Comlink.releaseProxy]();
      worker.terminate();
    },
  );
  return {
    done,
    cancel: () => giveUp(new EngineCallError({ code: "cancelled", message: "Stopped by you." })),
  };
}
