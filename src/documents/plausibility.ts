// How unlikely it is that people wrote a text: the sum over its characters of what each costs. Of
// several readings of the same bytes the cheapest is the true one. Costs are rough negative logarithms
// of probabilities; what stands between ASCII characters that belong together costs nothing.
import { ALL_LANGUAGES, type Language } from "./encodings.ts";

const COST = {
  /** No text at all: controls, unassigned and private code points, undecodable bytes. */
  impossible: 12,
  frequentLetter: 0.6,
  letter: 1.4,
  foreignLetter: 3,
  frequentSign: 1,
  sign: 3,
  foreignSign: 4,
  quotation: 0.5,
  symbol: 2.5,
  /** The same symbol again: a ruled line. */
  repeatedSymbol: 0.2,
  /** A sign before a word that opens nothing. */
  attached: 2.5,
  /** A symbol inside a word, a capital behind a small letter, two scripts in a word. */
  brokenWord: 4,
  strayMark: 4,
  /** A letter that no ASCII text has, between no other letters: mostly a misread dash or currency. */
  loneLetter: 2,
} as const;

const SPACE = 0;
const PLAIN = 1; // digits and punctuation
const LETTER = 2;
const SIGN = 3; // of a script without spaces and capitals
const MARK = 4;
const QUOTE = 5;
const SYMBOL = 6;
const IMPOSSIBLE = 7;

interface Kind {
  readonly type: number;
  readonly script: string;
  readonly isUpper: boolean;
  readonly isLower: boolean;
}

const SCRIPTS = [
  "Latin",
  "Cyrillic",
  "Greek",
  "Hebrew",
  "Arabic",
  "Thai",
  "Hangul",
  "Han",
] as const;
const scriptTests = SCRIPTS.map(
  (script) => [script, new RegExp(`\\p{Script=${script}}`, "u")] as const,
);
/** Punctuation, and the signs that texts without any other special character have. */
const QUOTES =
  /[\u00a0\u00a1\u00a3\u00a7\u00a9-\u00ab\u00ae\u00b0-\u00b3\u00b5\u00b7\u00ba-\u00bf\u00d7\u2010-\u2019\u201c-\u201e\u2022\u2026\u20ac\u2116\u2122\u3000-\u3011\u30fb\uff01-\uff0f\uff1a-\uff20]/;
const OPENING = /[«»¿¡\u00a0\u2010-\u201f\u3000-\u30ff\uff00-\uffef]/;
const JOINERS = /['’ʼ·\u00ad\u2010\u2011\u200c\u200d]/;

const kinds = new Map<string, Kind>();

function kindOf(character: string): Kind {
  const known = kinds.get(character);
  if (known) return known;
  const found = classify(character);
  kinds.set(character, found);
  return found;
}

function classify(character: string): Kind {
  const isUpper = /\p{Lu}/u.test(character);
  const isLower = /\p{Ll}/u.test(character);
  const of = (type: number, script = ""): Kind => ({ type, script, isUpper, isLower });
  if (/[\s]/.test(character) && character !== "\u00a0") return of(SPACE);
  if (character === "\u0008" || character === "\u001b") return of(SYMBOL); // for terminals
  if (/[\p{Cc}\p{Cn}\p{Co}\p{Cs}\ufffd]/u.test(character)) return of(IMPOSSIBLE);
  // Half the width of a character: no text is written in them throughout.
  if (/[\uff61-\uff9f]/.test(character)) return of(IMPOSSIBLE);
  if (/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]/u.test(character)) {
    return of(SIGN, "Han");
  }
  if (/\p{Script=Hangul}/u.test(character)) return of(SIGN, "Hangul");
  if (/\p{M}/u.test(character)) return of(MARK, scriptOf(character));
  if (QUOTES.test(character)) return of(QUOTE);
  if (/\p{L}/u.test(character)) {
    return of(LETTER, scriptOf(character));
  }
  if (character < "\u0080") return of(PLAIN);
  return of(SYMBOL);
}

function scriptOf(character: string): string {
  return scriptTests.find(([, test]) => test.test(character))?.[0] ?? "other";
}

