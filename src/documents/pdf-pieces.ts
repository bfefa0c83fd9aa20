// Pieces of text with their places on a page → segments: what stands on one baseline without a gap as
// wide as between columns or cells. Pure.
import { withoutControls } from "./clean-text.ts";
import { superscript } from "./counting.ts";
import { type Letters, withoutSpacing } from "./pdf-letters.ts";

/** As the parser gives it; a subset of pdf.js's TextItem. */
export interface TextPiece {
  readonly str: string;
  /** Text matrix [a, b, c, d, x, y]; y grows upwards. */
  readonly transform: readonly number[];
  readonly width: number;
  readonly hasEOL: boolean;
  readonly dir?: string;
}

/** Places are in points; a page turned by a quarter is measured along its own lines. */
export interface Segment {
  text: string;
  left: number;
  right: number;
  baseline: number;
  /** Font size. */
  size: number;
  /** Quarter turns of the writing. */
  readonly turns: number;
}

/** In font sizes: wider than between words of a stretched line, narrower than between columns. */
const COLUMN_GAP = 1.2;
/** In font sizes: bold made by drawing twice is shifted by less. */
const DOUBLE_SHIFT = 0.15;

interface Placed extends Segment {
  readonly isRightToLeft: boolean;
}

export function joinPieces(pieces: readonly TextPiece[]): Segment[] {
  const segments: Segment[] = [];
  const drawn = new DrawnBefore();
  /** Pieces of the segments that may be words spaced out. */
  const letters = new Map<Segment, Letters[]>();
  let segment: Segment | undefined;
  let spaced = false;
  for (const piece of pieces) {
    const one = place(piece);
    if (one.text.trim() === "") {
      if (one.text !== "") spaced = true;
      continue;
    }
    if (drawn.has(one)) continue;
    if (segment && isSameLine(segment, one)) {
      if (isDrawnAgain(segment, one)) continue;
      append(segment, one, spaced);
      if (isSpaced(one.text)) letters.get(segment)?.push(one);
      else letters.delete(segment);
    } else {
      segment = { ...one };
      segments.push(segment);
      if (isSpaced(one.text)) letters.set(segment, [one]);
    }
    spaced = false;
  }
  for (const one of segments) {
    one.text = one.text.replace(/\s+/g, " ").trim();
    const spelled = letters.get(one);
    if (spelled) one.text = withoutSpacing(one.text, spelled) ?? one.text;
  }
  return withoutRepeats(segments.filter(({ text }) => text !== ""));
}

/** Single characters with spaces between them. */
function isSpaced(text: string): boolean {
  return /^\S(?: \S)*$/u.test(text.trim());
}

function place({ str, transform, width, dir }: TextPiece): Placed {
  const [a = 1, b = 0, c = 0, d = 1, x = 0, y = 0] = transform.map((n) =>
    Number.isFinite(n) ? n : 0,
  );
  const size = Math.hypot(c, d) || Math.hypot(a, b) || 1;
  const upright = Math.abs(a) >= Math.abs(b);
  const turns = upright ? (a < 0 ? 2 : 0) : b > 0 ? 1 : 3;
  const left = upright ? x : b > 0 ? y : -y;
  const baseline = upright ? y : b > 0 ? -x : x;
  const text = withoutControls(str).replace(/[\u00ad\u200b]/g, (mark) =>
    mark === "\u00ad" ? "\u00ad" : "",
  );
  const right = left + (Number.isFinite(width) ? Math.abs(width) : 0);
  return { text, left, right, baseline, size, turns, isRightToLeft: dir === "rtl" };
}

function isSameLine(segment: Segment, one: Placed): boolean {
  if (segment.turns !== one.turns) return false;
  // Half a size covers superscripts and subscripts, and is less than any line spacing.
  const shift = Math.abs(one.baseline - segment.baseline);
  const size = Math.max(one.size, segment.size);
  if (shift >= 0.5 * size) return false;
  const gap = one.isRightToLeft ? segment.left - one.right : one.left - segment.right;
  const isBehind = one.isRightToLeft
    ? one.right < segment.right + size
    : one.left > segment.left - size;
  return isBehind && gap < COLUMN_GAP * size;
}

/** A part of the line, where that part already stands. */
function isDrawnAgain(segment: Segment, one: Placed): boolean {
  const covered = Math.min(segment.right, one.right) - one.left;
  return covered > 0.9 * (one.right - one.left) && covered > 0 && segment.text.includes(one.text);
}

function append(segment: Segment, one: Placed, spaced: boolean): void {
  const size = Math.max(segment.size, one.size);
  const rise = one.baseline - segment.baseline;
  let text = one.text;
  if (one.size <= 0.85 * segment.size && rise > 0.15 * segment.size) {
    text = superscript(text) ?? text;
  } else if (segment.size <= 0.85 * one.size && rise < -0.15 * one.size) {
    // The line began with a raised mark.
    segment.text = superscript(segment.text) ?? segment.text;
  }
  if (one.size > segment.size) segment.baseline = one.baseline;
  const gap = one.isRightToLeft ? segment.left - one.right : one.left - segment.right;
  const isApart =
    (spaced || gap > 0.2 * Math.min(size, one.size * 1.5)) && !/\s$/.test(segment.text.slice(-1));
  segment.text += (isApart ? " " : "") + text;
  segment.left = Math.min(segment.left, one.left);
  segment.right = Math.max(segment.right, one.right);
  segment.size = size;
}

/** Pieces that have been drawn at nearly the same place already. */
class DrawnBefore {
  readonly #cells = new Map<string, Segment[]>();

  has(one: Segment): boolean {
    const shift = Math.max(0.1, Math.min(DOUBLE_SHIFT * one.size, 0.5 * (one.right - one.left)));
    const column = Math.floor(one.left / one.size);
    const row = Math.floor(one.baseline / one.size);
    for (let dx = -1; dx <= 1; dx++) {
      for (let dy = -1; dy <= 1; dy++) {
        for (const other of this.#cells.get(key(one.text, column + dx, row + dy)) ?? []) {
          const isNear =
            Math.abs(other.left - one.left) < shift &&
            Math.abs(other.baseline - one.baseline) < shift &&
            other.turns === one.turns;
          if (isNear) return true;
        }
      }
    }
    const home = key(one.text, column, row);
    const list = this.#cells.get(home) ?? [];
    // Within one font size there is room for few pieces that differ.
    if (list.length < 8) list.push(one);
    this.#cells.set(home, list);
    return false;
  }
}

function key(text: string, column: number, row: number): string {
  return `${column} ${row} ${text}`;
}

/** Lines drawn a second time in other pieces: what covers an earlier segment and says the same. */
function withoutRepeats(segments: readonly Segment[]): Segment[] {
  const byBaseline = new Map<number, Segment[]>();
  return segments.filter((one) => {
    const row = Math.round(one.baseline);
    const near = [row - 1, row, row + 1].flatMap((at) => byBaseline.get(at) ?? []);
    const repeats = near.some((other) => {
      const overlap = Math.min(one.right, other.right) - Math.max(one.left, other.left);
      const isCovered = overlap > 0.9 * (one.right - one.left) && overlap > 0;
      return isCovered && other.turns === one.turns && other.text.includes(one.text);
    });
    if (repeats) return false;
    const list = byBaseline.get(row) ?? [];
    // Rows of more segments are drawings of characters.
    if (list.length < 64) list.push(one);
    byBaseline.set(row, list);
    return true;
  });
}
