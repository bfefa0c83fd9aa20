// Which language the texts that are asked are in, as far as anything more than the writing of its words is known of it:
// German. Judged by the words of every document; what is known is loaded for the first that needs it.
import { termsOf } from "../words/terms.ts";
import type { Wording } from "../words/rank-passages.ts";
import type { WordIndex } from "../words/word-index.ts";
import type { AskedText } from "./asked-texts.ts";

/** Running German has most of them on every page; one alone may be a word of another language. */
const GERMAN_WORDS = termsOf("und nicht sich auf eine mit");
const LEAST_WORDS = 3;
/** Of the passages hold each of them; see results/questions-german.md. */
const LEAST_SHARE = 0.1;

export function isGerman(words: Pick<WordIndex, "passages" | "frequency">): boolean {
  const least = Math.max(1, LEAST_SHARE * words.passages);
  return GERMAN_WORDS.filter((term) => words.frequency(term) >= least).length >= LEAST_WORDS;
}

/** Undefined where nothing is known, or the texts are not all in one language. */
export async function wordingOf(
  texts: readonly Pick<AskedText, "words">[],
  question: string,
): Promise<Wording | undefined> {
  const indexes = texts.map(({ words }) => words);
  if (!indexes.every(isGerman)) return undefined;
  const { germanWording } = await import("./german-wording.ts");
  return germanWording(indexes, question);
}