/** `languages`: those that the encoding was made for; all where it was made for all. */
export function implausibility(text: string, languages: readonly Language[] | undefined): number {
  let cost = 0;
  const written = new Map<string, number>();
  let before: Kind | undefined;
  let last = "";
  let beforeLast: Kind | undefined;
  for (const character of text) {
    const kind = kindOf(character);
    const isAscii = character < "\u0080";
    // A run of the same is one fault: a padded field.
    if (kind.type === IMPOSSIBLE)
      cost += last === character ? COST.repeatedSymbol : COST.impossible;
    else if (kind.type === SYMBOL) cost += last === character ? COST.repeatedSymbol : COST.symbol;
    else if (kind.type === QUOTE) cost += COST.quotation;
    else if (kind.type === MARK && isStray(kind, before)) cost += COST.strayMark;
    if (!isAscii && (kind.type === LETTER || kind.type === SIGN || kind.type === MARK)) {
      written.set(character, (written.get(character) ?? 0) + 1);
    }
    if (before) {
      if (last >= "\u0080" && isLone(before, beforeLast, kind)) cost += COST.loneLetter;
      if (kind.type === LETTER && before.type === LETTER && !(isAscii && last < "\u0080")) {
        if (kind.script !== before.script) cost += COST.brokenWord;
        else if (kind.isUpper && before.isLower) cost += COST.brokenWord;
      } else if (kind.type === LETTER && beforeLast?.type === LETTER) {
        // A single sign of Han among letters, too, is a byte that took its neighbour along.
        const isOdd = before.type >= SIGN && before.type !== MARK;
        if (isOdd && !JOINERS.test(last)) cost += COST.brokenWord;
      } else if (isMix(kind, before)) cost += COST.brokenWord;
      else if (kind.type === LETTER && before.type >= QUOTE && !OPENING.test(last)) {
        cost += COST.attached;
      }
    }
    beforeLast = before;
    before = kind;
    last = character;
  }
  if (last >= "\u0080" && before && isLone(before, beforeLast, undefined)) cost += COST.loneLetter;
  return cost + costOfLetters(written, languages ?? ALL_LANGUAGES);
}

function isLone(one: Kind, before: Kind | undefined, after: Kind | undefined): boolean {
  const isWord = (kind?: Kind) => kind?.type === LETTER || kind?.type === MARK;
  return one.type === LETTER && !isWord(before) && !isWord(after);
}

/** A mark over nothing, or over a letter of another script. */
function isStray(mark: Kind, before: Kind | undefined): boolean {
  if (!before || before.type < LETTER) return true;
  return before.type === LETTER && mark.script !== "other" && mark.script !== before.script;
}

/** Signs beside letters of an alphabet; Latin words stand among them everywhere. */
function isMix(one: Kind, other: Kind): boolean {
  const [sign, letter] = one.type === SIGN ? [one, other] : [other, one];
  if (sign.type !== SIGN) return false;
  if (letter.type === SIGN) return sign.script !== letter.script;
  return letter.type === LETTER && letter.script !== "Latin";
}

/** A text is in one language: the one that explains its letters best. */
function costOfLetters(
  written: ReadonlyMap<string, number>,
  languages: readonly Language[],
): number {
  let best = Number.POSITIVE_INFINITY;
  for (const { frequent, alphabet } of languages) {
    let cost = 0;
    for (const [character, count] of written) {
      const isSign = kindOf(character).type === SIGN;
      const known = frequent.has(character);
      if (isSign) {
        const isOwn = alphabet.size > 150 && sameScript(character, frequent);
        cost += count * (known ? COST.frequentSign : isOwn ? COST.sign : COST.foreignSign);
      } else if (known) cost += count * COST.frequentLetter;
      else cost += count * (alphabet.has(character) ? COST.letter : COST.foreignLetter);
    }
    best = Math.min(best, cost);
  }
  return written.size === 0 ? 0 : best;
}

function sameScript(character: string, frequent: ReadonlySet<string>): boolean {
  const first = frequent.values().next().value;
  return first !== undefined && kindOf(first).script === kindOf(character).script;
}
