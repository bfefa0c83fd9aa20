// German questions to German texts: words meet in all their forms, and a word meets the compounds that begin or end
// with it. At the time of the question, on the terms that an index holds: stored indexes of any age gain.
import { stemmer } from "@orama/stemmers/german";
import { littleWordsOf } from "../evidence/little-words.ts";
import type { Wording } from "../words/rank-passages.ts";
import type { NearTerm } from "../words/term-vectors.ts";
import type { WordIndex } from "../words/word-index.ts";

// Chosen on half of a set of questions (results/questions-german.md).
/** What another form of a word counts, */
const FORM = 0.8;
/** and a compound with it. */
const COMPOUND = 0.7;
/** Letters of a stem from which on compounds are looked for, and of what is put before or behind it. */
const LEAST_STEM = 4;
const LEAST_PART = 3;
/** Letters that an ending has. */
const LONGEST_ENDING = 4;

/** Terms are folded: nothing but these letters, or no word of German. */
const WORD = /^[a-z]{3,}$/;

export function germanWording(indexes: readonly WordIndex[], question: string): Wording {
  const little = littleWordsOf(question);
  return {
    isLittle: little.isLittle,
    related(term) {
      if (!WORD.test(term)) return [];
      const stem = stemmer(term);
      const found = new Map<string, NearTerm>();
      for (const index of indexes) {
        for (const other of index.vocabulary()) {
          const likeness = other === term ? 0 : likenessOf(other, stem);
          if (likeness > 0) found.set(other, { term: other, likeness });
        }
      }
      return [...found.values()];
    },
  };
}

/** Stems are beginnings of their words, so few words of the text have to be cut. 0: another word. */
function likenessOf(other: string, stem: string): number {
  const at = other.lastIndexOf(stem);
  const behind = other.length - at - stem.length;
  if (at < 0 || (at > 0 && behind > LONGEST_ENDING) || !WORD.test(other)) return 0;
  const cut = stemmer(other);
  if (cut === stem) return FORM;
  const isCompound = stem.length >= LEAST_STEM && cut.length >= stem.length + LEAST_PART;
  return isCompound && (cut.startsWith(stem) || cut.endsWith(stem)) ? COMPOUND : 0;
}
