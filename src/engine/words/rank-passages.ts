// Finds passages by the words of a question: Okapi BM25 over the passages of all documents asked, in one
// ranking; words that mean about the same as the question's count by how near they are, if somebody knows them.
// Source: Robertson, Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond, 2009.
import { numberForms } from "./number-forms.ts";
import { spelledLike } from "./spellings.ts";
import { termsOf } from "./terms.ts";
import type { FindNearTerms, NearTerm } from "./term-vectors.ts";
import type { WordIndex } from "./word-index.ts";

export interface RankedPassage {
  /** Place of its document among those asked. */
  readonly document: number;
  /** Half-open range of UTF-16 units of that document. */
  readonly start: number;
  readonly end: number;
  readonly score: number;
  /** Share of the question's words, weighted by rarity, that stand in the passage; 0 to 1. */
  readonly coverage: number;
  /** The same of the passage and its two neighbours together. */
  readonly nearby: number;
}

export interface Bm25 {
  /** How soon a repeated word counts no more. */
  readonly k1: number;
  /** How much a longer passage counts less; 0 to 1. */
  readonly b: number;
}

export const BM25: Bm25 = { k1: 0.9, b: 0.4 };

/** Share of its neighbours' scores that a passage gets: a sentence is often about what the last one named. */
const NEIGHBOUR = 0.1;

/** English words that ask or only join. Rare in a narrative, so rarity alone does not make them light. */
const ASKING_WORDS = new Set(
  termsOf(
    "what who whom whose which when where why how did does do is are was were the a an of in to and",
  ),
);

const isAsking = (term: string) => ASKING_WORDS.has(term);

/** What a question is searched by, each once; all its words where it has no other than asking ones. */
export function questionTerms(question: string, isLittle = isAsking): string[] {
  return tellingTerms(termsOf(question), isLittle);
}

export function tellingTerms(terms: readonly string[], isLittle = isAsking): string[] {
  const all = [...new Set(terms)];
  const telling = all.filter((term) => !isLittle(term));
  return telling.length > 0 ? telling : all;
}

/** Words that mean about the same as those of the question, and what they count beside them. */
export interface NearWords {
  readonly find: FindNearTerms;
  readonly weight: number;
}

/** What is known of the language that the texts and the question are in. */
export interface Wording {
  /** Asks or only joins. */
  readonly isLittle: (term: string) => boolean;
  /** Other forms of a term, and compounds with it, that the texts have: a passage with one of them has the word. */
  readonly related: (term: string) => readonly NearTerm[];
}

/** What is known of words beyond what they are written like. */
export interface KnownWords {
  readonly near?: NearWords | undefined;
  readonly wording?: Wording | undefined;
}

/** What the words of an earlier turn weigh together, of the weight of the question's own. */
const CARRIED_SHARE = 0.35;

/**
 * Best first, at most `limit`; passages without any word of the question are not among them. `carried` are
 * words of an earlier turn that the question leans on. Near words find passages and are no part of their coverage.
 */
