// Which format a file has: by its first bytes, because names lie, and by its name where bytes say
// nothing. Formats that are not read are named, with what to do instead.
import { EngineError } from "../engine/errors.ts";
import type { ExtractedDocument, ExtractionHost } from "./types.ts";

type Reader = (file: File, host: ExtractionHost) => Promise<ExtractedDocument>;
type Format = "pdf" | "epub" | "docx" | "html" | "markdown" | "text";

/** Each is fetched when a file of its kind is opened. */
export const READERS: Record<Format, () => Promise<Reader>> = {
  pdf: async () => (await import("./pdf.ts")).readPdf,
  epub: async () => (await import("./epub.ts")).readEpub,
  docx: async () => (await import("./docx.ts")).readDocx,
  html: async () => (await import("./html.ts")).readHtml,
  markdown: async () => (await import("./plain-text.ts")).readMarkdown,
  text: async () => (await import("./plain-text.ts")).readPlainText,
};

const HEAD_BYTES = 1024;

export async function detectFormat(file: File): Promise<Format> {
  const bytes = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
  if (bytes.length === 0) throw empty(file.name);
  const head = new TextDecoder("latin1").decode(bytes);
  const extension = /\.([^.]+)$/.exec(file.name)?.[1]?.toLowerCase() ?? "";
  if (head.includes("%PDF-")) return "pdf";
  if (head.startsWith("PK\x03\x04") || head.startsWith("PK\x05\x06")) return insideZip(file);
  if (head.startsWith("\xd0\xcf\x11\xe0")) throw oldOffice(file.name, extension);
  if (head.startsWith("{\\rtf")) {
    throw unsupported(file.name, "a rich text file (RTF)", "Save it as .docx or plain text.");
  }
  if (["pdf", "epub", "docx"].includes(extension)) {
    throw new EngineError(
      "format-invalid",
      `"${file.name}" is damaged: it does not begin like a ${extension.toUpperCase()} file.`,
    );
  }
  if (
    /^(x?html?|xht)$/.test(extension) ||
    /^\s*(<\?xml[^>]*>\s*)?<(!doctype html|html)\b/i.test(head)
  ) {
    return "html";
  }
  if (/^(md|markdown|mdown)$/.test(extension) || file.type === "text/markdown") return "markdown";
  const textual = /^(txt|text|log|csv|tsv|rst|org|adoc|tex|srt|json|xml)$/.test(extension);
  if (textual || file.type.startsWith("text/") || (extension === "" && file.type === "")) {
    return "text";
  }
  throw unsupported(file.name, `of the type ${file.type || extension || "unknown"}`, "");
}

/** A zip archive says what it is by what it holds. */
async function insideZip(file: File): Promise<Format> {
  const { openArchive } = await import("./archive.ts");
  const { names } = await openArchive(file);
  if (names.includes("META-INF/container.xml")) return "epub";
  if (names.includes("word/document.xml")) return "docx";
  if (names.includes("xl/workbook.xml")) {
    throw unsupported(file.name, "a spreadsheet", "Save the sheet as CSV.");
  }
  if (names.includes("ppt/presentation.xml")) {
    throw unsupported(file.name, "a presentation", "Save it as PDF.");
  }
  if (names.includes("content.xml")) {
    throw unsupported(file.name, "an OpenDocument file", "Save it as .docx or PDF.");
  }
  throw unsupported(file.name, "an archive of other files", "Unpack it and add its documents.");
}

/** The container of old Office files, and of new ones that are encrypted. */
function oldOffice(name: string, extension: string): EngineError {
  if (/^(docx|xlsx|pptx)$/.test(extension)) {
    return new EngineError(
      "encrypted",
      `"${name}" is protected with a password. Save a copy without one, then add that.`,
    );
  }
  return unsupported(name, "a file of an old Office version", "Save it as .docx or PDF.");
}

function unsupported(name: string, what: string, instead: string): EngineError {
  return new EngineError("format-unsupported", `"${name}" is ${what}. ${instead}`.trim());
}

export function empty(name: string): EngineError {
  return new EngineError("no-text", `"${name}" is empty.`);
}
