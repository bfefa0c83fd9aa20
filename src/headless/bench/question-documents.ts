// A text as several documents, to compare asking many at once with asking one.
export interface TextPart {
  readonly text: string;
  /** Where it begins in the whole text, UTF-16 units. */
  readonly start: number;
}

/** `count` parts of about equal length that end behind a blank line; fewer where the text has not as many. */
export function inDocuments(text: string, count: number): TextPart[] {
  const starts = [0];
  for (let part = 1; part < count; part++) {
    const blank = text.indexOf("\n\n", Math.round((part * text.length) / count));
    if (blank < 0 || blank + 2 >= text.length) break;
    if (blank + 2 > starts.at(-1)!) starts.push(blank + 2);
  }
  return starts.map((start, i) => ({ text: text.slice(start, starts[i + 1]), start }));
}
