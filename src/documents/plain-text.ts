// Text files as they are. Markdown keeps its marks; its headings become sections.
import { cleanText } from "./clean-text.ts";
import { decodeText } from "./decode-text.ts";
import { markdownOutline } from "./markdown-headings.ts";
import { MAX_CHARACTERS, tooMuchText } from "./text-builder.ts";
import type { ExtractedDocument, ExtractionHost } from "./types.ts";

export async function readPlainText(file: File, host: ExtractionHost): Promise<ExtractedDocument> {
  // UTF-16 and UTF-32 take the most bytes for a character.
  if (file.size > 4 * MAX_CHARACTERS) throw tooMuchText();
  const bytes = new Uint8Array(await file.arrayBuffer());
  const text = cleanText(decodeText(file.name, bytes));
  if (text.length > MAX_CHARACTERS) throw tooMuchText();
  host.onProgress({ done: file.size, total: file.size, unit: "bytes" });
  return { title: undefined, text, sections: [], notices: [] };
}

export async function readMarkdown(file: File, host: ExtractionHost): Promise<ExtractedDocument> {
  const document = await readPlainText(file, host);
  return { ...document, ...markdownOutline(document.text) };
}
