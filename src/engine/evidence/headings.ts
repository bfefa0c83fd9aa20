// Which lines of a text are headings: they name the matter and tell nothing.
import type { TextRange } from "./sentences.ts";

const HEADING_CHARACTERS = 120;

/** A short line of its own that does not end like a sentence. */
export function isHeading(text: string, { start, end }: TextRange): boolean {
  const line = text.slice(start, end);
  if (line.length > HEADING_CHARACTERS || /[.!?…。！？؟।:;,"”»』」]$/u.test(line)) return false;
  const before = text.slice(Math.max(0, start - 8), start);
  const after = text.slice(end, end + 8);
  const isAlone = (start === 0 || /\n\s*$/.test(before)) && /^[^\S\n]*\n/.test(after);
  // A line that is followed by its list or its verse is still only a name for it.
  return isAlone && !/^[\p{Ll}\-•*]/u.test(line);
}
