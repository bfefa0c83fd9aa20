// HTML and XHTML to running text: blocks become paragraphs, rows and items lines; headings become
// sections. Reads a stream of tags, so nothing in a file can run and no tree is built.
import { Parser } from "htmlparser2";
import type { Section } from "../engine/sections.ts";
import { sectionLabel, type TextBuilder } from "./text-builder.ts";

const BLOCKS = new Set(
  "address article aside blockquote body center dd details dialog div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend main menu nav ol p pre section summary table ul".split(
    " ",
  ),
);
const LINES = new Set(["br", "caption", "li", "tr"]);
/** Never part of what a reader reads. */
const SILENT = new Set(
  "audio button canvas datalist head iframe input math-ml noscript object rp rt script select style svg template textarea title video".split(
    " ",
  ),
);
const VOID = new Set(
  "area base br col embed hr img input link meta param source track wbr".split(" "),
);

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
}

export function renderMarkup(
  markup: string,
  into: TextBuilder,
  { anchors, leaveOut = [] }: MarkupOptions = {},
): MarkupText {
  const silent = leaveOut.length > 0 ? new Set([...SILENT, ...leaveOut]) : SILENT;
  const places = new Map<string, number>();
  const headings: Section[] = [];
  let title = "";
  let inTitle = false;
  let heading: { start: number | undefined; text: string } | undefined;
  let cells = 0;
  let verbatim = 0;
  /** Names of the open silent elements; inside one nothing is written. */
  const muted: string[] = [];

  const parser = new Parser(
    {
      onopentag(name, attributes) {
        if (name === "title" && muted.at(-1) === "head") inTitle = true;
        if (muted.length > 0 || silent.has(name) || "hidden" in attributes) {
          if (!VOID.has(name)) muted.push(name);
          return;
        }
        const id = attributes["id"] ?? (name === "a" ? attributes["name"] : undefined);
        if (id !== undefined && anchors?.has(id)) into.mark((at) => places.set(id, at));
        if (BLOCKS.has(name)) into.endBlock();
        else if (LINES.has(name)) into.endLine();
        if (name === "tr") cells = 0;
        if ((name === "td" || name === "th") && cells++ > 0) into.write(" | ");
        if (name === "li") into.write("- ");
        if (name === "pre") verbatim++;
        if (/^h[1-3]$/.test(name)) {
          const opened = { start: undefined as number | undefined, text: "" };
          heading = opened;
          into.mark((at) => (opened.start = at));
        }
      },
      ontext(text) {
        if (inTitle) title += text;
        if (muted.length > 0) return;
        if (heading) heading.text += text;
        if (verbatim === 0) {
          into.write(text);
          return;
        }
        text.split("\n").forEach((line, i) => {
          if (i > 0) into.endLine();
          into.write(line);
        });
      },
      onclosetag(name) {
        if (name === "title") inTitle = false;
        if (muted.length > 0) {
          // A silent element that is never closed ends with the element around it.
          const at = muted.lastIndexOf(name);
          if (at >= 0) muted.length = at;
          return;
        }
        if (heading && /^h[1-3]$/.test(name)) {
          const label = sectionLabel(heading.text);
          if (heading.start !== undefined && label) headings.push({ start: heading.start, label });
          heading = undefined;
        }
        if (name === "pre") verbatim = Math.max(0, verbatim - 1);
        if (BLOCKS.has(name)) into.endBlock();
        else if (name === "tr" || name === "li" || name === "caption") into.endLine();
      },
    },
    { recognizeSelfClosing: true, recognizeCDATA: true },
  );
  parser.end(markup);
  return { title: title.replace(/\s+/g, " ").trim(), headings, anchors: places };
}
