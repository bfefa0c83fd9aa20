// A document's text cut into blocks for the virtualised reader. Offsets are UTF-16 units of the
// original text and are the only link between evidence and what is drawn.

export interface Paragraph {
  readonly start: number;
  /** Exclusive; the separator that follows is not part of it. */
  readonly end: number;
}

/** Evidence of an answer, the passage shown, a place found, and the one gone to. Later ones win. */
export const MARK_KINDS = ["evidence", "passage", "found", "current"] as const;
export type MarkKind = (typeof MARK_KINDS)[number];

export interface Mark {
  readonly start: number;
  readonly end: number;
  readonly kind: MarkKind;
}

export interface MarkedPiece {
  readonly text: string;
  readonly start: number;
  readonly kind: MarkKind | null;
}

// A block is a unit of layout: one of a megabyte would undo the virtualisation.
const MAX_PARAGRAPH = 2_000;

/**
 * Blank lines separate paragraphs; long ones are cut at a line end or a space. `breaks`, ascending, are
 * offsets at which a paragraph begins whatever stands there.
 */
export function splitParagraphs(text: string, breaks: readonly number[] = []): Paragraph[] {
  const paragraphs: Paragraph[] = [];
  const separator = /\r?\n[ \t]*(?:\r?\n[ \t]*)+/g;
  let start = 0;
  let next = 0;
  const addUpTo = (end: number) => {
    for (let cut = breaks[next]; cut !== undefined && cut < end; cut = breaks[++next]) {
      if (cut <= start) continue;
      add(cut);
      start = cut;
    }
    add(end);
  };
  const add = (end: number) => {
    let from = start;
    while (end - from > MAX_PARAGRAPH) {
      const cut = cutPoint(text, from, from + MAX_PARAGRAPH);
      paragraphs.push({ start: from, end: cut });
      from = cut;
    }
    if (end > from && text.slice(from, end).trim()) paragraphs.push({ start: from, end });
  };
  for (let match = separator.exec(text); match; match = separator.exec(text)) {
    addUpTo(match.index);
    start = match.index + match[0].length;
  }
  addUpTo(text.length);
  return paragraphs;
}

function cutPoint(text: string, from: number, limit: number): number {
  const earliest = from + MAX_PARAGRAPH / 2;
  for (const mark of ["\n", ". ", " "]) {
    const at = text.lastIndexOf(mark, limit - mark.length);
    if (at >= earliest) return at + mark.length;
  }
  // No white space at all: never split a surrogate pair.
  const code = text.charCodeAt(limit - 1);
  return code >= 0xd800 && code <= 0xdbff ? limit - 1 : limit;
}

/** Index of the paragraph that holds `offset`, or of the next one if it falls between two. */
export function paragraphAt(paragraphs: readonly Paragraph[], offset: number): number {
  let low = 0;
  let high = paragraphs.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    const end = paragraphs[middle]?.end ?? 0;
    if (end <= offset) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low);
}

/** The text from `start` to `end` cut at the edges of the marks that touch it. Marks may overlap. */
export function markPieces(
  text: string,
  { start, end }: Paragraph,
  marks: readonly Mark[],
): MarkedPiece[] {
  const touching = marks.filter((one) => one.start < end && one.end > start && one.end > one.start);
  if (touching.length === 0) return [{ text: text.slice(start, end), start, kind: null }];
  const edges = new Set([start, end]);
  for (const mark of touching) {
    edges.add(Math.max(start, mark.start));
    edges.add(Math.min(end, mark.end));
  }
  const sorted = [...edges].sort((a, b) => a - b);
  return sorted.slice(0, -1).map((from, index) => {
    const to = sorted[index + 1] ?? end;
    const kinds = touching
      .filter((mark) => mark.start <= from && mark.end >= to)
      .map((mark) => MARK_KINDS.indexOf(mark.kind));
    const kind = MARK_KINDS[Math.max(-1, ...kinds)] ?? null;
    return { text: text.slice(from, to), start: from, kind };
  });
}
