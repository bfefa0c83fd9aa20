// Segments of a page → lines in reading order. The order is the file's own drawing order, which mostly
// follows columns; where it goes across the page row by row, geometry tells columns and tables. Pure.
import { withInitials } from "./pdf-letters.ts";
import { joinPieces, type Segment, type TextPiece } from "./pdf-pieces.ts";

export interface Line {
  /** Cells of a table's row are divided by tabs. */
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly baseline: number;
  /** Font size. */
  readonly size: number;
  /** A row of a table, which stays a line of its own. */
  readonly isRow: boolean;
}

/** Segments of one baseline, from left to right. */
type Row = Segment[];

/** Of a table or of columns at most; more are drawings. */
const MAX_COLUMNS = 40;
/** In font sizes. */
const LEAST_GUTTER = 0.8;
const CELL_GAP = 2.5;
/** Rows further apart than this, in font sizes, do not belong together. */
const MAX_STEP = 4;

export function linesOfPage(pieces: readonly TextPiece[]): Line[] {
  const segments = inSomeOrder(withInitials(joinPieces(pieces)));
  const rows = rowsOf(tablesByRows(segments));
  const lines: Line[] = [];
  for (let at = 0; at < rows.length;) {
    const end = endOfBlock(rows, at);
    if (end > at + 1) lines.push(...linesOfBlock(rows.slice(at, end)));
    else lines.push(lineOf(rows[at]!));
    at = Math.max(end, at + 1);
  }
  return lines;
}

/** The drawing order, unless it runs up the page again and again: then from top to bottom. */
function inSomeOrder(segments: readonly Segment[]): readonly Segment[] {
  let upwards = 0;
  segments.forEach((one, i) => {
    const before = segments[i - 1];
    if (!before || before.turns !== one.turns) return;
    const isAbove = one.baseline - before.baseline > 0.5 * Math.max(one.size, before.size);
    if (isAbove && one.left < before.right && one.right > before.left) upwards++;
  });
  if (upwards <= Math.max(2, 0.15 * segments.length)) return segments;
  return [...segments].sort(
    (a, b) => a.turns - b.turns || b.baseline - a.baseline || a.left - b.left,
  );
}

/** Columns of short entries that were drawn one after the other on the same baselines: a table. */
function tablesByRows(segments: readonly Segment[]): readonly Segment[] {
  const columns = leftFirst(runsDown(segments));
  const ordered: Segment[] = [];
  for (let at = 0; at < columns.length;) {
    let end = at + 1;
    const first = columns[at]!;
    while (end < columns.length && end - at < MAX_COLUMNS) {
      const next = columns[end]!;
      const isRight = next[0]!.left > columns[end - 1]![0]!.left;
      if (!isRight || !sharesBaselines(first, next)) break;
      end++;
    }
    const table = columns.slice(at, end).flat();
    if (end > at + 1 && first.length > 1 && !isProse(columns.slice(at, end))) {
      table.sort((a, b) => b.baseline - a.baseline || a.left - b.left);
      alignBaselines(table);
      table.sort((a, b) => b.baseline - a.baseline || a.left - b.left);
    }
    ordered.push(...table);
    at = end;
  }
  return ordered;
}

/** Segments that were drawn one below the other. */
function runsDown(segments: readonly Segment[]): Segment[][] {
  const runs: Segment[][] = [];
  for (const one of segments) {
    const run = runs.at(-1);
    const before = run?.at(-1);
    const goesDown =
      before !== undefined &&
      before.turns === one.turns &&
      before.baseline - one.baseline > 0.5 * one.size &&
      one.left < before.right + one.size &&
      one.right > before.left - one.size;
    if (run && goesDown) run.push(one);
    else runs.push([one]);
  }
  return runs;
}

