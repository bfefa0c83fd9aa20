// Pieces of text with their places on a page → lines → paragraphs. Order is the file's own drawing
// order, which follows columns; geometry decides where lines and paragraphs end. Pure.

/** As the parser gives it; a subset of pdf.js's TextItem. */
export interface TextPiece {
  readonly str: string;
  /** Text matrix [a, b, c, d, x, y]; y grows upwards. */
  readonly transform: readonly number[];
  readonly width: number;
  readonly hasEOL: boolean;
}

export interface Line {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly baseline: number;
  /** Font size. */
  readonly size: number;
}

interface OpenLine {
  text: string;
  readonly left: number;
  right: number;
  readonly baseline: number;
  size: number;
}

export function joinPieces(pieces: readonly TextPiece[]): Line[] {
  const lines: OpenLine[] = [];
  let line: OpenLine | undefined;
  for (const { str, transform, width } of pieces) {
    if (str.trim() === "") {
      if (line && str !== "") line.text += " ";
      continue;
    }
    const [a = 1, b = 0, c = 0, d = 1, e = 0, f = 0] = transform;
    const size = Math.hypot(c, d) || 1;
    const upright = Math.abs(a) >= Math.abs(b);
    // A page turned by a quarter: its lines run up or down the sheet.
    const left = upright ? e : b > 0 ? f : -f;
    const baseline = upright ? f : b > 0 ? -e : e;
    const shift = line ? Math.abs(baseline - line.baseline) : Number.POSITIVE_INFINITY;
    // Half a size covers superscripts and subscripts, and is less than any line spacing.
    if (line && shift < 0.5 * Math.max(size, line.size) && left > line.left - size) {
      if (left - line.right > 0.2 * size && !line.text.endsWith(" ")) line.text += " ";
      line.text += str;
      line.right = Math.max(line.right, left + width);
      line.size = Math.max(line.size, size);
    } else {
      line = { text: str, left, right: left + width, baseline, size };
      lines.push(line);
    }
  }
  return lines
    .map((one) => ({ ...one, text: one.text.replace(/\s+/g, " ").trim() }))
    .filter((one) => one.text !== "");
}

/** Lines of the page's edge that come again on other pages, such as running titles and page numbers. */
export function dropRunningLines(pages: readonly (readonly Line[])[]): Line[][] {
  const seen = new Map<string, number>();
  for (const lines of pages) {
    const keys = new Set(edges(lines).map(({ text }) => runningKey(text)));
    for (const key of keys) seen.set(key, (seen.get(key) ?? 0) + 1);
  }
  const enough = Math.max(3, 0.3 * pages.filter((lines) => lines.length > 0).length);
  return pages.map((lines) => {
    const running = new Set(
      edges(lines).filter(({ text }) => (seen.get(runningKey(text)) ?? 0) >= enough),
    );
    return lines.filter((line) => !running.has(line));
  });
}

/** The two highest and the two lowest lines. */
function edges(lines: readonly Line[]): Line[] {
  const byHeight = [...lines].sort((a, b) => b.baseline - a.baseline);
  return byHeight.length <= 4 ? byHeight : [...byHeight.slice(0, 2), ...byHeight.slice(-2)];
}

function runningKey(text: string): string {
  return text
    .toLowerCase()
    .replace(/\d+/g, "#")
    .replace(/^[ivxlc]+$/, "#");
}

export interface Paragraph {
  readonly text: string;
  readonly size: number;
}

/** `spacing`: see `usualSpacing`. */
export function joinLines(lines: readonly Line[], spacing: number): Paragraph[] {
  const paragraphs: { text: string; size: number }[] = [];
  lines.forEach((line, index) => {
    const before = lines[index - 1];
    const open = paragraphs.at(-1);
    if (!before || !open || startsParagraph(lines, index, spacing)) {
      paragraphs.push({ text: line.text, size: line.size });
    } else {
      open.text = joinText(open.text, line.text);
    }
  });
  return paragraphs;
}

const SENTENCE_END = /[.!?:;…。！？]["'”’»)\]]*$/;
const LIST_ITEM = /^(?:[•◦▪‣–*-]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s/;

function startsParagraph(lines: readonly Line[], index: number, spacing: number): boolean {
  const line = lines[index]!;
  const before = lines[index - 1]!;
  const { size } = line;
  if (Math.max(size, before.size) > 1.15 * Math.min(size, before.size)) return true;
  if (LIST_ITEM.test(line.text)) return true;
  const step = before.baseline - line.baseline;
  // Upwards: the next column. Its first line goes on with the sentence unless one has ended.
  if (step < 0) return SENTENCE_END.test(before.text) && !/^\p{Ll}/u.test(line.text);
  if (step > 1.35 * spacing * size) return true;
  const right = columnRight(lines, index - 1);
  const short = before.right < right - 0.12 * Math.max(1, right - before.left);
  const ended = SENTENCE_END.test(before.text);
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

const EAST_ASIAN = /[\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]/;

/** Two lines as running text: a word divided at the line's end becomes whole again. */
export function joinText(before: string, after: string): string {
  if (/\p{L}[-\u00ad\u2010]$/u.test(before) && /^\p{Ll}/u.test(after)) {
    return before.slice(0, -1) + after;
  }
  const last = before.at(-1) ?? "";
  if (EAST_ASIAN.test(last) && EAST_ASIAN.test(after.charAt(0))) return before + after;
  // After another hyphen or dash the line went on without a space.
  return /\p{L}-$/u.test(before) ? before + after : `${before} ${after}`;
}

/** Whether a page's first paragraph goes on with the last one of the page before. */
export function continuesOnNextPage(before: Paragraph, after: Paragraph): boolean {
  const alike = Math.max(before.size, after.size) <= 1.15 * Math.min(before.size, after.size);
  return alike && !SENTENCE_END.test(before.text) && /^\p{Ll}/u.test(after.text);
}
