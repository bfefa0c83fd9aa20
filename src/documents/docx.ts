// Word documents (.docx): paragraphs, lists and tables of the main text as they stand, deleted text
// left out, notes at the end. Sections are its headings; a document without any has its pages.
import { Parser } from "htmlparser2";
import { EngineError } from "../engine/errors.ts";
import type { Section } from "../engine/sections.ts";
import { type Archive, openArchive } from "./archive.ts";
import { orderSections, sectionLabel, TextBuilder } from "./text-builder.ts";
import type { ExtractedDocument, ExtractionHost } from "./types.ts";
import { findAll, findFirst, localName, parseXml } from "./xml.ts";

const MAIN = "word/document.xml";
const NOTES = ["word/footnotes.xml", "word/endnotes.xml"];
const HEADING_LEVELS = 3;
/** Deleted text, field codes, and the second copy of text boxes for older programs. */
const SILENT = new Set(["del", "moveFrom", "instrText", "delText", "Fallback", "delInstrText"]);

export async function readDocx(file: File, host: ExtractionHost): Promise<ExtractedDocument> {
  const archive = await openArchive(file);
  const main = await archive.read(MAIN, (done, total) =>
    host.onProgress({ done, total, unit: "bytes" }),
  );
  if (!main) {
    throw new EngineError(
      "format-invalid",
      `"${file.name}" is not a sound Word document: its text is missing.`,
    );
  }
  const headingStyles = await readHeadingStyles(archive);
  const builder = new TextBuilder();
  const { headings, pages } = renderWord(decode(main), headingStyles, builder);
  for (const part of NOTES) {
    const notes = await archive.read(part);
    builder.endBlock();
    if (notes) renderWord(decode(notes), new Set(), builder);
  }
  const core = await archive.read("docProps/core.xml");
  const title = core && findFirst(parseXml(decode(core)), "title")?.text.trim();
  const sections = orderSections(headings.length > 0 ? headings : pages);
  return { title: title || undefined, text: builder.text(), sections };
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder(bytes[0] === 0xff ? "utf-16le" : "utf-8").decode(bytes);
}

/** Style ids that are headings, by their outline level or their name, which is never translated. */
async function readHeadingStyles(archive: Archive): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  const styles = await archive.read("word/styles.xml");
  if (!styles) return ids;
  for (const style of findAll(parseXml(decode(styles)), "style")) {
    const id = style.attributes["w:styleId"];
    const name = findFirst(style, "name")?.attributes["w:val"] ?? "";
    const level = Number(findFirst(style, "outlineLvl")?.attributes["w:val"] ?? Number.NaN);
    const named = /^(title$|heading ([1-9]))/i.exec(name);
    const isHeading = level < HEADING_LEVELS || (named && Number(named[2] ?? 0) <= HEADING_LEVELS);
    if (id !== undefined && isHeading) ids.add(id);
  }
  return ids;
}

interface Paragraph {
  heading: boolean;
  text: string;
  start: number | undefined;
}

function renderWord(
  xml: string,
  headingStyles: ReadonlySet<string>,
  builder: TextBuilder,
): { headings: Section[]; pages: Section[] } {
  const headings: Section[] = [];
  const pages: Section[] = [];
  /** Text boxes put paragraphs into paragraphs. */
  const paragraphs: Paragraph[] = [];
  let page = 1;
  let tables = 0;
  let cells = 0;
  let silent = 0;
  let inText = false;

  const markPage = () => {
    const label = `Page ${page}`;
    builder.mark((start) => pages.push({ start, label }));
  };
  const write = (text: string) => {
    const paragraph = paragraphs.at(-1);
    if (paragraph) paragraph.text += text;
    builder.write(text);
  };
  markPage();

  const parser = new Parser(
    {
      onopentag(tag, attributes) {
        const name = localName(tag);
        if (SILENT.has(name) || silent > 0) {
          silent++;
          return;
        }
        switch (name) {
          case "p": {
            const paragraph: Paragraph = { heading: false, text: "", start: undefined };
            builder.mark((at) => (paragraph.start = at));
            paragraphs.push(paragraph);
            break;
          }
          case "pStyle":
            if (headingStyles.has(attributes["w:val"] ?? "")) setHeading(paragraphs);
            break;
          case "outlineLvl":
            if (Number(attributes["w:val"] ?? 9) < HEADING_LEVELS) setHeading(paragraphs);
            break;
          case "t":
            inText = true;
            break;
          case "tab":
          case "ptab":
            if (paragraphs.length > 0) write(" ");
            break;
          case "noBreakHyphen":
            write("-");
            break;
          case "br":
          case "cr":
            if (attributes["w:type"] === "page") {
              page++;
              markPage();
            } else builder.endLine();
            break;
          case "lastRenderedPageBreak":
            page++;
            markPage();
            break;
          case "tbl":
            builder.endBlock();
            tables++;
            break;
          case "tr":
            cells = 0;
            break;
          case "tc":
            if (cells++ > 0) builder.write(" | ");
            break;
        }
      },
      ontext(text) {
        if (inText && silent === 0) write(text);
      },
      onclosetag(tag) {
        if (silent > 0) {
          silent--;
          return;
        }
        switch (localName(tag)) {
          case "t":
            inText = false;
            break;
          case "p": {
            const paragraph = paragraphs.pop();
            const label = sectionLabel(paragraph?.text ?? "");
            if (paragraph?.heading && paragraph.start !== undefined && label) {
              headings.push({ start: paragraph.start, label });
            }
            // A cell's paragraphs stay in their row.
            if (tables === 0) builder.endBlock();
            else builder.write(" ");
            break;
          }
          case "tr":
            builder.endLine();
            break;
          case "tbl":
            tables--;
            builder.endBlock();
            break;
        }
      },
    },
    { xmlMode: true },
  );
  parser.end(xml);
  return { headings, pages: pages.length > 1 ? pages : [] };
}

function setHeading(paragraphs: readonly Paragraph[]): void {
  const paragraph = paragraphs.at(-1);
  if (paragraph) paragraph.heading = true;
}