/** Columns of running text that were drawn from the right to the left, in the order of reading. */
function leftFirst(runs: readonly Segment[][]): Segment[][] {
  const ordered: Segment[][] = [];
  for (const run of runs) {
    /** Columns that are read behind this one, the last first. */
    const behind: Segment[][] = [];
    while (behind.length < MAX_COLUMNS) {
      const before = ordered.at(-1);
      // What stands above, such as a title over both columns, stays there.
      const top = run[0]!.baseline;
      const at = before?.findIndex((one) => one.baseline < top + 0.5 * one.size) ?? -1;
      const beside = at < 0 ? [] : before!.slice(at);
      if (!isColumnOnTheRight(beside, run)) break;
      behind.push(beside);
      ordered.pop();
      if (at > 0) ordered.push(before!.slice(0, at));
    }
    ordered.push(run, ...behind.reverse());
  }
  return ordered;
}

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

function isColumnOnTheRight(column: readonly Segment[], left: readonly Segment[]): boolean {
  if (column.length < 3 || left.length < 3 || column[0]!.turns !== left[0]!.turns) return false;
  const edge = left.reduce((most, { right }) => Math.max(most, right), left[0]!.right);
  if (column.some((one) => one.left < edge + LEAST_GUTTER * one.size)) return false;
  const top = Math.min(column[0]!.baseline, left[0]!.baseline);
  const bottom = Math.max(column.at(-1)!.baseline, left.at(-1)!.baseline);
  const heights = [column, left].map((one) => one[0]!.baseline - one.at(-1)!.baseline);
  if (top - bottom < 0.5 * Math.min(...heights)) return false;
  return isProse([left, column]) && !RIGHT_TO_LEFT.test(column[0]!.text + left[0]!.text);
}

function sharesBaselines(first: readonly Segment[], next: readonly Segment[]): boolean {
  if (next.length < 2 || next.length > first.length) return false;
  let i = 0;
  let shared = 0;
  for (const one of next) {
    while (i < first.length && first[i]!.baseline > one.baseline + 0.3 * one.size) i++;
    const other = first[i];
    if (other && Math.abs(other.baseline - one.baseline) <= 0.3 * one.size) shared++;
  }
  return shared >= 0.8 * next.length;
}

/** Entries of one row get one baseline, so that sorting keeps them together. */
function alignBaselines(table: readonly Segment[]): void {
  table.forEach((one, i) => {
    const before = table[i - 1];
    if (before && before.baseline - one.baseline <= 0.3 * one.size) one.baseline = before.baseline;
  });
}

function rowsOf(segments: readonly Segment[]): Row[] {
  const rows: Row[] = [];
  for (const one of segments) {
    const row = rows.at(-1);
    const before = row?.at(-1);
    const isBeside =
      before !== undefined &&
      before.turns === one.turns &&
      Math.abs(before.baseline - one.baseline) < 0.5 * Math.max(before.size, one.size) &&
      one.left > before.right - 0.3 * one.size;
    if (row && isBeside) row.push(one);
    else rows.push([one]);
  }
  return rows;
}

/** Behind the last row of the columns or the table that begins at `start`; `start` where none does. */
function endOfBlock(rows: readonly Row[], start: number): number {
  const first = rows[start]!;
  if (first.length < 2 || first.length > MAX_COLUMNS) return start;
  let occupied: Interval[] = [];
  let end = start;
  let step: number | undefined;
  let many = 0;
  for (let i = start; i < rows.length; i++) {
    const row = rows[i]!;
    const size = sizeOf(row);
    const before = rows[i - 1];
    const drop = i > start ? before![0]!.baseline - row[0]!.baseline : 0;
    if (i > start && (drop <= 0.3 * size || drop > MAX_STEP * size)) break;
    if (row.length > MAX_COLUMNS || row[0]!.turns !== first[0]!.turns) break;
    const next = occupy(occupied, row, LEAST_GUTTER * size);
    if (next.length < 2 || next.length > MAX_COLUMNS) break;
    occupied = next;
    if (row.length > 1) {
      if (many > 0 && end === i) step = drop;
      many++;
      end = i + 1;
    } else if (end === i && step !== undefined && Math.abs(drop - step) < 0.15 * step) {
      end = i + 1; // one column goes on alone
    }
  }
  return many >= 2 ? end : start;
}

