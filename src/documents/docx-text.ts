// WordprocessingML to running text, as a stream of tags (ECMA-376, part 1, 17).
import type { Section } from "../engine/sections.ts";
import { createParser } from "./bounded-parser.ts";
import { superscript } from "./counting.ts";
import type { WordNumbering } from "./docx-numbering.ts";
import {
  levelOf,
  type NumberedAt,
  PLAIN_STYLE,
  unknownStyle,
  type WordStyle,
} from "./docx-styles.ts";
import { isOff } from "./office-package.ts";
import { sectionLabel, type TextBuilder } from "./text-builder.ts";
import { symbolIn, withSymbols } from "./symbol-fonts.ts";
import { attributeOf, localName } from "./xml.ts";

/**
 * Deleted text, field codes, former formatting, readings above characters, and the second copy of text
 * boxes for older programs.
 */
const SILENT = new Set(
  "del moveFrom instrText delText Fallback delInstrText pPrChange rPrChange tblPrChange trPrChange tcPrChange sectPrChange numberingChange rt".split(
    " ",
  ),
);
const HEADING_LEVELS = 3;
/** Boxes in boxes below it are read where they stand. */
const MAX_BOX_DEPTH = 4;
/** Fields in fields; more were never closed. */
const MAX_FIELDS = 20;

export interface WordLook {
  readonly styles: ReadonlyMap<string, WordStyle>;
  readonly numbering: WordNumbering;
}

type NoteKind = "footnotes" | "endnotes";

/** The marks of notes by their ids, in the order of the text. */
export type WordNotes = Record<NoteKind, Map<string, string>>;

interface Paragraph {
  style: WordStyle;
  styleId: string;
  isHeading: boolean | undefined;
  numId: string | undefined;
  level: number | undefined;
  isNumbered: boolean;
  hasHidden: boolean;
  text: string;
  start: number | undefined;
  /** Its end was deleted: the next one goes on in it. */
  goesOn: boolean;
}

