// Every place of a query in a text. White space in the query stands for any white space of the text,
// because the lines of a book are broken anywhere.

export interface FindOptions {
  readonly matchCase: boolean;
  readonly wholeWords: boolean;
}

/** UTF-16 offsets, in order; `starts[i]` to `ends[i]`. */
export interface Matches {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

const WORD = "[\\p{L}\\p{N}\\p{M}_]";

export const NO_MATCHES: Matches = { starts: [], ends: [] };

export function findAll(text: string, query: string, options: FindOptions): Matches {
  const parts = query.trim().split(/\s+/).filter(Boolean);
  if (parts.length === 0) return NO_MATCHES;
  const wanted = parts.map((one) => one.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")).join("\\s+");
  const pattern = options.wholeWords ? `(?<!${WORD})${wanted}(?!${WORD})` : wanted;
  const search = new RegExp(pattern, options.matchCase ? "gu" : "giu");
  const starts: number[] = [];
  const ends: number[] = [];
  for (const match of text.matchAll(search)) {
    starts.push(match.index);
    ends.push(match.index + match[0].length);
  }
  return { starts, ends };
}

/** Index of the first match that ends behind `offset`; the count of matches if there is none. */
export function firstAfter({ ends }: Matches, offset: number): number {
  let low = 0;
  let high = ends.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ends[middle] ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
