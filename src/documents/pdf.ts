// PDF by pdf.js: text page by page with the page labels people see. Pictures, fonts and scripts are
// never drawn or run.
import {
  getDocument,
  type PDFDocumentProxy,
  VerbosityLevel,
} from "pdfjs-dist/legacy/build/pdf.mjs";
import type { DocumentInitParameters } from "pdfjs-dist/types/src/display/api";
import { EngineError } from "../engine/errors.ts";
import { skippedParts } from "./notices.ts";
import { readPage } from "./pdf-page.ts";
import { joinPages, usualSpacing } from "./pdf-paragraphs.ts";
import { dropRunningLines, type PageLines } from "./pdf-running-lines.ts";
import { MAX_CHARACTERS, sectionLabel } from "./text-builder.ts";
import type { ExtractedDocument, ExtractionHost, PdfHost } from "./types.ts";

const MAX_BYTES = 1024 * 1024 * 1024;
const MAX_PAGES = 100_000;
/** Pages at the beginning that may all be damaged before the file is given up. */
const MAX_DAMAGED = 50;
const NO_PAGE: PageLines = { lines: [], bottom: 0, top: 0 };

export async function readPdf(file: File, host: ExtractionHost): Promise<ExtractedDocument> {
  if (file.size > MAX_BYTES) {
    throw new EngineError(
      "too-large",
      `"${file.name}" is larger than 1 GB. Split it, and add the parts.`,
    );
  }
  await parseInPlace();
  return naming(file, async () => {
    const data = new Uint8Array(await file.arrayBuffer());
    const task = getDocument(settings(data, host.pdf));
    const document = await task.promise;
    try {
      return await readPages(file.name, document, host);
    } finally {
      await task.destroy();
    }
  });
}

/** The parser runs where the file is read: a worker of its own would be one more address and policy. */
async function parseInPlace(): Promise<void> {
  // @ts-expect-error -- this half of the package has no types
  const parser: unknown = await import("pdfjs-dist/legacy/build/pdf.worker.min.mjs");
  Object.assign(globalThis, { pdfjsWorker: parser });
}

function settings(data: Uint8Array, host: PdfHost): DocumentInitParameters {
  /** Gives the parser the only data of its own that reading text can need. */
  class CharacterMaps {
    async fetch({ kind, filename }: { kind: string; filename: string }): Promise<Uint8Array> {
      if (kind !== "cMapUrl") throw new Error(`${filename} is not needed to read text`);
      return host.readCharacterMap(filename);
    }
  }
  return {
    data,
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
  if (total > MAX_PAGES) {
    throw new EngineError("too-large", `"${name}" says that it has ${total} pages.`);
  }
  const labels = await document.getPageLabels().catch(() => null);
  const pages: PageLines[] = [];
  const damaged: number[] = [];
  const budget = { characters: MAX_CHARACTERS };
  for (let number = 1; number <= total; number++) {
    const alive = () => host.onProgress({ done: number - 1, total, unit: "pages" });
    alive();
    try {
      pages.push(await readPage(document, number, budget, alive));
    } catch (thrown) {
      if (thrown instanceof EngineError) throw thrown;
      // A damaged page costs itself. Where none can be had, the file has fewer than it says.
      damaged.push(number);
      pages.push(NO_PAGE);
      if (damaged.length > MAX_DAMAGED && damaged.length === number) throw thrown;
    }
  }
  host.onProgress({ done: total, total, unit: "pages" });
  if (pages.every(({ lines }) => lines.length === 0)) throw withoutText(name, total, damaged);
  const body = dropRunningLines(pages, usualSpacing(pages.map(({ lines }) => lines)));
  const label = (index: number) => sectionLabel(`Page ${labels?.[index]?.trim() || index + 1}`);
  const notices = skippedParts(
    "Damaged pages",
    damaged.map((number) => label(number - 1)),
  );
  return { title: await titleOf(document), ...joinPages(body, label), notices };
}

function withoutText(name: string, total: number, damaged: readonly number[]): EngineError {
  if (damaged.length > 0) {
    return new EngineError(
      "format-invalid",
      `"${name}" is damaged: ${damaged.length} of its ${total} pages cannot be read, and the others have no text.`,
    );
  }
  return new EngineError(
    "no-text",
    `"${name}" has ${total === 1 ? "1 page" : `${total} pages`} and no text: it is probably a scan. Run text recognition (OCR) over it, then add the result.`,
  );
}

async function titleOf(document: PDFDocumentProxy): Promise<string | undefined> {
  const { info } = await document.getMetadata().catch(() => ({ info: {} }));
  const title = (info as { Title?: unknown }).Title;
  // Printing programs put the name of the printed file there.
  const useful = typeof title === "string" && !/\.\w{2,5}$|^untitled|^microsoft word/i.test(title);
  return useful ? title.trim() || undefined : undefined;
}

async function naming<T>(file: File, task: () => Promise<T>): Promise<T> {
  const { name } = file;
  try {
    return await task();
  } catch (thrown) {
    if (thrown instanceof EngineError) throw thrown;
    const { name: kind = "", message = "" } = thrown as Partial<Error>;
    if (kind === "PasswordException") {
      const text = `"${name}" is protected with a password. Save a copy without one in a PDF program, then add that.`;
      throw new EngineError("encrypted", text, { cause: thrown });
    }
    const text = (await hasEnd(file))
      ? `"${name}" is damaged or not a PDF (${message || String(thrown)}).`
      : `"${name}" is truncated or damaged: the end of a PDF is missing. Fetch or copy it again.`;
    throw new EngineError("format-invalid", text, { cause: thrown });
  }
}

async function hasEnd(file: File): Promise<boolean> {
  return (await file.slice(-1024).text()).includes("%%EOF");
}