export function rankPassages(
  indexes: readonly WordIndex[],
  question: string,
  limit: number,
  carried = "",
  { near, wording }: KnownWords = {},
  bm25: Bm25 = BM25,
): RankedPassage[] {
  const passages = indexes.reduce((sum, index) => sum + index.passages, 0);
  const meanTerms = indexes.reduce((sum, index) => sum + index.terms, 0) / Math.max(1, passages);
  const rarity = (term: string) => {
    const holding = indexes.reduce((sum, index) => sum + index.frequency(term), 0);
    return { term, weight: Math.log1p((passages - holding + 0.5) / (holding + 0.5)) };
  };
  const own = questionTerms(question, wording?.isLittle).map(rarity);
  const further = questionTerms(carried, wording?.isLittle)
    .filter((term) => own.every((one) => one.term !== term))
    .map(rarity);
  // Never above the word of the question, and a common word stays light.
  const weighted = (weight: number, others: readonly NearTerm[], share: number) =>
    others.map(({ term, likeness }) => {
      const least = Math.min(weight, rarity(term).weight);
      return { term, weight: share * likeness * least };
    });
  const share = Math.min(1, (CARRIED_SHARE * sumOf(own)) / sumOf(further));
  const weights = [
    ...own,
    ...further.map(({ term, weight }) => ({ term, weight: share * weight })),
  ];
  const allWeight = sumOf(weights);
  const shareOf = (found: ReadonlySet<WeightedTerm>) => sumOf([...found]) / allWeight;
  const ranked: { document: number; passage: number; score: number }[] = [];
  const isHeld = (term: string) => indexes.some((index) => index.frequency(term) > 0);
  const searched = weights.map(({ term, weight }) => {
    const related = [...numbersLike(term), ...(wording?.related(term) ?? [])];
    const meant = near ? weighted(weight, near.find(term, isHeld), near.weight) : [];
    const isUnknown = !isHeld(term) && related.length === 0 && meant.length === 0;
    const vocabularies = isUnknown ? indexes.map((index) => index.vocabulary()) : [];
    return {
      term,
      weight,
      related: weighted(weight, related, 1),
      near: [...meant, ...weighted(weight, spelledLike(term, vocabularies), 1)],
    };
  });
  const all = indexes.map((index) => scorePassages(index, searched, meanTerms, bm25));
  for (const [document, scores] of all.entries()) {
    for (const [passage, { score: own }] of scores) {
      const around = (scores.get(passage - 1)?.score ?? 0) + (scores.get(passage + 1)?.score ?? 0);
      ranked.push({ document, passage, score: own + NEIGHBOUR * around });
    }
  }
  // Equal scores stand in order of the text.
  ranked.sort((x, y) => y.score - x.score || x.document - y.document || x.passage - y.passage);
  return ranked.slice(0, limit).map(({ document, passage, score }) => {
    const found = [passage, passage - 1, passage + 1].map(
      (at) => all[document]!.get(at)?.found ?? [],
    );
    const range = indexes[document]!.range(passage);
    const coverage = shareOf(new Set(found[0]));
    return { document, ...range, score, coverage, nearby: shareOf(new Set(found.flat())) };
  });
}

const numbersLike = (term: string): NearTerm[] =>
  numberForms(term).map((form) => ({ term: form, likeness: 1 }));

interface WeightedTerm {
  readonly term: string;
  readonly weight: number;
}

interface SearchedTerm extends WeightedTerm {
  readonly related: readonly WeightedTerm[];
  readonly near: readonly WeightedTerm[];
}

interface ScoredPassage {
  score: number;
  readonly found: WeightedTerm[];
}

function sumOf(terms: readonly WeightedTerm[]): number {
  return terms.reduce((sum, { weight }) => sum + weight, 0);
}

function scorePassages(
  index: WordIndex,
  terms: readonly SearchedTerm[],
  meanTerms: number,
  { k1, b }: Bm25,
): Map<number, ScoredPassage> {
  const scores = new Map<number, ScoredPassage>();
  for (const searched of terms) {
    // A passage counts once for a word of the question: by the best of it and the words related or near to it.
    const best = new Map<number, number>();
    const holding = new Set<number>();
    const same = [searched, ...searched.related];
    for (const [place, { term, weight }] of [...same, ...searched.near].entries()) {
      index.visit(term, (passage, count) => {
        const length = 1 - b + (b * index.termsOf(passage)) / meanTerms;
        const score = (weight * count * (k1 + 1)) / (count + k1 * length);
        best.set(passage, Math.max(score, best.get(passage) ?? 0));
        if (place < same.length) holding.add(passage);
      });
    }
    for (const [passage, score] of best) {
      const entry = scores.get(passage) ?? { score: 0, found: [] };
      entry.score += score;
      if (holding.has(passage)) entry.found.push(searched);
      scores.set(passage, entry);
    }
  }
  return scores;
}
