// Which format a file has: by its bytes, because names lie; what is text is read as text whatever its
// name. Formats that are not read are named, with what to do instead.
import { EngineError } from "../engine/errors.ts";
import { decodeText } from "./decode-text.ts";
import { markOf } from "./file-marks.ts";
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

const HEAD_BYTES = 16 * 1024;
/** Before the mark may stand blanks, a byte-order mark, a printer's job; behind it a sentence about it may not. */
const PDF_START = /^(?:\xef\xbb\xbf|[\s\0])*(?:\x1b%-12345X[^%]{0,900})?%PDF-(?!\d\.\d,? [a-z])/;
/** What such a file has near its beginning; a text about its mark has none of it. */
const PDF_OBJECT = /\d{1,10}\s{1,9}\d{1,5}\s{1,9}obj\b|\bxref\b/;
/** Control words follow the mark, or the document ends; a text about it goes on in words. */
const RTF_START = /^\{\\rtf\d?(?:[\\{]|[^\\]{0,900}[\\}])/;
/** Behind a page's first tags stand others; behind their names in a text about them, words. */
const HTML_START =
  /^\s*(?:<\?xml[^>]{0,400}>\s*)?(?:<!--[\s\S]{0,4000}?-->\s*)*<(?:(?:!doctype\s+html|html|head)\b[^>]{0,2000}>\s*<|body\b[^>]{0,2000}>)/i;
/** Tables that web applications give out under the names of office programs. */
const TABLE_START = /^\s*(?:<\/?(?:meta|style)\b[^>]{0,400}>[^<]{0,4000})*<table\b/i;

export async function detectFormat(file: File): Promise<Format> {
  const bytes = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
  if (bytes.length === 0) throw empty(file.name);
  const head = byteString(bytes.subarray(0, 1024));
  const extension = /\.([^./\\]+)$/.exec(file.name)?.[1]?.toLowerCase() ?? "";
  if (PDF_START.test(head) && (extension === "pdf" || PDF_OBJECT.test(byteString(bytes)))) {
    return "pdf";
  }
  if (head.startsWith("PK\x03\x04") || head.startsWith("PK\x05\x06")) return insideZip(file);
  if (head.startsWith("\xd0\xcf\x11\xe0")) throw oldOffice(file.name, extension);
  if (RTF_START.test(head)) {
    throw unsupported(file.name, "a rich text file (RTF)", "Save it as .docx or plain text.");
  }
  const known = markOf(head);
  if (known) throw unsupported(file.name, known.what, known.instead);
  // Behind bytes of another program, as some mailers and servers leave them.
  if (extension === "pdf" && /[\n\0]%PDF-\d/.test(head)) return "pdf";
  const text = headAsText(file.name, bytes, extension);
  if (HTML_START.test(text)) return "html";
  if (/^(?:x?html?|xht)$/.test(extension) || file.type === "text/html") {
    return /<[a-z!/]/i.test(text) || file.size > HEAD_BYTES ? "html" : "text";
  }
  if (/^(?:xls|doc)$/.test(extension) && TABLE_START.test(text)) return "html";
  if (/^(?:md|mdown|mkdn?|markdown|mdx|[rq]md)$/.test(extension)) return "markdown";
  return file.type === "text/markdown" ? "markdown" : "text";
}

/** Throws what fits best where the bytes are no text. */
function headAsText(name: string, bytes: Uint8Array, extension: string): string {
  try {
    return decodeText(name, bytes);
  } catch (thrown) {
    if (!/^(?:pdf|epub|docx)$/.test(extension)) throw thrown;
    throw new EngineError(
      "format-invalid",
      `"${name}" is damaged: it does not begin like a ${extension.toUpperCase()} file.`,
      { cause: thrown },
    );
  }
}

function byteString(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

/** A zip archive says what it is by what it holds. */
async function insideZip(file: File): Promise<Format> {
  const [{ openArchive }, { wordMainPart }] = await Promise.all([
    import("./archive.ts"),
    import("./office-package.ts"),
  ]);
  const archive = await openArchive(file);
  const names = archive.names.map((name) => name.toLowerCase());
  const has = (pattern: RegExp) => names.some((name) => pattern.test(name));
  if (has(/^meta-inf\/container\.xml$/) || has(/\.opf$/)) return "epub";
  if (has(/^xl\/workbook\.(xml|bin)$/)) {
    throw unsupported(file.name, "a spreadsheet", "Save the sheet as CSV.");
  }
  if (has(/^ppt\/presentation\.xml$/)) {
    throw unsupported(file.name, "a presentation", "Save it as PDF.");
  }
  if ((await wordMainPart(archive)) !== undefined) return "docx";
  if (has(/^word\//)) {
    const message = `"${file.name}" is not a sound Word document: its text is missing.`;
    throw new EngineError("format-invalid", message);
  }
  if (has(/^content\.xml$/)) {
    throw unsupported(file.name, "an OpenDocument file", "Save it as .docx or PDF.");
  }
  throw unsupported(file.name, "an archive of other files", PACKED);
}

const PACKED = "Unpack it and add its documents.";

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
  const message = instead ? `"${name}" is ${what}. ${instead}` : `"${name}" is ${what}.`;
  return new EngineError("format-unsupported", message);
}

export function empty(name: string): EngineError {
  return new EngineError("no-text", `"${name}" is empty.`);
}