/** `notesOf`: the part holds notes of this kind, and is not the main text. */
export function renderWord(
  xml: string,
  { styles, numbering }: WordLook,
  notes: WordNotes,
  builder: TextBuilder,
  notesOf?: NoteKind,
): { headings: Section[]; pages: Section[] } {
  const headings: Section[] = [];
  const pages: Section[] = [];
  /** Text boxes put paragraphs into paragraphs. */
  const paragraphs: Paragraph[] = [];
  const open: string[] = [];
  let page = 1;
  /** The innermost open row last: its cells so far, and where its text begins. */
  const rows: { cells: number; start: number }[] = [];
  let tables = 0;
  let silent = 0;
  let inText = false;
  let isHidden = false;
  let isRaised = false;
  let font = "";
  /** Of an old form, while it is open. */
  let box: { isChecked: boolean } | undefined;
  let choice: { entries: string[]; chosen: number } | undefined;
  /** The open fields, the innermost last: whether what stands there is their code. */
  let fields: { isCode: boolean }[] = [];
  let deletedRow = false;

  const markPage = () => {
    const label = `Page ${page}`;
    builder.mark((start) => pages.push({ start, label }));
  };
  const count = (paragraph: Paragraph): string => {
    if (paragraph.isNumbered) return "";
    paragraph.isNumbered = true;
    const own: NumberedAt = { numId: paragraph.numId, level: paragraph.level };
    return numbering.next(own, paragraph.style.numbered, paragraph.styleId);
  };
  const number = (paragraph: Paragraph) => {
    const mark = count(paragraph);
    if (mark === "") return;
    builder.lead(mark);
    if (mark !== "- ") paragraph.text = mark;
  };
  const write = (text: string) => {
    const paragraph = paragraphs.at(-1);
    if (isHidden || deletedRow) {
      if (paragraph) paragraph.hasHidden = true;
      return;
    }
    if (paragraph) {
      if (text.trim() !== "") number(paragraph);
      if (paragraph.text.length < 1000) paragraph.text += text;
    }
    builder.write(text);
  };
  markPage();

  const openProperty = (name: string, attributes: Record<string, string>) => {
    const paragraph = paragraphs.at(-1);
    const value = attributeOf(attributes, "val") ?? "";
    switch (name) {
      case "pStyle":
        if (!paragraph) break;
        paragraph.styleId = value;
        paragraph.style = styles.get(value) ?? unknownStyle(value);
        break;
      case "outlineLvl":
        if (paragraph) paragraph.isHeading = Number(value || 9) < HEADING_LEVELS;
        break;
      case "numId":
        if (paragraph) paragraph.numId = value;
        break;
      case "ilvl":
        if (paragraph) paragraph.level = levelOf(value);
        break;
      case "rStyle":
        if (open.includes("r")) isHidden ||= styles.get(value)?.isHidden ?? false;
        break;
      case "vanish":
        // In the properties of a paragraph it hides the paragraph's end alone.
        if (open.includes("r")) isHidden = !isOff(attributes);
        break;
      case "rFonts":
        font = attributeOf(attributes, "ascii") ?? "";
        break;
      case "vertAlign":
        if (open.includes("r")) isRaised = value === "superscript";
        break;
    }
  };

  const openTag = (name: string, attributes: Record<string, string>) => {
    switch (name) {
      case "p": {
        const paragraph: Paragraph = {
          style: styles.get("Normal") ?? PLAIN_STYLE,
          styleId: "",
          isHeading: undefined,
          numId: undefined,
          level: undefined,
          isNumbered: false,
          hasHidden: false,
          text: "",
          start: undefined,
          goesOn: false,
        };
        builder.mark((at) => (paragraph.start = at));
        paragraphs.push(paragraph);
        break;
      }
      case "r":
        isHidden = paragraphs.at(-1)?.style.isHidden ?? false;
        isRaised = false;
        font = "";
        break;
      case "t":
        inText = true;
        break;
      case "tab":
      case "ptab":
        // Inside the properties it is a stop, not a tab.
        if (open.includes("r")) write(" ");
        break;
      case "noBreakHyphen":
        write("-");
        break;
      case "den": // a fraction's second part
        write("/");
        break;
      case "sym":
        write(
          symbolIn(
            attributeOf(attributes, "font") ?? "",
            Number.parseInt(attributeOf(attributes, "char") ?? "", 16),
          ),
        );
        break;
      case "checkBox":
        box = { isChecked: false };
        break;
      case "default":
        if (box) box.isChecked ||= !isOff(attributes);
        if (choice) choice.chosen ||= Number(attributeOf(attributes, "val"));
        break;
      case "ddList":
        choice = { entries: [], chosen: 0 };
        break;
      case "result":
        if (choice) choice.chosen = Number(attributeOf(attributes, "val"));
        break;
      case "listEntry":
        choice?.entries.push(attributeOf(attributes, "val") ?? "");
        break;
      case "fldChar": {
        const type = attributeOf(attributes, "fldCharType");
        if (type === "begin") {
          if (fields.length < MAX_FIELDS) fields.push({ isCode: true });
        } else if (type === "end") fields.pop();
        else if (fields.length > 0) fields.at(-1)!.isCode = false;
        break;
      }
      case "checked":
        if (box) box.isChecked = !isOff(attributes);
        break;
      case "footnoteReference":
        write(noteMark(notes, "footnotes", attributes));
        break;
      case "endnoteReference":
        write(noteMark(notes, "endnotes", attributes));
        break;
      case "footnote":
      case "endnote":
        if (notesOf && attributeOf(attributes, "type") === undefined) {
          builder.endBlock();
          const mark = notes[notesOf].get(attributeOf(attributes, "id") ?? "");
          builder.dropLead();
          if (mark !== undefined) builder.lead(`${mark} `);
        }
        break;
      case "br":
      case "cr":
        if (attributeOf(attributes, "type") === "page") {
          page++;
          markPage();
        } else {
          builder.endLine();
          const paragraph = paragraphs.at(-1);
          if (paragraph) paragraph.text += " ";
        }
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
        rows.push({ cells: 0, start: builder.length });
        break;
      case "tc": {
        const row = rows.at(-1);
        if (row && row.cells++ > 0) {
          // Behind empty cells the line has not begun.
          if (builder.length > row.start) builder.continueLine();
          builder.write(" | ");
        }
        break;
      }
      default:
        openProperty(name, attributes);
    }
  };

  const closeParagraph = () => {
    const paragraph = paragraphs.pop();
    if (!paragraph) return;
    // Code ends with its paragraph where a change took the end of its field.
    fields = fields.filter(({ isCode }) => !isCode);
    // An empty paragraph shows its number all the same; a hidden or a deleted one has none.
    if (!paragraph.hasHidden && !paragraph.goesOn) count(paragraph);
    const label = sectionLabel(paragraph.text);
    const isHeading = paragraph.isHeading ?? paragraph.style.isHeading;
    if (isHeading && paragraph.start !== undefined && label) {
      headings.push({ start: paragraph.start, label });
    }
    if (paragraph.goesOn) return;
    // A cell's paragraphs stay in their row.
    if (tables === 0) builder.endBlock();
    else builder.write(" ");
  };

  /** Text boxes stand apart from the text that they hang on: each is read behind its paragraph. */
  const boxes: string[] = [];
  let boxDepth = 0;
  let boxStart: number | undefined;
  const readBoxes = () => {
    if (paragraphs.length > 0) return;
    boxDepth++;
    for (const one of boxes.splice(0)) read(one);
    boxDepth--;
  };

  const read = (part: string) => {
    const parser = createParser(
      {
        onopentag(tag, attributes) {
          const name = localName(tag);
          if (silent === 0 && name === "txbxContent" && boxDepth < MAX_BOX_DEPTH) {
            boxStart = parser.endIndex + 1;
            silent++;
            return;
          }
          if (silent === 0 && name === "del") {
            if (open.at(-1) === "trPr") deletedRow = true;
            const paragraph = paragraphs.at(-1);
            if (paragraph && open.at(-1) === "rPr" && open.at(-2) === "pPr")
              paragraph.goesOn = true;
          }
          if (silent > 0 || SILENT.has(name)) {
            silent++;
            return;
          }
          openTag(name, attributes);
          open.push(name);
        },
        ontext(text) {
          // What a field in the code of another gives is code.
          if (!inText || silent > 0 || fields.slice(0, -1).some(({ isCode }) => isCode)) return;
          const shown = withSymbols(text, font);
          if (open.includes("sup")) write(superscript(shown) ?? `^${shown}`);
          else write((isRaised ? superscript(shown) : undefined) ?? shown);
        },
        onclosetag(tag) {
          if (silent > 0) {
            silent--;
            if (silent === 0 && boxStart !== undefined) {
              boxes.push(part.slice(boxStart, parser.startIndex));
              boxStart = undefined;
            }
            return;
          }
          open.pop();
          switch (localName(tag)) {
            case "checkBox":
              if (box) write(box.isChecked ? "☒" : "☐");
              box = undefined;
              break;
            case "ddList":
              write(choice?.entries[choice.chosen] ?? "");
              choice = undefined;
              break;
            case "t":
              inText = false;
              break;
            case "r":
              isHidden = false;
              isRaised = false;
              break;
            case "p":
              closeParagraph();
              readBoxes();
              break;
            case "tr":
              deletedRow = false;
              rows.pop();
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
    parser.end(part);
  };
  read(xml);
  readBoxes();
  return { headings, pages: pages.length > 1 ? pages : [] };
}

function noteMark(
  notes: WordNotes,
  kind: NoteKind,
  attributes: Readonly<Record<string, string>>,
): string {
  const id = attributeOf(attributes, "id") ?? "";
  const marks = notes[kind];
  // Marks of endnotes begin with e where there are footnotes too: no two notes have the same one.
  const prefix = kind === "endnotes" && notes.footnotes.size > 0 ? "e" : "";
  const mark = marks.get(id) ?? `[${prefix}${marks.size + 1}]`;
  marks.set(id, mark);
  return mark;
}
