// Joins rankings of passages that were made in different ways (words, keys) into one: each score as a share of
// its ranking's best, weighted and added up. Places alone would not do: the third of twenty equal scores counts as
// much there as the third behind a clear leader, and weak rankings take places from good ones
// (results/questions.md). Source: Bruch, Gai, Ingber, An Analysis of Fusion Functions for Hybrid Retrieval, 2023.
import type { TextRange } from "../evidence/sentences.ts";

export interface RankedRange extends TextRange {
  /** Place of its document among those asked. */
  readonly document: number;
}

export interface ScoredRange extends RankedRange {
  /** Above 0; only its ratio to the ranking's best counts. */
  readonly score: number;
}

export interface Ranking {
  /** Best first. Ranges may be of any length; those of one ranking may overlap. */
  readonly ranges: readonly ScoredRange[];
  /** What the best of this ranking counts; 0 leaves the ranking out. */
  readonly weight: number;
  /** Its best comes first, whatever the others say. At most one does. */
  readonly leads?: boolean;
}

/** Ranges that share this much of the shorter one are the same passage. */
const SAME_SHARE = 0.5;

/**
 * Best first. Ranges that overlap are one passage: the one of the first ranking that has it, so give the
 * ranking whose ranges are to be shown first. Passages of equal score stand in order of the rankings.
 */
export function fuseRankings(rankings: readonly Ranking[], limit: number): ScoredRange[] {
  const fused: { range: RankedRange; score: number; lastRanking: number }[] = [];
  for (const [ranking, { ranges, weight }] of rankings.entries()) {
    if (weight <= 0) continue;
    for (const range of ranges) {
      const share = (weight * range.score) / ranges[0]!.score;
      const known = fused.find((one) => isSame(one.range, range));
      if (!known) fused.push({ range, score: share, lastRanking: ranking });
      else if (known.lastRanking < ranking) {
        known.score += share;
        known.lastRanking = ranking;
      } // else found again by the same ranking
    }
  }
  fused.sort((a, b) => b.score - a.score);
  const leading = rankings.find(({ leads, ranges }) => leads === true && ranges.length > 0);
  if (leading) {
    const at = fused.findIndex(({ range }) => isSame(range, leading.ranges[0]!));
    const [leader] = fused.splice(at, 1);
    fused.unshift({ ...leader!, score: Math.max(leader!.score, fused[0]?.score ?? 0) });
  }
  return fused.slice(0, limit).map(({ range: { document, start, end }, score }) => ({
    ...{ document, start, end, score },
  }));
}

/** Of the question's words: a passage that holds as many is rarely beaten by one that keys found. */
export const LEADING_COVERAGE = 0.35;
/** What the best passage by keys counts beside the best by words. */
const KEY_WEIGHT = 0.4;

/**
 * Passages found by words and by keys, best first. Words lead where they tell anything: keys find more that belongs
 * among the first five and are wrong more often at the top. `coverage`: share of the question's words, weighted by
 * rarity, that the best passage by words holds.
 */
export function joinWordsAndKeys(
  byWords: readonly ScoredRange[],
  byKeys: readonly ScoredRange[],
  coverage: number,
  limit: number,
): ScoredRange[] {
  const words = { ranges: byWords, weight: 1, leads: coverage >= LEADING_COVERAGE };
  return fuseRankings([words, { ranges: byKeys, weight: KEY_WEIGHT }], limit);
}

function isSame(a: RankedRange, b: RankedRange): boolean {
  if (a.document !== b.document) return false;
  const shared = Math.min(a.end, b.end) - Math.max(a.start, b.start);
  return shared > 0 && shared >= SAME_SHARE * Math.min(a.end - a.start, b.end - b.start);
}
