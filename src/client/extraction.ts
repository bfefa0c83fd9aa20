// Reads a file in a worker of its own, started for it and ended with it: that is also how to cancel.
import * as Comlink from "comlink";
import type {
  ExtractedFile,
  ExtractionApi,
  ExtractionProgress,
} from "../../workers/extraction-protocol.ts";
import { EngineCallError } from "./errors.ts";

export interface Extraction {
  /** Rejects with code `cancelled` after `cancel`. */
  readonly done: Promise<ExtractedFile>;
  cancel(): void;
}

export function startExtraction(
  file: File,
  onProgress: (progress: ExtractionProgress) => void,
): Extraction {
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
