// Rows of HTML tables as lines of text: cells stand apart, also empty ones and those that a cell above
// reaches down into.
import type { TextBuilder } from "./text-builder.ts";

type Attributes = Readonly<Record<string, string>>;

/** Wider spans are made to fill memory. */
const MAX_COLUMNS = 100;
/** As many as browsers allow. */
const MAX_ROWS = 65_534;

interface OpenRow {
  cells: number;
  column: number;
  /** Length of the text before it. */
  readonly start: number;
}

export class MarkupTables {
  /** Of the open tables, the innermost last: how many more rows the cell of each column reaches into. */
  readonly #reach: number[][] = [];
  readonly #rows: OpenRow[] = [];

  openTable(): void {
    this.#reach.push([]);
  }

  closeTable(): void {
    this.#reach.pop();
  }

  openRow(into: TextBuilder): void {
    this.#rows.push({ cells: 0, column: 0, start: into.length });
  }

  closeRow(): void {
    const row = this.#rows.pop();
    const reach = this.#reach.at(-1);
    if (!row || !reach) return;
    for (let i = row.column; i < reach.length; i++) reach[i] = Math.max(0, reach[i]! - 1);
  }

  openCell(attributes: Attributes, into: TextBuilder): void {
    const row = this.#rows.at(-1);
    const reach = this.#reach.at(-1);
    if (!row) return;
    while (reach && (reach[row.column] ?? 0) > 0) {
      reach[row.column]!--;
      row.column++;
      separate(row, into);
    }
    separate(row, into);
    const columns = Math.max(1, wholeNumber(attributes["colspan"], MAX_COLUMNS) ?? 1);
    const rows = wholeNumber(attributes["rowspan"], MAX_ROWS) ?? 1;
    const end = Math.min(row.column + columns, MAX_COLUMNS);
    // A span of no rows goes to the table's end.
    if (reach) for (let i = row.column; i < end; i++) reach[i] = rows === 0 ? MAX_ROWS : rows - 1;
    row.column = end;
  }
}

function separate(row: OpenRow, into: TextBuilder): void {
  if (row.cells++ === 0) return;
  // Behind empty cells the line has not begun.
  if (into.length > row.start) into.continueLine();
  into.write(" | ");
}

function wholeNumber(text: string | undefined, most: number): number | undefined {
  return text !== undefined && /^\s*\d{1,7}/.test(text)
    ? Math.min(most, Number.parseInt(text, 10))
    : undefined;
}
