// Extraction in Node for tests: the PDF parser's character maps are read from disk.
import { readFile } from "node:fs/promises";
import { extractDocument, type ExtractedDocument, type ExtractionProgress } from "../index.ts";

export async function extract(
  name: string,
  content: string | Uint8Array<ArrayBuffer>,
  options: { type?: string; onProgress?: (progress: ExtractionProgress) => void } = {},
): Promise<ExtractedDocument> {
  const file = new File([content], name, { type: options.type ?? "" });
  return extractDocument(file, {
    pdf: {
      readCharacterMap: async (map) =>
        new Uint8Array(
          await readFile(new URL(`../../../node_modules/pdfjs-dist/cmaps/${map}`, import.meta.url)),
        ),
    },
    onProgress: options.onProgress ?? (() => {}),
  });
}

/** Each section with the first words of its text. */
export function places({ text, sections }: ExtractedDocument, characters = 12): string[] {
  return sections.map(({ start, label }) => `${label}: ${text.slice(start, start + characters)}`);
}
