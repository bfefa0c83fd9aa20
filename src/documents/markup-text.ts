// HTML and XHTML to running text: blocks become paragraphs, rows and items lines; headings become
// sections. Reads a stream of tags, so nothing in a file can run and no tree is built.
import type { Section } from "../engine/sections.ts";
import { createParser } from "./bounded-parser.ts";
import { superscript } from "./counting.ts";
import { MarkupLists } from "./markup-lists.ts";
import { MarkupMath } from "./markup-math.ts";
import { MarkupTables } from "./markup-tables.ts";
import { sectionLabel, type TextBuilder } from "./text-builder.ts";
import { attributeOf, localName } from "./xml.ts";

const words = (list: string) => new Set(list.split(" "));

const BLOCKS = words(
  "address article aside blockquote body center dd details dialog dir div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend main menu nav ol p pre section summary table ul xmp listing",
);
const LINES = words("br caption li tr");
/** Never part of what a reader reads; of formulas, the sources beside what is displayed. */
const SILENT = words(
  "annotation annotation-xml audio button canvas datalist head iframe input noembed noframes noscript object rp rt rtc script select style svg template textarea title video",
);
const VOID = words("area base br col embed hr img input link meta param source track wbr");
const VERBATIM = words("pre xmp listing");
/** Copies of a formula for the eye, behind the one that is read; the numbers of a program's lines. */
const ASIDE = /(?:^|\s)(?:katex-html|linenos?|linenodiv|rouge-gutter|blob-num)(?:\s|$)/;
const INVISIBLE =
  /(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)\s*(?:!important\s*)?(?:;|$)/i;
/** Hidden from the eye because a picture shows it: the only text of a formula. */
const READ_ALOUD = /mwe-math-mathml|MathJax_Preview|assistive-mml/i;
/** Longer ones are pictures in text form. */
const MAX_STYLE = 2000;
/** Characters between two reports. */
const CHUNK = 256 * 1024;

export interface MarkupText {
  /** Contents of the `title` element. */
  readonly title: string;
  readonly headings: readonly Section[];
  /** Offsets of the ids asked for. */
  readonly anchors: ReadonlyMap<string, number>;
}

export interface MarkupOptions {
  /** Ids whose places are wanted. */
  readonly anchors?: ReadonlySet<string>;
  /** More elements to leave out, such as `nav`. */
  readonly leaveOut?: readonly string[];
  /** Told along the way how many characters of markup have been read. */
  readonly onRead?: (characters: number) => void;
}

type Attributes = Readonly<Record<string, string>>;

