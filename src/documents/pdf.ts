// PDF by pdf.js: text page by page with the page labels people see. Pictures, fonts and scripts are
// never drawn or run.
import {
  getDocument,
  type PDFDocumentProxy,
  PDFWorker,
  VerbosityLevel,
} from "pdfjs-dist/legacy/build/pdf.mjs";
import type { DocumentInitParameters } from "pdfjs-dist/types/src/display/api";
import { EngineError } from "../engine/errors.ts";
import type { Section } from "../engine/sections.ts";
import {
  continuesOnNextPage,
  dropRunningLines,
  joinLines,
  joinPieces,
  joinText,
  type Line,
  type Paragraph,
  type TextPiece,
  usualSpacing,
} from "./pdf-lines.ts";
import { MAX_CHARACTERS, sectionLabel, tooMuchText } from "./text-builder.ts";
import type { ExtractedDocument, ExtractionHost, PdfHost } from "./types.ts";

const MAX_BYTES = 1024 * 1024 * 1024;

export async function readPdf(file: File, host: ExtractionHost): Promise<ExtractedDocument> {
  if (file.size > MAX_BYTES) {
    throw new EngineError(
      "too-large",
      `"${file.name}" is larger than 1 GB. Split it, and add the parts.`,
    );
  }
  const port = host.pdf.openWorker();
  const worker = port && PDFWorker.create({ port: port as never });
  try {
    return await naming(file.name, async () => {
      const data = new Uint8Array(await file.arrayBuffer());
      const task = getDocument(settings(data, host.pdf, worker));
      const document = await task.promise;
      try {
        return await readPages(file.name, document, host);
      } finally {
        await task.destroy();
      }
    });
  } finally {
    worker?.destroy();
    port?.terminate();
  }
}

function settings(
  data: Uint8Array,
  host: PdfHost,
  worker: PDFWorker | undefined,
): DocumentInitParameters {
  /** Gives the parser the only data of its own that reading text can need. */
  class CharacterMaps {
    async fetch({ kind, filename }: { kind: string; filename: string }): Promise<Uint8Array> {
      if (kind !== "cMapUrl") throw new Error(`${filename} is not needed to read text`);
      return host.readCharacterMap(filename);
    }
  }
  return {
    data,
    ...(worker ? { worker } : {}),
    // Nothing is compiled at run time: the page's security policy forbids it.
    isEvalSupported: false,
    useWasm: false,
    useWorkerFetch: false,
    BinaryDataFactory: CharacterMaps,
    cMapUrl: "character-maps/",
    cMapPacked: true,
    disableFontFace: true,
    useSystemFonts: true,
    enableXfa: false,
    stopAtErrors: false,
    verbosity: VerbosityLevel.ERRORS,
  };
}

async function readPages(
  name: string,
  document: PDFDocumentProxy,
  host: ExtractionHost,
): Promise<ExtractedDocument> {
  const total = document.numPages;
  const labels = await document.getPageLabels().catch(() => null);
  const pages: Line[][] = [];
  let characters = 0;
  for (let number = 1; number <= total; number++) {
    host.onProgress({ done: number - 1, total, unit: "pages" });
    const page = await document.getPage(number);
    const { items } = await page.getTextContent();
    const pieces = items.filter((item): item is TextPiece & typeof item => "str" in item);
    const lines = joinPieces(pieces);
    characters += lines.reduce((sum, line) => sum + line.text.length, 0);
    if (characters > MAX_CHARACTERS) throw tooMuchText();
    pages.push(lines);
    page.cleanup();
  }
  host.onProgress({ done: total, total, unit: "pages" });
  const body = dropRunningLines(pages);
  if (body.every((lines) => lines.length === 0)) {
    throw new EngineError(
      "no-text",
      `"${name}" has ${total} ${total === 1 ? "page" : "pages"} and no text: it is probably a scan. Run text recognition (OCR) over it, then add the result.`,
    );
  }
  const label = (index: number) => sectionLabel(`Page ${labels?.[index]?.trim() || index + 1}`);
  return { title: await titleOf(document), ...joinPages(body, label) };
}

function joinPages(
  pages: readonly (readonly Line[])[],
  label: (index: number) => string,
): { text: string; sections: Section[] } {
  const paragraphs: Paragraph[] = [];
  const sections: Section[] = [];
  const spacing = usualSpacing(pages);
  let text = "";
  pages.forEach((lines, index) => {
    joinLines(lines, spacing).forEach((paragraph, position) => {
      const last = paragraphs.at(-1);
      const goesOn = position === 0 && last && continuesOnNextPage(last, paragraph);
      if (goesOn) text = joinText(text, paragraph.text);
      else text += (text === "" ? "" : "\n\n") + paragraph.text;
      if (position === 0) {
        sections.push({ start: text.length - paragraph.text.length, label: label(index) });
      }
      paragraphs.push(paragraph);
    });
  });
  return { text, sections };
}

async function titleOf(document: PDFDocumentProxy): Promise<string | undefined> {
  const { info } = await document.getMetadata().catch(() => ({ info: {} }));
  const title = (info as { Title?: unknown }).Title;
  // Printing programs put the name of the printed file there.
  const useful = typeof title === "string" && !/\.\w{2,5}$|^untitled|^microsoft word/i.test(title);
  return useful ? title.trim() || undefined : undefined;
}

async function naming<T>(name: string, task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (thrown) {
    if (thrown instanceof EngineError) throw thrown;
    const { name: kind = "", message = "" } = thrown as Partial<Error>;
    if (kind === "PasswordException") {
      const text = `"${name}" is protected with a password. Save a copy without one in a PDF program, then add that.`;
      throw new EngineError("encrypted", text, { cause: thrown });
    }
    const text = `"${name}" is damaged or not a PDF (${message || String(thrown)}).`;
    throw new EngineError("format-invalid", text, { cause: thrown });
  }
}
