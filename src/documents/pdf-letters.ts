// Letters that were set for the eye: words spaced out letter by letter, and the large initial of a
// chapter. Pure.

interface Box {
  readonly left: number;
  readonly right: number;
}

/** What one piece of a spaced word holds. */
export interface Letters extends Box {
  readonly text: string;
}

/** Fewer single letters are initials or the names of variables. */
const SPACED = /^[\p{L}\p{N}\p{P}](?: [\p{L}\p{N}\p{P}]){4,}$/u;
/** In the gaps between the letters: those between words are wider. */
const WORD_GAP = 1.5;

/** A line of single letters as its words; undefined where it is none. */
export function withoutSpacing(text: string, pieces: readonly Letters[]): string | undefined {
  if (!SPACED.test(text) || isList(text)) return undefined;
  // The parser divides a spaced line at the wider gaps, unless each letter has a place of its own.
  const isByLetter = pieces.every((one) => !one.text.includes(" "));
  const gaps = pieces.slice(1).map(({ left }, i) => left - pieces[i]!.right);
  const usual = [...gaps].sort((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? 0;
  return pieces
    .map((one, i) => {
      const isWord = i > 0 && (!isByLetter || gaps[i - 1]! > WORD_GAP * usual);
      return (isWord ? " " : "") + one.text.replaceAll(" ", "");
    })
    .join("");
}

/** Letters or numbers that are counted up, and words of one language that are mostly single letters. */
function isList(text: string): boolean {
  const codes = text.split(" ").map((one) => one.codePointAt(0)!);
  const letters = text.replace(/[^\p{L}]/gu, "");
  const steps = codes.filter((code, i) => i > 0 && code - codes[i - 1]! === 1).length;
  return steps >= 0.5 * (codes.length - 1) || letters.length < 4 || /[\u3040-\uffff]/.test(letters);
}

interface Initial extends Box {
  text: string;
  left: number;
  readonly right: number;
  readonly baseline: number;
  readonly size: number;
  readonly turns: number;
}

/** Lines that an initial is high. */
const LEAST_HEIGHT = 1.7;

/** Joins large initials to the words that they begin. */
export function withInitials<T extends Initial>(segments: readonly T[]): T[] {
  const joined = new Set<T>();
  segments.forEach((cap, i) => {
    if (!/^["'“‘«„]?\p{Lu}$/u.test(cap.text)) return;
    const [first, second] = [segments[i + 1], segments[i + 2]];
    if (!first || first.turns !== cap.turns || cap.size < LEAST_HEIGHT * first.size) return;
    const rise = first.baseline - cap.baseline;
    const isBeside =
      first.left >= cap.right - 0.3 * first.size && first.left < cap.right + 1.5 * first.size;
    // Beside its upper part, with another line beside the lower one.
    const hasMore =
      second !== undefined &&
      second.left >= cap.right - 0.3 * first.size &&
      second.baseline < first.baseline;
    if (!isBeside || !hasMore || rise < 0.3 * first.size || rise > cap.size) return;
    const isWord = first.left > second.left + 0.15 * first.size;
    first.text = `${cap.text}${isWord ? " " : ""}${first.text}`;
    first.left = cap.left;
    joined.add(cap);
  });
  return segments.filter((one) => !joined.has(one));
}