export function renderMarkup(
  markup: string,
  into: TextBuilder,
  { anchors, leaveOut = [], onRead }: MarkupOptions = {},
): MarkupText {
  const silent = leaveOut.length > 0 ? new Set([...SILENT, ...leaveOut]) : SILENT;
  const places = new Map<string, number>();
  const headings: Section[] = [];
  const lists = new MarkupLists(markup);
  let title = "";
  let inTitle = false;
  let heading: { start: number | undefined; text: string } | undefined;
  const tables = new MarkupTables();
  /** Length of the text where the open cell began. */
  let cellStart = -1;
  let verbatim = 0;
  let isPreStart = false;
  /** Text of the open superscript. */
  let raised: string | undefined;
  let isNote = false;
  /** Whether the open link leads to a place, as those to notes do. */
  let inPlaceLink = false;
  /** Open quotations. */
  let quotes = 0;
  /** Whether formulas are also given as MathML for those who listen. */
  const hasSpokenMath = /mjx[-_]assistive/i.test(markup);
  /** Names of the open silent elements; inside one nothing is written. */
  const muted: string[] = [];

  const breakBlock = () => {
    // The first block of a cell stands in the cell's row.
    if (cellStart === into.length) return;
    // The blocks of a program are its lines.
    if (verbatim > 0) into.endLine();
    else into.endBlock();
  };
  const write = (text: string) => {
    if (heading && heading.text.length < 2000) heading.text += text;
    if (verbatim > 0) into.writeVerbatim(text);
    else into.write(text);
  };

  /** What stands on lines of its own in the text is not one word in a label. */
  const separateLabel = (name: string) => {
    if (heading && (BLOCKS.has(name) || LINES.has(name))) heading.text += " ";
  };

  const math = new MarkupMath(write);

  const open = (name: string, attributes: Attributes) => {
    const id = attributeOf(attributes, "id") ?? (name === "a" ? attributes["name"] : undefined);
    if (id !== undefined && anchors?.has(id)) into.mark((at) => places.set(id, at));
    if (BLOCKS.has(name)) breakBlock();
    else if (LINES.has(name)) into.endLine();
    separateLabel(name);
    lists.open(name, attributes, into);
    switch (name) {
      case "table":
        tables.openTable();
        cellStart = -1;
        break;
      case "tr":
        tables.openRow(into);
        break;
      case "td":
      case "th":
        tables.openCell(attributes, into);
        cellStart = into.length;
        break;
      case "sup":
        if (verbatim === 0) raised = "";
        isNote ||= inPlaceLink && raised !== undefined;
        break;
      case "q":
        write(quotes++ % 2 === 0 ? "“" : "‘");
        break;
      case "a":
        inPlaceLink = (attributes["href"] ?? "").includes("#");
        isNote ||= isNoteReference(attributes, raised !== undefined);
        if (isNote) raised ??= "";
        break;
    }
    if (VERBATIM.has(name)) {
      verbatim++;
      isPreStart = true;
    }
    if (/^h[1-3]$/.test(name)) {
      const opened = { start: undefined as number | undefined, text: "" };
      heading = opened;
      into.mark((at) => (opened.start = at));
    }
  };

  const close = (name: string) => {
    separateLabel(name);
    if (heading && /^h[1-3]$/.test(name)) {
      const label = sectionLabel(heading.text);
      if (heading.start !== undefined && label) headings.push({ start: heading.start, label });
      heading = undefined;
    }
    if (VERBATIM.has(name)) verbatim = Math.max(0, verbatim - 1);
    if (raised !== undefined && (name === "sup" || (name === "a" && isNote))) {
      const text = raised;
      raised = undefined;
      const isMark = isNote && /^\s*[\da-z*†‡§]{1,4}\s*$/i.test(text);
      write(isMark ? `[${text.trim()}]` : (superscript(text) ?? text));
      isNote = false;
    }
    if (name === "a") inPlaceLink = false;
    if (name === "table") tables.closeTable();
    if (name === "q" && quotes > 0) write(--quotes % 2 === 0 ? "”" : "’");
    if (name === "tr") {
      tables.closeRow();
      cellStart = -1;
      into.endLine();
    } else if (BLOCKS.has(name)) breakBlock();
    else if (name === "li" || name === "caption") into.endLine();
    if (name === "li") into.dropLead();
    lists.close(name);
  };

  const parser = createParser(
    {
      onopentag(tag, attributes) {
        const name = localName(tag);
        if (name === "title" && muted.at(-1) === "head") inTitle = true;
        const isCopy = hasSpokenMath && isDrawnMath(name, attributes);
        if (muted.length > 0 || silent.has(name) || isCopy || isHidden(attributes)) {
          if (!VOID.has(name)) muted.push(name);
          return;
        }
        if (!math.open(name)) open(name, attributes);
      },
      ontext(text) {
        if (inTitle && title.length < 2000) title += text;
        if (muted.length > 0 || text === "") return;
        if (math.text(text)) return;
        let shown = text;
        if (isPreStart) shown = text.replace(/^\r?\n/, "");
        isPreStart = false;
        if (raised === undefined && shown.trim() !== "") inPlaceLink = false; // a link with words
        if (raised !== undefined && raised.length < 100) raised += shown;
        else write(verbatim > 0 ? shown.replace(/\r\n?/g, "\n") : shown);
      },
      onclosetag(tag) {
        const name = localName(tag);
        if (name === "title") inTitle = false;
        if (muted.length > 0) {
          // A silent element that is never closed ends with the element around it.
          const at = muted.lastIndexOf(name);
          if (at >= 0) muted.length = at;
          return;
        }
        if (!math.close(name)) close(name);
      },
    },
    { recognizeSelfClosing: true, recognizeCDATA: true },
  );
  for (let at = 0; at < markup.length; at += CHUNK) {
    parser.write(markup.slice(at, at + CHUNK));
    onRead?.(Math.min(at + CHUNK, markup.length));
  }
  parser.end();
  return { title: title.replace(/\s+/g, " ").trim(), headings, anchors: places };
}

/** What MathJax draws, beside which the same formula stands as MathML. */
function isDrawnMath(name: string, attributes: Attributes): boolean {
  if (attributes["aria-hidden"] !== "true") return false;
  return (
    /^(?:mjx-math|nobr)$/.test(name) || /(?:^|\s)mjx-math(?:\s|$)/.test(attributes["class"] ?? "")
  );
}

function isHidden(attributes: Attributes): boolean {
  if ("hidden" in attributes || /\bpagebreak\b/.test(typesOf(attributes))) return true;
  return isInvisible(attributes["style"] ?? "", attributes["class"] ?? "");
}

/** By the element's own style and its classes; style sheets are not read. */
export function isInvisible(style: string, names: string): boolean {
  if (names.length > MAX_STYLE || style.length > MAX_STYLE) return false;
  return ASIDE.test(names) || (INVISIBLE.test(style) && !READ_ALOUD.test(names));
}

/** A link to a note: by its type, or a raised one to a place. */
function isNoteReference(attributes: Attributes, isRaised: boolean): boolean {
  if (/\bnoteref\b/.test(typesOf(attributes))) return true;
  return isRaised && (attributes["href"] ?? "").includes("#");
}

/** What the element is in a book. */
function typesOf(attributes: Attributes): string {
  return `${attributes["epub:type"] ?? ""} ${attributes["role"] ?? ""}`;
}
