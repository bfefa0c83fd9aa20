// The headings of a Markdown text, by the rules of CommonMark: what stands in code, in comments or in
// the front matter is none. One pass over the lines, each looked at once.
import type { Section } from "../engine/sections.ts";
import { orderSections, sectionLabel } from "./text-builder.ts";

const DEEPEST = 3;
/** Elements whose contents are not Markdown, and what ends them. */
const RAW_BLOCKS: readonly (readonly [begins: RegExp, ends: string])[] = [
  [/^ {0,3}<!--/, "-->"],
  [/^ {0,3}<(?:pre|script|style|textarea)(?=[\s>]|$)/i, "</"],
  [/^ {0,3}<\?/, "?>"],
  [/^ {0,3}<!\[CDATA\[/, "]]>"],
];
/** Marks of lists and quotations that a fence may stand behind. */
const CONTAINER = /^(?: {0,3}(?:>|[-*+]|\d{1,9}[.)])(?: {1,4}|$)){0,20}/;
/** Blocks of HTML go on to the next blank line. */
const HTML_BLOCK =
  /^ {0,3}<\/?(?:address|article|aside|blockquote|body|center|dd|details|dialog|div|dl|dt|fieldset|figcaption|figure|footer|form|h[1-6]|head|header|hr|html|iframe|legend|li|link|main|menu|nav|ol|p|section|summary|table|tbody|td|tfoot|th|thead|title|tr|ul)(?=[\s/>]|$)/i;
/** Anchors, pictures and comments inside a heading; an address between angle brackets is none. */
const TAGS = /<!--[^>]{0,500}-->|<\/?[a-z][a-z\d]{0,20}(?:\s[^<>]{0,500})?\/?>/gi;
/** A ruled line. */
const RULE = /^ {0,3}([-*_])(?:[ \t]{0,9}\1){2,}[ \t]*$/;
const MAX_LINE = 10_000;
const MAX_HEADING_LINES = 3;
/** A block whose next lines belong to it: a list, a quotation, a table. */
const OTHER = "other";

export interface MarkdownOutline {
  readonly title: string | undefined;
  readonly sections: readonly Section[];
}

/** `text`: with line feeds only. */
export function markdownOutline(text: string): MarkdownOutline {
  const sections: Section[] = [];
  const matter = frontMatter(text);
  let fence: Fence | undefined;
  let rawEnd: string | undefined;
  let inHtml = false;
  /** Lines that a line of = or - below makes a heading. */
  let paragraph: OpenParagraph | typeof OTHER | undefined;

  for (let at = matter.end; at < text.length;) {
    const end = text.indexOf("\n", at);
    const stop = end < 0 ? text.length : end;
    const start = at;
    const line = text.slice(start, Math.min(stop, start + MAX_LINE));
    at = stop + 1;

    if (rawEnd !== undefined) {
      if (endsRaw(line, rawEnd)) rawEnd = undefined;
      continue;
    }
    if (fence && leavesContainer(line, fence)) fence = undefined;
    if (fence) {
      if (closesFence(line, fence)) fence = undefined;
      continue;
    }
    inHtml = line.trim() !== "" && (inHtml || HTML_BLOCK.test(line));
    if (inHtml) {
      paragraph = OTHER;
      continue;
    }
    const opened = openedFence(line);
    if (opened) {
      fence = opened;
      paragraph = undefined;
      continue;
    }
    const raw = RAW_BLOCKS.find(([begins]) => begins.test(line));
    if (raw) {
      if (!endsRaw(line.slice(line.indexOf("<") + 4), raw[1])) rawEnd = raw[1];
      paragraph = undefined;
      continue;
    }
    const heading = atxHeading(line);
    if (heading) {
      if (heading.level <= DEEPEST) sections.push({ start, label: sectionLabel(heading.text) });
      paragraph = undefined;
      continue;
    }
    if (typeof paragraph === "object" && /^ {0,3}(?:=+|-+)[ \t]*$/.test(line)) {
      sections.push({ start: paragraph.start, label: sectionLabel(paragraph.text) });
      paragraph = undefined;
      continue;
    }
    paragraph = continued(paragraph, line, start);
  }
  return { title: matter.title, sections: orderSections(sections) };
}

/** Settings before the text, between lines of --- (YAML) or +++ (TOML). */
function frontMatter(text: string): { title: string | undefined; end: number } {
  const mark = /^(---|\+\+\+)[ \t]*\n/.exec(text)?.[1];
  if (mark === undefined) return { title: undefined, end: 0 };
  let title: string | undefined;
  for (let at = text.indexOf("\n") + 1; at > 0 && at < text.length;) {
    const end = text.indexOf("\n", at);
    const line = text.slice(at, end < 0 ? text.length : end).slice(0, MAX_LINE);
    const isEnd = line.trimEnd() === mark || (mark === "---" && line.trimEnd() === "...");
    if (isEnd) return { title, end: end < 0 ? text.length : end + 1 };
    // A blank line right behind the first mark: a ruled line, no settings.
    if (at === mark.length + 1 && line.trim() === "") break;
    const value = /^title[ \t]*[:=][ \t]*(\S.*)$/i.exec(line)?.[1];
    // A block that only begins here is no title.
    const isBlock = value !== undefined && /^[>|][-+\d]{0,2}\s*$/.test(value);
    if (!isBlock) title ??= value?.trim().replace(/^(["'])(.*)\1$/, "$2");
    at = end < 0 ? 0 : end + 1;
  }
  return { title: undefined, end: 0 };
}

interface Fence {
  readonly mark: string;
  readonly length: number;
  /** The marks of lists and quotations before it, whose end is its end. */
  readonly container: string;
}

function openedFence(line: string): Fence | undefined {
  if (!line.includes("```") && !line.includes("~~~")) return undefined;
  const container = CONTAINER.exec(line)?.[0] ?? "";
  const inner = line.slice(container.length);
  const fence = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(inner);
  if (!fence) return undefined;
  const [, marks = "", info = ""] = fence;
  if (marks.startsWith("`") && info.includes("`")) return undefined; // code in a line
  return { mark: marks.charAt(0), length: marks.length, container };
}

/** A line without the quotation's mark, or less indented than the list's item. */
function leavesContainer(line: string, { container }: Fence): boolean {
  if (container === "") return false;
  if (container.includes(">")) return !line.trimStart().startsWith(">");
  return line.trim() !== "" && /^ */.exec(line)![0].length < container.trimEnd().length;
}

function closesFence(line: string, { mark, length }: Fence): boolean {
  const inner = line.replace(/^(?: {0,3}> ?){1,20}/, "").trim();
  if (inner.length < length) return false;
  for (const character of inner) if (character !== mark) return false;
  return true;
}

function endsRaw(line: string, end: string): boolean {
  return end === "</" ? /<\/(?:pre|script|style|textarea)>/i.test(line) : line.includes(end);
}

function atxHeading(line: string): { level: number; text: string } | undefined {
  const marks = /^ {0,3}(#{1,6})(?=[ \t]|$)/.exec(line);
  if (!marks) return undefined;
  const text = line.slice(marks[0].length).trim();
  return { level: marks[1]!.length, text: readable(withoutClosingMarks(text)) };
}

/** Links and pictures as their words, without tags and the attributes that some dialects put behind a heading. */
function readable(text: string): string {
  const plain = text.includes("`") ? text : text.replace(TAGS, "");
  return plain
    .replace(/\[([^[\]]{1,500})\]\[[^[\]]{0,200}\]/g, "$1")
    .replace(/\s*\{[#.][^{}]{0,200}\}$/, "")
    .replace(/!?\[([^[\]]{0,500})\]\([^()\s]{0,2000}(?:\s+"[^"]{0,500}")?\)/g, "$1");
}

/** `Heading ##` is `Heading`; `C#` stays. */
function withoutClosingMarks(text: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === "#") end--;
  if (end === 0) return "";
  return end < text.length && /[ \t]/.test(text[end - 1]!) ? text.slice(0, end).trim() : text;
}

interface OpenParagraph {
  readonly start: number;
  readonly text: string;
  readonly lines: number;
}

/** What a line of = or - below this line would make a heading. */
function continued(
  paragraph: OpenParagraph | typeof OTHER | undefined,
  line: string,
  start: number,
): OpenParagraph | typeof OTHER | undefined {
  if (line.trim() === "" || RULE.test(line)) return undefined;
  if (paragraph === OTHER) return OTHER;
  if (/^ {0,3}(?:>|[-*+](?:[ \t]|$)|\d{1,9}[.)][ \t]|\||<)/.test(line)) return OTHER;
  if (paragraph) {
    if (paragraph.lines >= MAX_HEADING_LINES) return OTHER;
    return { ...paragraph, text: `${paragraph.text} ${line.trim()}`, lines: paragraph.lines + 1 };
  }
  if (/^(?: {4}|\t)/.test(line)) return undefined; // code
  return { start, text: line.trim(), lines: 1 };
}
