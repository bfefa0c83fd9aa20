// Numbers and units as they are compared: what is written in words, in digits, grouped in thousands or as an ordinal is
// one value, and a sign is its word. Pure.
import { withPlainDates } from "./dates.ts";
import { termsOf } from "../words/terms.ts";
import type { LittleWords } from "./little-words.ts";

/** Two to twenty, then the tens; «one» is an article in most languages. */
const VALUES = [
  ...Array.from({ length: 19 }, (_, i) => i + 2),
  30,
  40,
  50,
  60,
  70,
  80,
  90,
  100,
  1000,
];

/** The words, in the order of `VALUES`, with the value of each. */
export function readValues(words: readonly string[]): ReadonlyMap<string, string> {
  return new Map(words.map((word, i) => [word, String(VALUES[i])]));
}

const UNITS: readonly [RegExp, string][] = [
  [/€|\bEUR\b/gu, " euro "],
  [/\$|\bUSD\b/gu, " dollar "],
  [/£|\bGBP\b/gu, " pound "],
  [/%|\bProzent\b|\bper cent\b/gu, " percent "],
];

/** Thousands apart by spaces or, in Switzerland, by apostrophes. */
const SPACED_THOUSANDS =
  /(?<![\p{Nd}.,]\p{Zs}?)[1-9]\p{Nd}{0,2}(?:([\p{Zs}'’])\p{Nd}{3})(?:\1\p{Nd}{3})*(?!\1?\p{Nd})/gu;

/** Terms of a text, every number as its value and every date in one form; in a passage with the name of its month. */
export function valuedTerms(text: string, little: LittleWords, isPassage = false): string[] {
  let plain = withPlainDates(text, isPassage).replace(SPACED_THOUSANDS, (number) =>
    number.replace(/[^\p{Nd}]/gu, ""),
  );
  for (const [sign, word] of UNITS) plain = plain.replace(sign, word);
  return withValues(termsOf(plain), little);
}

export function withValues(terms: readonly string[], little: LittleWords): string[] {
  return terms.map((term) => little.values.get(term) ?? valueOfDigits(term, little.isEnglish));
}

function valueOfDigits(term: string, isEnglish: boolean): string {
  const [ordinal, digits] = /^(\d+)(?:st|nd|rd|th)$/.exec(term) ?? [];
  if (ordinal !== undefined) return digits!;
  if (!/^\d[\d.,]*$/.test(term)) return term;
  // Thousands have lost their commas as terms; other languages group them with points.
  const plain =
    !isEnglish && /^[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?$/.test(term)
      ? term.replaceAll(".", "")
      : term;
  return plain.replace(/[.,]00$/, "").replace(/^(\d+),(\d+)$/, "$1.$2");
}