interface Interval {
  readonly left: number;
  readonly right: number;
}

/** Columns as the intervals that are written in; those closer than `least` are one. */
function occupy(
  occupied: readonly Interval[],
  row: readonly Interval[],
  least: number,
): Interval[] {
  const all = [...occupied, ...row].sort((a, b) => a.left - b.left);
  const merged: { left: number; right: number }[] = [];
  for (const { left, right } of all) {
    const last = merged.at(-1);
    if (last && left < last.right + least) last.right = Math.max(last.right, right);
    else merged.push({ left, right });
  }
  return merged;
}

function linesOfBlock(rows: readonly Row[]): Line[] {
  const size = sizeOf(rows[0]!);
  const places = rows.reduce<Interval[]>((all, row) => occupy(all, row, LEAST_GUTTER * size), []);
  const cells = rows.map((row) => {
    const columns: Row[] = places.map(() => []);
    let column = 0;
    for (const one of row) {
      while (column + 1 < places.length && one.left >= places[column + 1]!.left) column++;
      columns[column]!.push(one);
    }
    return columns;
  });
  const columns = places.map((_, i) => cells.flatMap((row) => row[i]!));
  if (isProse(columns)) {
    return places.flatMap((_, i) =>
      cells.flatMap((row) => (row[i]!.length > 0 ? [lineOf(row[i]!)] : [])),
    );
  }
  return cells.map((row) => {
    const texts = row.map((cell) => cell.map(({ text }) => text).join(" "));
    while (texts.at(-1) === "") texts.pop();
    return { ...boxOf(row.flat()), text: texts.join("\t"), isRow: true };
  });
}

/**
 * Whether columns hold running text and not the entries of a table: lines of several words that fill
 * the column, most of which begin in the middle of a sentence.
 */
function isProse(columns: readonly (readonly Segment[])[]): boolean {
  if (columns.length > 5) return false;
  let lines = 0;
  let long = 0;
  let within = 0;
  let follow = 0;
  let full = 0;
  for (const column of columns) {
    const left = Math.min(...column.slice(0, 5000).map((one) => one.left));
    const right = Math.max(...column.slice(0, 5000).map((one) => one.right));
    column.forEach(({ text, ...one }, i) => {
      lines++;
      const isEastAsian = EAST_ASIAN.test(text);
      const count = isEastAsian ? text.length / 2 : text.split(" ", 5).length;
      if (count >= 3) long++;
      if (one.right - one.left > 0.6 * (right - left)) full++;
      if (i === 0) return;
      follow++;
      if (
        isEastAsian
          ? !SENTENCE_END.test(column[i - 1]!.text.slice(-9))
          : /^["'“‘(]?\p{Ll}/u.test(text)
      ) {
        within++;
      } else if (!/\p{Lu}|\p{Ll}/u.test(text)) {
        // A script without capitals.
        if (/^\p{Lo}/u.test(text) && !SENTENCE_END.test(column[i - 1]!.text.slice(-9))) within++;
      }
    });
  }
  return follow > 0 && long >= 0.7 * lines && full >= 0.6 * lines && within >= 0.4 * follow;
}

const EAST_ASIAN = /[\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]/;
const SENTENCE_END = /[.!?:;…。！？]["'”’»)\]]*$/;

function lineOf(row: Row): Line {
  let text = "";
  row.forEach((one, i) => {
    const before = row[i - 1];
    if (before) text += one.left - before.right > CELL_GAP * one.size ? "\t" : " ";
    text += one.text;
  });
  return { ...boxOf(row), text, isRow: false };
}

function boxOf(row: Row): Omit<Line, "text" | "isRow"> {
  return {
    left: row[0]!.left,
    right: row.reduce((most, one) => Math.max(most, one.right), row[0]!.right),
    baseline: row[0]!.baseline,
    size: sizeOf(row),
  };
}

function sizeOf(row: Row): number {
  return row.reduce((most, { size }) => Math.max(most, size), 0);
}
