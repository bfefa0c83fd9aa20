// Where the engine's files lie. The app and the widget ship them beside their own scripts; a bundler
// that packs the library, or a site with a worker file of its own, gives other addresses.
import workerAddress from "../../workers/engine-worker.ts?worker&url";
import extractionAddress from "../../workers/extraction-worker.ts?worker&url";

export interface EngineFiles {
  /** The engine worker's module. On another origin it is imported by a worker of this one (needs CORS). */
  readonly worker?: string;
  /** The embedded model's GGUF file; without it, the one beside the worker. */
  readonly defaultModel?: string;
  /** The module of the worker that reads files; the same. */
  readonly extraction?: string;
}

export function shippedFiles(): EngineFiles & { readonly worker: string } {
  return { worker: new URL(workerAddress, import.meta.url).href, extraction: shippedExtraction() };
}

export function shippedExtraction(): string {
  return new URL(extractionAddress, import.meta.url).href;
}
