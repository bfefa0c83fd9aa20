// Files people have → plain text with pages or chapters.
import { detectFormat, empty, READERS } from "./formats.ts";
import type { ExtractedDocument, ExtractionHost } from "./types.ts";

export type * from "./types.ts";

/** Throws an EngineError that says in a sentence what is wrong with the file. */
export async function extractDocument(
  file: File,
  host: ExtractionHost,
): Promise<ExtractedDocument> {
  const read = await READERS[await detectFormat(file)]();
  const document = await read(file, host);
  if (document.text.trim() === "") throw empty(file.name);
  return document;
}
