// Text files as they are. Markdown keeps its marks; its headings become sections.
import type { Section } from "../engine/sections.ts";
import { decodeText } from "./decode-text.ts";
import { MAX_CHARACTERS, orderSections, sectionLabel, tooMuchText } from "./text-builder.ts";
import type { ExtractedDocument, ExtractionHost } from "./types.ts";

export async function readPlainText(file: File, host: ExtractionHost): Promise<ExtractedDocument> {
  const decoded = await decodeFile(file, host);
  const text = decoded.replace(/\r\n?/g, "\n");
  return { title: undefined, text, sections: [] };
}

export async function readMarkdown(file: File, host: ExtractionHost): Promise<ExtractedDocument> {
  const { text } = await readPlainText(file, host);
  return { title: undefined, text, sections: headings(text) };
}

async function decodeFile(file: File, host: ExtractionHost): Promise<string> {
  // UTF-16 takes the most bytes for a character of the ones that are common.
  if (file.size > 4 * MAX_CHARACTERS) throw tooMuchText();
  const bytes = new Uint8Array(await file.arrayBuffer());
  const text = await decodeText(file.name, bytes);
  if (text.length > MAX_CHARACTERS) throw tooMuchText();
  host.onProgress({ done: file.size, total: file.size, unit: "bytes" });
  return text;
}

/** `# Heading` outside code fences, down to the third level. */
function headings(text: string): Section[] {
  const sections: Section[] = [];
  let fence: string | undefined;
  for (const line of text.matchAll(/^.*$/gm)) {
    const mark = /^ {0,3}(```|~~~)/.exec(line[0])?.[1];
    if (mark && (fence === undefined || fence === mark)) fence = fence ? undefined : mark;
    if (fence) continue;
    const heading = /^ {0,3}#{1,3}[ \t]+(.*?)[ \t#]*$/.exec(line[0])?.[1];
    if (heading) sections.push({ start: line.index, label: sectionLabel(heading) });
  }
  return orderSections(sections);
}
