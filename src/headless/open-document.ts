// A document's file in Node, read by the same extraction as in the browser.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { type ExtractedDocument, extractDocument } from "../documents/index.ts";
import { EngineError } from "../engine/errors.ts";

/** Throws `not-found` where there is no such file, else as `extractDocument`. */
export async function openDocument(file: string): Promise<ExtractedDocument> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new EngineError("not-found", `Cannot read the document ${file}.`, { cause });
  });
  return extractDocument(new File([bytes], path.basename(file)), {
    pdf: { readCharacterMap },
    onProgress: () => undefined,
  });
}

async function readCharacterMap(name: string): Promise<Uint8Array> {
  const library = createRequire(import.meta.url).resolve("pdfjs-dist/package.json");
  return new Uint8Array(await readFile(path.join(path.dirname(library), "cmaps", name)));
}
