// Lines → paragraphs → the text of the document with the places of its pages. Pure.
import type { Section } from "../engine/sections.ts";
import { seam, WordForms } from "./pdf-hyphens.ts";
import type { Line } from "./pdf-lines.ts";

/** As much of a text's end as decides how it goes on. */
const TAIL = 100;

/** Text that grows at its end, without being copied. */
class GrowingText {
  readonly #parts: string[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  get tail(): string {
    let tail = "";
    for (let i = this.#parts.length - 1; i >= 0 && tail.length < TAIL; i--) {
      tail = this.#parts[i]!.slice(-TAIL) + tail;
    }
    return tail;
  }

  add(text: string): void {
    if (text === "") return;
    this.#parts.push(text);
    this.#length += text.length;
  }

  /** As running text. */
  continueWith(text: string, words: WordForms): void {
    const { cut, between } = seam(this.tail, text.slice(0, TAIL), words);
    if (cut === 1) {
      const last = this.#parts.pop()!;
      this.#length--;
      this.#parts.push(last.slice(0, -1));
    }
    this.add(between);
    this.add(text);
  }

  toString(): string {
    return this.#parts.join("");
  }
}

export interface Paragraph {
  readonly text: string;
  readonly size: number;
  readonly isTable: boolean;
}

/** `spacing`: see `usualSpacing`. */
export function joinLines(
  lines: readonly Line[],
  spacing: number,
  words: WordForms = new WordForms([]),
): Paragraph[] {
  const paragraphs: { text: GrowingText; size: number; isTable: boolean }[] = [];
  lines.forEach((line, index) => {
    const before = lines[index - 1];
    const open = paragraphs.at(-1);
    if (before?.isRow && line.isRow && open && before.baseline > line.baseline) {
      open.text.add(`\n${line.text}`);
    } else if (!before || !open || startsParagraph(lines, index, spacing)) {
      const text = new GrowingText();
      text.add(line.text);
      paragraphs.push({ text, size: line.size, isTable: line.isRow });
    } else {
      open.text.continueWith(line.text, words);
    }
  });
  return paragraphs.map(({ text, ...rest }) => ({ ...rest, text: text.toString() }));
}

const SENTENCE_END = /[.!?:;…。！？]["'”’»)\]]{0,4}$/;
const LIST_ITEM =
  /^(?:[•◦▪‣–*■●○➢✓·-]|\(?\d{1,3}[.)]|\(?[a-z][.)]|\d{1,2}(?:\.\d{1,2}){1,3}\.?(?=\s+\p{Lu}))\s/u;
/** A line of a table of contents. */
const LEADERS = /(?:[.·…_] ?){4,}\s*[\divxlc]{1,6}$/;

function startsParagraph(lines: readonly Line[], index: number, spacing: number): boolean {
  const line = lines[index]!;
  const before = lines[index - 1]!;
  const { size } = line;
  if (line.isRow || before.isRow) return true;
  if (Math.max(size, before.size) > 1.15 * Math.min(size, before.size)) return true;
  if (LIST_ITEM.test(line.text) || LEADERS.test(before.text.slice(-40))) return true;
  const step = before.baseline - line.baseline;
  const ended = SENTENCE_END.test(before.text.slice(-9));
  // Upwards: the next column. Its first line goes on with the sentence unless one has ended.
  if (step < 0) return ended && !/^\p{Ll}/u.test(line.text);
  if (step > 1.35 * spacing * size) return true;
  const right = columnRight(lines, index - 1);
  const short = before.right < right - 0.12 * Math.max(1, right - before.left);
  const indent = line.left - before.left;
  if (indent > 0.7 * size && indent < 6 * size && (ended || short)) return true;
  return short && ended;
}

/** Right edge of the column a line stands in, from the lines around it. */
function columnRight(lines: readonly Line[], index: number): number {
  const line = lines[index]!;
  let right = line.right;
  for (const other of lines.slice(Math.max(0, index - 6), index + 7)) {
    const overlap = Math.min(line.right, other.right) - Math.max(line.left, other.left);
    if (overlap > 0 && Math.abs(other.left - line.left) < 6 * line.size) {
      right = Math.max(right, other.right);
    }
  }
  return right;
}

/** Distance of baselines in units of the font size: the median over the document. */
export function usualSpacing(pages: readonly (readonly Line[])[]): number {
  const steps = pages.flatMap((lines) =>
    lines.flatMap((line, index) => {
      const before = lines[index - 1];
      const step = before ? (before.baseline - line.baseline) / line.size : 0;
      return step > 0.8 && step < 3 ? [step] : [];
    }),
  );
  steps.sort((a, b) => a - b);
  return steps[Math.floor((steps.length - 1) / 2)] ?? 1.2;
}

/** Whether a page's first paragraph goes on with the last one of the page before. */
function continuesOnNextPage(before: Paragraph, tail: string, after: Paragraph): boolean {
  if (before.isTable || after.isTable) return false;
  const alike = Math.max(before.size, after.size) <= 1.15 * Math.min(before.size, after.size);
  return alike && !SENTENCE_END.test(tail.slice(-9)) && /^\p{Ll}/u.test(after.text);
}

export function joinPages(
  pages: readonly (readonly Line[])[],
  label: (index: number) => string,
): { text: string; sections: Section[] } {
  const sections: Section[] = [];
  const spacing = usualSpacing(pages);
  const words = new WordForms(insideLines(pages));
  const text = new GrowingText();
  let last: Paragraph | undefined;
  pages.forEach((lines, index) => {
    joinLines(lines, spacing, words).forEach((paragraph, position) => {
      if (position === 0 && last && continuesOnNextPage(last, text.tail, paragraph)) {
        text.continueWith(paragraph.text, words);
      } else {
        if (text.length > 0) text.add("\n\n");
        text.add(paragraph.text);
      }
      if (position === 0) {
        sections.push({ start: text.length - paragraph.text.length, label: label(index) });
      }
      last = paragraph;
    });
  });
  // Hyphens that only showed where a word might be divided.
  return { text: text.toString(), sections };
}

/** The words of lines without their last and first ones, which may be parts of words. */
function* insideLines(pages: readonly (readonly Line[])[]): Generator<string> {
  for (const lines of pages) {
    for (const { text } of lines) yield text.replace(/[\p{L}\p{N}]+[-\u2010\u00ad]$/u, "");
  }
}
