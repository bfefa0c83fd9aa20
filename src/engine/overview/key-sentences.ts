// Sentences that stand for a text: those with the words that come back in it again and again and not everywhere
// (centroid of tf·idf), the beginning before the rest. Only sentences that can be understood by themselves.
// Source: Radev et al., Centroid-based summarization of multiple documents, 2004. By words alone.
import { sentencesIn, type TextRange } from "../evidence/sentences.ts";
import { questionTerms } from "../words/rank-passages.ts";
import type { WordIndex } from "../words/word-index.ts";
import { standsAlone } from "./standing-alone.ts";

export interface KeySentence extends TextRange {
  /** White space made one space. */
  readonly text: string;
  readonly score: number;
}

/** Passages that are looked at, evenly over the text. */
const MOST_PASSAGES = 4_000;
/** Of them, those whose sentences are. */
const BEST_PASSAGES = 250;
/** What the first sentence counts more; it fades over a share of the text. */
const LEAD = 2;
const LEAD_SHARE = 0.03;
const LEAD_CHARACTERS = 1_200;
/** What stands in more of the passages tells nothing; a short text has few of them. */
const MOST_SHARE = 0.25;
const FEW_PASSAGES = 4;
const PASSAGES_PER_TURN = 100;

/** Best first. Lets others through in between; throws what `signal` was aborted with. */
export async function keySentences(
  text: string,
  words: WordIndex,
  signal: AbortSignal,
): Promise<KeySentence[]> {
  const weigh = weightsOf(words);
  const turn = async (i: number) => {
    if (i % PASSAGES_PER_TURN === 0) await new Promise((resolve) => setTimeout(resolve, 0));
    signal.throwIfAborted();
  };
  const lead = (at: number) =>
    1 + LEAD * Math.exp(-at / Math.max(LEAD_CHARACTERS, LEAD_SHARE * text.length));
  const passages: { range: TextRange; score: number }[] = [];
  const step = Math.max(1, words.passages / MOST_PASSAGES);
  for (let i = 0; i < words.passages; i += step) {
    await turn(passages.length);
    const range = words.range(Math.floor(i));
    const score = weigh(text.slice(range.start, range.end)) * lead(range.start);
    passages.push({ range, score });
  }
  passages.sort((a, b) => b.score - a.score);
  const found = new Map<number, KeySentence>();
  for (const [i, { range }] of passages.slice(0, BEST_PASSAGES).entries()) {
    await turn(i);
    for (const { start, end } of sentencesIn(text, range)) {
      if (found.has(start)) continue;
      const sentence = text.slice(start, end).replace(/\s+/g, " ");
      if (!standsAlone(sentence)) continue;
      found.set(start, { start, end, text: sentence, score: weigh(sentence) * lead(start) });
    }
  }
  return [...found.values()].sort((a, b) => b.score - a.score || a.start - b.start);
}

/** Mean weight of the different terms of a piece of the text. */
function weightsOf(words: WordIndex): (piece: string) => number {
  const known = new Map<string, number>();
  const weightOf = (term: string): number => {
    const frequency = words.frequency(term);
    const isEverywhere = frequency > Math.max(MOST_SHARE * words.passages, FEW_PASSAGES);
    return frequency < 2 || isEverywhere
      ? 0
      : Math.log(1 + frequency) * Math.log(1 + words.passages / frequency);
  };
  return (piece) => {
    const terms = questionTerms(piece);
    let sum = 0;
    for (const term of terms) {
      let weight = known.get(term);
      if (weight === undefined) known.set(term, (weight = weightOf(term)));
      sum += weight;
    }
    return sum / (terms.length + 4);
  };
}
