// Where sentences end in English and Chinese prose: the places at which the sound profile may insert
// a needle. Own rules and not Intl.Segmenter, whose result follows the ICU version of the host: the
// same seed must give the same prompt in every browser and in Node.
import type { Language } from "./types.ts";

const ABBREVIATION =
  /(?:^|[\s("“‘])(?:Mr|Mrs|Ms|Dr|St|Rev|Hon|Capt|Col|Gen|Lt|Sgt|Jr|Sr|vs|etc|No|[A-Z])\.$/;
const END_EN = /[.!?…]+["'”’)\]]*\s+(?=["'“‘([]*[\p{Lu}\p{N}])|\n\s*\n\s*/gu;
const END_ZH = /(?:[。！？…]+[”’」』）》]*)\s*|\n\s*\n\s*/gu;

/**
 * Ascending UTF-16 offsets p with 0 < p ≤ text.length, such that a sentence and the white space
 * after it end at p. The end of the text is one of them. Never inside a character.
 */
export function sentenceEnds(text: string, language: Language): number[] {
  const ends: number[] = [];
  for (const match of text.matchAll(language === "en" ? END_EN : END_ZH)) {
    const end = match.index + match[0].length;
    if (language === "en" && /^\.[^\S\n]/.test(match[0])) {
      const before = text.slice(Math.max(0, match.index - 8), match.index + 1);
      if (ABBREVIATION.test(before)) continue;
    }
    if (end > 0 && end !== ends.at(-1)) ends.push(end);
  }
  if (text.length > 0 && ends.at(-1) !== text.length) ends.push(text.length);
  return ends;
}

/** Index of the last of the ascending `values` that is ≤ `limit`; -1 if none. */
export function lastAtMost(values: ArrayLike<number>, limit: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
