// Where the package's own files lie. `new URL(…, import.meta.url)` is what bundlers look for: the
// worker and the model become files of the app that uses the library.
import type { EngineFiles } from "../client/index.ts";
import { shippedFiles } from "../client/index.ts";

export function packagedFiles(): EngineFiles {
  const defaultModel = new URL("../../public/models/nano.gguf", import.meta.url).href;
  return { ...shippedFiles(), defaultModel };
}
