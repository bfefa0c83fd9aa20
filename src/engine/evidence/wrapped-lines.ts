// Texts whose paragraphs are broken into lines of about one length, as plain text files and mails are: there a line end
// is a space. Lines of lists, tables, verse and headings end where they do, and stay. Pure.

/** Lines of a paragraph are at least as long; what is shorter may be verse or a list. */
const LEAST_WIDTH = 30;
/** Of the line ends, to lie where the next word would not have fitted. */
const LEAST_FULL = 0.75;
/** Of the lines that follow one, not to begin with a capital as verse and items do. */
const LEAST_SMALL = 0.25;

const ITEM = /^\s*(?:[-–—•*·▪◦]|\(?(?:\p{N}{1,3}|\p{L})[.)])\s/u;
const TABLE = /[\t|]|\S {3,}\S/;
const OPENS_LARGE = /^[\s\p{P}]*\p{Lu}/u;

/** The same text, as long as before, with spaces for the line ends that only break a paragraph. */
export function joinWrappedLines(text: string): string {
  const lines = text.split("\n");
  const breaks = lines.flatMap((line, i) => {
    const next = lines[i + 1];
    const isInside = next !== undefined && line.trim() !== "" && next.trim() !== "";
    if (!isInside || TABLE.test(line) || TABLE.test(next) || ITEM.test(next)) return [];
    const length = line.trimEnd().length;
    const [word = ""] = next.trimStart().split(/\s/, 1);
    const longest = Math.max(length, next.trimEnd().length);
    return [{ i, longest, withWord: length + 1 + word.length, isSmall: !OPENS_LARGE.test(next) }];
  });
  const width = breaks.reduce((most, { longest }) => Math.max(most, longest), 0);
  const full = breaks.filter(({ withWord }) => withWord > width);
  const small = breaks.filter(({ isSmall }) => isSmall);
  const isWrapped =
    width >= LEAST_WIDTH &&
    full.length >= LEAST_FULL * breaks.length &&
    small.length >= LEAST_SMALL * breaks.length;
  if (!isWrapped) return text;
  const soft = new Set(full.map(({ i }) => i));
  return lines
    .map((line, i) => {
      if (i === lines.length - 1) return line;
      return soft.has(i) ? `${line.replace(/\r$/, " ")} ` : `${line}\n`;
    })
    .join("");
}
