// The terms under which a text is found: words with case and diacritics folded, numbers without
// grouping, n-grams of characters for scripts that do not separate words. The same for a document and
// for a question; nothing here depends on the dictionaries of the host, so that a stored index fits
// every browser.
import { stemmer } from "stemmer";

// Marks of Latin, Greek, Cyrillic, Hebrew and Arabic that are often left out in writing. Vowel signs of
// Indic scripts are not among them: there they tell words apart.
const OPTIONAL_MARKS = /[\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0640\u064b-\u065f\u0670]/g;
/** Shown as nothing: soft hyphens, joiners, marks of byte order. */
const INVISIBLE = /[\u00ad\u200d\u2060\ufeff]/g;
const LETTERS: Readonly<Record<string, string>> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  đ: "d",
  ð: "d",
  ł: "l",
  þ: "th",
  ı: "i",
  ς: "σ",
};
/** Digits of Arabic, Persian and Devanagari; the others are compatible with Latin ones or hardly used. */
const OTHER_DIGITS = /[٠-٩۰-۹०-९]/g;
const ZEROS = [0x660, 0x6f0, 0x966];
const SINGLE_LETTERS = /[ßæœøđðłþıς]/g;
const WORD = /\p{Nd}+(?:[.,]\p{Nd}+)+|[\p{L}\p{N}\p{M}]+(?:['’ʼ][\p{L}\p{M}]+)*/gu;
const GROUPED_NUMBER = /^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/;
const THOUSANDS_SIGN = /[ '’]/;
const FIRST_DIGITS = /^[1-9]\d{0,2}$/;
const THREE_DIGITS = /^\d{3}$/;
const APOSTROPHE = /['’ʼ]/;
/** What English leaves behind an apostrophe; no language has such words of its own in that place. */
const CLITICS = new Set(["s", "t", "d", "m", "ll", "re", "ve"]);

// Written without spaces. Two characters are about a word in East Asia; the alphabets of South-East
// Asia need three.
const PAIRED = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー々`;
const TRIPLED = String.raw`\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}`;
const UNSPACED = new RegExp(`[${PAIRED}${TRIPLED}]`, "u");
const RUN = new RegExp(`[${PAIRED}]+|[${TRIPLED}]+|[^${PAIRED}${TRIPLED}]+`, "gu");
const IS_TRIPLED = new RegExp(`^[${TRIPLED}]`, "u");
/** English endings; words of other languages that carry them are cut alike in text and question. */
const STEMMED = /^[a-z]{3,}$/;

/** In the order of the text, repeated ones included. */
export function termsOf(text: string): string[] {
  const terms: string[] = [];
  const groups = new SpacedThousands();
  const folded = fold(text);
  for (const { 0: word, index } of folded.matchAll(WORD)) {
    groups.add(folded, word, index, terms);
    if (UNSPACED.test(word)) addRuns(word, terms);
    else if (GROUPED_NUMBER.test(word)) terms.push(word.replaceAll(",", ""));
    else if (APOSTROPHE.test(word)) addParts(word, terms);
    else terms.push(stem(word));
  }
  groups.close(terms);
  return terms;
}

/**
 * «1 500», «1’500»: beside its parts, which may be numbers of their own in a table, the number is a term. The
 * narrow spaces that stand there have become spaces.
 */
class SpacedThousands {
  #digits = "";
  #parts = 0;
  #end = 0;

  add(text: string, word: string, index: number, terms: string[]): void {
    const isNext = index === this.#end + 1 && THOUSANDS_SIGN.test(text[this.#end]!);
    if (this.#parts > 0 && isNext && THREE_DIGITS.test(word)) {
      this.#digits += word;
      this.#parts++;
    } else {
      this.close(terms);
      this.#digits = word;
      this.#parts = FIRST_DIGITS.test(word) ? 1 : 0;
    }
    this.#end = index + word.length;
  }

  close(terms: string[]): void {
    if (this.#parts > 1) terms.push(this.#digits);
    this.#parts = 0;
  }
}

/** Lower case, compatible characters made one, optional marks left out. */
export function fold(text: string): string {
  // Capitals of formulas have no small letters before they are made plain ones.
  const compatible = text.replace(INVISIBLE, "").normalize("NFKD").toLowerCase();
  const plain = compatible.replace(OPTIONAL_MARKS, "").normalize("NFC");
  return plain
    .replace(SINGLE_LETTERS, (letter) => LETTERS[letter] ?? letter)
    .replace(OTHER_DIGITS, (digit) => {
      const code = digit.charCodeAt(0);
      return String(code - ZEROS.findLast((zero) => zero <= code)!);
    });
}

function stem(word: string): string {
  return STEMMED.test(word) ? stemmer(word) : word;
}

/** "captain's" is captain, "l'homme" l and homme. */
function addParts(word: string, terms: string[]): void {
  word.split(APOSTROPHE).forEach((part, i) => {
    if (part !== "" && (i === 0 || !CLITICS.has(part))) terms.push(stem(part));
  });
}

function addRuns(word: string, terms: string[]): void {
  for (const [run] of word.matchAll(RUN)) {
    if (!UNSPACED.test(run)) {
      terms.push(stem(run));
      continue;
    }
    const characters = Array.from(run);
    const n = Math.min(characters.length, IS_TRIPLED.test(run) ? 3 : 2);
    for (let i = 0; i + n <= characters.length; i++)
      terms.push(characters.slice(i, i + n).join(""));
  }
}
