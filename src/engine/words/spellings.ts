// Terms of a text that a word of a question was meant to be, where no text has the word as it is written: «Quequeg»,
// «iland», «chowdre». Pure.
import type { NearTerm } from "./term-vectors.ts";

/** Shorter words have too many neighbours. */
const LEAST_LETTERS = 5;
/** Words that may have two slips. */
const LONG_LETTERS = 9;
/** Of a slip; two of them count the square. */
const LIKENESS = 0.8;
const WORD = new RegExp(`^\\p{L}{${LEAST_LETTERS},}$`, "u");

/** Those with the fewest slips, all of them. The first letter is hardly ever wrong. */
export function spelledLike(term: string, vocabularies: readonly Iterable<string>[]): NearTerm[] {
  if (!WORD.test(term)) return [];
  let least = term.length >= LONG_LETTERS ? 2 : 1;
  let found = new Set<string>();
  for (const vocabulary of vocabularies) {
    for (const other of vocabulary) {
      if (other[0] !== term[0] || Math.abs(other.length - term.length) > least) continue;
      const slips = slipsBetween(term, other, least);
      if (slips > least) continue;
      if (slips < least) found = new Set();
      least = slips;
      found.add(other);
    }
  }
  return [...found].map((other) => ({ term: other, likeness: LIKENESS ** least }));
}

/**
 * Letters left out, put in, taken for others, or two of them swapped; more than `most` where there are more.
 * Optimal string alignment.
 */
function slipsBetween(one: string, other: string, most: number): number {
  let [before, row]: number[][] = [[], Array.from({ length: other.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const isSame = one[i - 1] === other[j - 1];
      let slips = Math.min(row![j - 1]! + (isSame ? 0 : 1), row![j]! + 1, next[j - 1]! + 1);
      const isSwapped =
        i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      if (isSwapped) slips = Math.min(slips, before![j - 2]! + 1);
      next.push(slips);
    }
    if (Math.min(...next) > most) return most + 1;
    [before, row] = [row, next];
  }
  return row!.at(-1)!;
}
