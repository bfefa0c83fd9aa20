// Entry `inkspan` of the package: the library with its worker and model beside it.
import type { Inkspan, InkspanOptions } from "./index.ts";
import { createInkspan as createWith } from "./inkspan.ts";
import { packagedFiles } from "./packaged-files.ts";

export * from "./index.ts";

/** Nothing is loaded before the first verb. */
export function createInkspan(options: InkspanOptions = {}): Inkspan {
  return createWith({ ...options, files: { ...packagedFiles(), ...options.files } });
}
