// Which passages of the documents a question is about: ranked by its words (BM25) and by what the model's
// keys found, joined by their scores. With a model that knows whole words, words near to those of the question count
// too. Both rank the same passages, those of the word index.
import type { Recollection } from "../attention/engine.ts";
import type { FoundRange } from "../evidence/readable.ts";
import { joinWordsAndKeys, LEADING_COVERAGE, type ScoredRange } from "../passages/fuse-rankings.ts";
import type { SearchQuestion } from "../passages/follow-up.ts";
import { tellingOf } from "../passages/telling.ts";
import { type NearWords, rankPassages, type Wording } from "../words/rank-passages.ts";
import type { FindNearTerms } from "../words/term-vectors.ts";
import { type AttendedInterval, tokenHeat } from "./token-heat.ts";
import type { AskedText } from "./asked-texts.ts";

/** A text with the place of its tokens, of documents that stand in one stream. */
export interface StreamText extends Pick<AskedText, "words"> {
  readonly tokenStarts: Uint32Array; // [tokens] UTF-16 units
}

export interface FoundPassages {
  /** Best first. */
  readonly ranges: readonly FoundRange[];
  /** How much the texts seem to tell of what is asked (telling.ts). */
  readonly telling: number;
}

/** Places of either ranking that are joined. */
const DEPTH = 20;

/** What near words count where the question's own words stand together, and where they do not. */
const NEAR_WEIGHT = 1;
const NEAR_WEIGHT_ALONE = 2;

export interface SearchScope {
  /** Words near to those of the question, where a model knows them. */
  readonly near?: FindNearTerms | undefined;
  /** What is known of the language of the texts. */
  readonly wording?: Wording | undefined;
  /** Per text where it ends for this question, in UTF-16 units; all of it without. */
  readonly ends?: readonly number[] | undefined;
}

/**
 * Best first, at most `limit`. `byKeys` is the ranking of the same documents by keys; empty for documents that are
 * not read yet. How much the texts tell is judged by the question's own words.
 */
export function findPassages(
  texts: readonly Pick<AskedText, "words">[],
  question: SearchQuestion,
  byKeys: readonly ScoredRange[],
  limit: number,
  { near, wording, ends }: SearchScope = {},
): FoundPassages {
  const indexes = texts.map(({ words }) => words);
  const depth = ends ? Infinity : DEPTH;
  const rank = (words?: NearWords) =>
    rankPassages(indexes, question.question, depth, question.carried, { near: words, wording })
      .filter(({ document, start }) => start < (ends?.[document] ?? Infinity))
      .slice(0, DEPTH);
  const exact = rank();
  const coverage = exact[0]?.coverage ?? 0;
  const weight = coverage >= LEADING_COVERAGE ? NEAR_WEIGHT : NEAR_WEIGHT_ALONE;
  const byWords = near ? rank({ find: near, weight }) : exact;
  const joined = joinWordsAndKeys(byWords, byKeys, coverage, limit);
  const ranges = joined.map(({ score, ...range }) => ({ ...range, weight: score }));
  return { ranges, telling: tellingOf(exact) };
}

/**
 * By the keys that the question's words match. Engines without stored keys tell only what the question attends to,
 * which finds less (results/questions.md).
 */
export function rankByKeys(
  { matched, attended }: Pick<Recollection, "attended"> & Partial<Pick<Recollection, "matched">>,
  texts: readonly StreamText[],
  firstToken: number,
): ScoredRange[] {
  const ranked = rankByHeat(matched ?? [], texts, firstToken);
  return ranked.length > 0 ? ranked : rankByHeat(attended, texts, firstToken);
}

/**
 * The passages by the heat of their tokens, best first, at most `DEPTH`; those without any are left out.
 * `firstToken`: of the first document, in tokens of the stream.
 */
export function rankByHeat(
  layers: readonly (readonly AttendedInterval[])[],
  texts: readonly StreamText[],
  firstToken: number,
): ScoredRange[] {
  const ranked: ScoredRange[] = [];
  let at = firstToken;
  for (const [document, { words, tokenStarts }] of texts.entries()) {
    const heat = tokenHeat(layers, tokenStarts.length, at);
    at += tokenStarts.length;
    let token = 0;
    for (let passage = 0; passage < words.passages; passage++) {
      const { start, end } = words.range(passage);
      while (token < tokenStarts.length && tokenStarts[token]! < start) token++;
      let sum = 0;
      for (; token < tokenStarts.length && tokenStarts[token]! < end; token++) sum += heat[token]!;
      if (sum > 0) ranked.push({ document, start, end, score: sum });
    }
  }
  ranked.sort((a, b) => b.score - a.score || a.document - b.document || a.start - b.start);
  return ranked.slice(0, DEPTH);
}
