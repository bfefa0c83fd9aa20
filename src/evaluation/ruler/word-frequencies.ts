// RULER's two counting tasks: the ten most common words of a numbered list, and the three most
// frequent coded words of a text whose frequencies fall with a power of the rank.
import { references, type RulerGenerator, type RulerPrompt } from "./ruler-prompt.ts";
import { LIST_WORDS } from "./words.ts";

const COMMON = 10;

/** Upstream repeats words less below this length. */
const SHORT_LENGTH = 4096;

/** `size` counts different words. */
export function commonWords(length: number): RulerGenerator {
  const [often, seldom] = length < SHORT_LENGTH ? [6, 1] : [30, 3];
  return {
    floor: COMMON + 1,
    ceiling: LIST_WORDS.length,
    build: (size, random) => {
      // The common words first, so that a longer list asks for the same ones.
      const words = random.sample(LIST_WORDS, size);
      const common = words.slice(0, COMMON);
      const list = words.flatMap((word, i) =>
        new Array<string>(i < COMMON ? often : seldom).fill(word),
      );
      random.shuffle(list);
      return withoutNeedles(
        list.map((word, i) => `${i + 1}. ${word}`).join(" "),
        `The document is a numbered list of words, some of which occur more often than others. Which ${COMMON} words are the most common?`,
        `The ${COMMON} most common words are`,
        common,
      );
    },
  };
}

const WORD_LETTERS = 6;
const LETTERS = "abcdefghijklmnopqrstuvwxyz";
/** ζ(2): the exponent is 2. */
const ZETA = Math.PI ** 2 / 6;
const ASKED = 3;
const NOISE = "...";

/** `size` counts words of the text; the vocabulary follows from the length. */
export function frequentCodedWords(length: number): RulerGenerator {
  const vocabularySize = Math.max(ASKED + 1, Math.trunc((length - 50) / 50));
  return {
    // The third asked word, rank 4, must occur more often than rank 5: at least twice.
    floor: Math.ceil(2 * 16 * ZETA),
    ceiling: 4_000_000,
    build: (size, random) => {
      const words = new Set<string>();
      while (words.size < vocabularySize) {
        words.add(Array.from({ length: WORD_LETTERS }, () => LETTERS[random.below(26)]!).join(""));
      }
      const vocabulary = [...words];
      vocabulary[0] = NOISE; // the first rank is noise; ranks 2 to 4 are asked
      const text: string[] = [];
      vocabulary.forEach((word, i) => {
        const count = Math.trunc(size / ((i + 1) ** 2 * ZETA));
        for (let k = 0; k < count; k++) text.push(word);
      });
      random.shuffle(text);
      return withoutNeedles(
        text.join(" "),
        `The document is a coded text. Leaving out the dots "${NOISE}", which ${ASKED} coded words occur most often? Give the words only.`,
        `The ${ASKED} most frequent words are`,
        vocabulary.slice(1, 1 + ASKED),
      );
    },
  };
}

function withoutNeedles(
  document: string,
  question: string,
  answerStart: string,
  gold: readonly string[],
): RulerPrompt {
  return { document, question, answerStart, gold, rule: references(gold, "all"), needles: [] };
}
