// Whether a text is written in English, by the little words that every page of it has: the one language whose sentences
// are turned into questions here.

const LITTLE_WORDS = new Set(
  "the of and to a in that is was it for as with be by on are this which from".split(" "),
);
/** Of all words; running English has more than 0.25, another language hardly any. */
const LEAST_SHARE = 0.15;
const SAMPLES = 8;
const SAMPLE_CHARACTERS = 2_000;

export function isEnglish(text: string): boolean {
  const step = Math.max(SAMPLE_CHARACTERS, Math.floor(text.length / SAMPLES));
  const words: string[] = [];
  for (let at = 0; at < text.length; at += step) {
    words.push(
      ...(text
        .slice(at, at + SAMPLE_CHARACTERS)
        .toLowerCase()
        .match(/\p{L}+/gu) ?? []),
    );
  }
  const little = words.filter((word) => LITTLE_WORDS.has(word)).length;
  return little > LEAST_SHARE * words.length;
}
