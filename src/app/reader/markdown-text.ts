// Whether a text is Markdown, and its blocks. A block is parsed only when it is drawn (MarkdownBlock),
// so a book costs no more than a page. Offsets are those of the text as it is stored.
import type { Paragraph } from "./paragraphs.ts";

const LOOKED_AT = 60_000;
/** A block is a unit of layout. */
const MAX_BLOCK = 20_000;

/** True for a text with several marks that only Markdown has. */
export function looksLikeMarkdown(text: string): boolean {
  const head = text.slice(0, LOOKED_AT);
  const count = (pattern: RegExp) => head.match(pattern)?.length ?? 0;
  const headings = count(/^ {0,3}#{1,6}[ \t]+\S.*$/gm);
  const others =
    count(/^ {0,3}(?:```|~~~)/gm) +
    count(/^ {0,3}\|?[ \t]*:?-{3,}:?[ \t]*\|/gm) +
    count(/\*\*[^\s*][^*\n]*\*\*/g) +
    count(/\[[^\]\n]+\]\([^)\s]+\)/g) +
    count(/^ {0,3}[-*+][ \t]+\S/gm);
  return headings >= 2 || (headings === 1 && others >= 1);
}

/** Blank lines part blocks, except inside a fence and before a line that goes on a list item. */
export function splitMarkdown(text: string): Paragraph[] {
  const blocks: Paragraph[] = [];
  let start = -1;
  let end = 0;
  let fence = "";
  let wasBlank = false;
  const close = () => {
    if (start >= 0) blocks.push({ start, end });
    start = -1;
  };
  for (let at = 0; at <= text.length;) {
    const stop = text.indexOf("\n", at);
    const lineEnd = stop < 0 ? text.length : stop;
    const line = text.slice(at, lineEnd);
    const isBlank = line.trim() === "";
    if (!isBlank) {
      const isNext = wasBlank && fence === "" && !/^(?: {2,}|\t)/.test(line);
      if (start >= 0 && (isNext || lineEnd - start > MAX_BLOCK)) close();
      if (start < 0) start = at;
      end = lineEnd;
      const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
      if (mark) fence = fence === "" ? mark : mark.startsWith(fence) ? "" : fence;
    }
    wasBlank = isBlank;
    at = lineEnd + 1;
  }
  close();
  return blocks;
}
