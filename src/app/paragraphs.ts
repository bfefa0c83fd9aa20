// A document's text cut into blocks for the virtualised reader. Offsets are UTF-16 units of the
// original text and are the only link between evidence and what is drawn.

export interface Paragraph {
  readonly start: number;
  /** Exclusive; the separator that follows is not part of it. */
  readonly end: number;
}

export interface MarkedPiece {
  readonly text: string;
  readonly marked: boolean;
  readonly active: boolean;
}

// A block is a unit of layout: one of a megabyte would undo the virtualisation.
const MAX_PARAGRAPH = 2_000;

/** Blank lines separate paragraphs; long ones are cut at a line end or a space. */
export function splitParagraphs(text: string): Paragraph[] {
  const paragraphs: Paragraph[] = [];
  const separator = /\r?\n[ \t]*(?:\r?\n[ \t]*)+/g;
  let start = 0;
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
    add(match.index);
    start = match.index + match[0].length;
  }
  add(text.length);
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

/** A paragraph's text cut at the edges of the ranges that touch it. Ranges may overlap. */
export function markPieces(
  text: string,
  paragraph: Paragraph,
  ranges: readonly { readonly start: number; readonly end: number }[],
  active: number | null,
): MarkedPiece[] {
  const { start, end } = paragraph;
  const touching = ranges
    .map((range, index) => ({ ...range, active: index === active }))
    .filter((range) => range.start < end && range.end > start && range.end > range.start);
  if (touching.length === 0) {
    return [{ text: text.slice(start, end), marked: false, active: false }];
  }
  const edges = new Set([start, end]);
  for (const range of touching) {
    edges.add(Math.max(start, range.start));
    edges.add(Math.min(end, range.end));
  }
  const sorted = [...edges].sort((a, b) => a - b);
  const pieces: MarkedPiece[] = [];
  for (const [index, from] of sorted.slice(0, -1).entries()) {
    const to = sorted[index + 1] ?? end;
    const covering = touching.filter((range) => range.start <= from && range.end >= to);
    pieces.push({
      text: text.slice(from, to),
      marked: covering.length > 0,
      active: covering.some((range) => range.active),
    });
  }
  return pieces;
}
