// Where the engine's files lie. The app and the widget ship them beside their own scripts; a bundler
// that packs the library, or a site with a worker file of its own, gives other addresses.
import workerAddress from "../../workers/engine-worker.ts?worker&url";

export interface EngineFiles {
  /** The worker's module. On another origin it is imported by a worker of this one (needs CORS). */
  readonly worker: string;
  /** The embedded model's GGUF file; without it, the one beside the worker. */
  readonly defaultModel?: string;
}

export function shippedFiles(): EngineFiles {
  return { worker: new URL(workerAddress, import.meta.url).href };
}
