// Cuts a text into the passages that are searched: about as long as asked for, ended where a paragraph,
// a sentence or at least a word ends. Own rules and not Intl.Segmenter, whose result follows the host:
// stored passages must be the same everywhere. What is shown is widened to sentences elsewhere.

/** Characters of a passage; see the results of `npm run bench -- questions` for why. */
export const PASSAGE_CHARACTERS = 350;

/** How far a cut may look, in passages. */
const REACH = 2;
const SHORTEST = 0.5;
const LONGEST = 1.5;

// How much further from the wanted length, in lengths, an end of this kind may lie than a plain space.
const PARAGRAPH = 1;
const LINE = 0.8;
const SENTENCE = 0.6;
const CLAUSE = 0.2;

const ENDS: readonly { readonly pattern: RegExp; readonly worth: number }[] = [
  { pattern: /\n[^\S\n]*\n\s*/gu, worth: PARAGRAPH },
  { pattern: /\n\s*/gu, worth: LINE },
  { pattern: /[.!?…]["'”’»)\]]*\s+(?!\p{Ll})/gu, worth: SENTENCE },
  { pattern: /[。！？｡؟।॥።။។]["'”’」』）]*\s*/gu, worth: SENTENCE },
  { pattern: /[;:,—、，；：]\s*/gu, worth: CLAUSE },
  { pattern: /\s+/gu, worth: 0 },
];

/** Characters behind the start that decide where a passage ends. */
export function cutReach(passageCharacters: number): number {
  return REACH * passageCharacters;
}

/**
 * Length of the passage at the beginning of `text`, at least 1: white space behind it included. Depends on
 * the first `cutReach` characters alone; a shorter text is the end of the document.
 */
export function cutPassage(text: string, passageCharacters: number): number {
  const seen = text.slice(0, cutReach(passageCharacters));
  const isEnd = seen.length < cutReach(passageCharacters);
  if (isEnd && seen.length <= LONGEST * passageCharacters) return seen.length;
  const least = SHORTEST * passageCharacters;
  const most = LONGEST * passageCharacters;
  let best = 0;
  let bestWorth = -Infinity;
  for (const { pattern, worth } of ENDS) {
    for (const match of seen.matchAll(pattern)) {
      const end = match.index + match[0].length;
      if (end < least || end > most) continue;
      const value = worth - Math.abs(end - passageCharacters) / passageCharacters;
      if (value > bestWorth) {
        best = end;
        bestWorth = value;
      }
    }
  }
  return best > 0 ? best : hardCut(seen, passageCharacters);
}

/** Never between the halves of a character. */
function hardCut(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit < 0xe000 ? at + 1 : at;
}
