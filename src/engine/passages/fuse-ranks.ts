// Joins rankings of passages that were made in different ways (words, keys, votes of spans) into one, by
// reciprocal rank: scores of different kinds cannot be compared, places can. Source: Cormack, Clarke,
// Büttcher, Reciprocal Rank Fusion, 2009. A small constant keeps the leaders of each ranking in front:
// where n rankings share nothing, what is r-th in one of them is at worst (n·r)-th in the result.
import type { TextRange } from "../evidence/sentences.ts";

export interface RankedRange extends TextRange {
  /** Place of its document among those asked. */
  readonly document: number;
}

export interface Ranking {
  /** Best first. Ranges may be of any length; those of one ranking may overlap. */
  readonly ranges: readonly RankedRange[];
  /** What a place in this ranking counts; 1 where nothing is known of it. 0 leaves it out. */
  readonly weight: number;
}

export interface FusedRange extends RankedRange {
  readonly score: number;
  /** Place in each ranking, from 1; 0 where it is not. */
  readonly places: readonly number[];
}

/** The r-th place counts 1 / (K + r). The literature's 60 is for long rankings of many systems. */
const K = 4;
/** Further places are no sign of anything. */
const DEPTH = 20;
/** Ranges that share this much of the shorter one are the same passage. */
const SAME_SHARE = 0.5;

/**
 * Best first. Ranges that overlap are one passage: the one of the first ranking that has it, so give the
 * ranking whose ranges are to be shown first. Passages of equal score stand in order of the rankings.
 */
export function fuseRanks(rankings: readonly Ranking[], limit: number): FusedRange[] {
  const fused: { range: RankedRange; score: number; places: number[]; order: number }[] = [];
  for (const [ranking, { ranges, weight }] of rankings.entries()) {
    let place = 0;
    for (const range of ranges) {
      if (place === DEPTH || weight <= 0) break;
      let known = fused.find((one) => isSame(one.range, range));
      if (!known) {
        known = { range, score: 0, places: rankings.map(() => 0), order: fused.length };
        fused.push(known);
      }
      if (known.places[ranking] !== 0) continue; // found again by the same ranking
      place++;
      known.places[ranking] = place;
      known.score += weight / (K + place);
    }
  }
  const best = (places: readonly number[]) => Math.min(...places.filter((place) => place > 0));
  fused.sort((a, b) => b.score - a.score || best(a.places) - best(b.places) || a.order - b.order);
  return fused.slice(0, limit).map(({ range: { document, start, end }, score, places }) => ({
    document,
    start,
    end,
    score,
    places,
  }));
}

/** Below it the words of a question say little about where its answer stands. */
const TELLING_COVERAGE = 0.35;
/** From here on they say nearly all. */
const FULL_COVERAGE = 0.85;
/** The leaders stand side by side; where the words say nearly all, keys move a passage up and bring hardly any. */
const LEAST_WEIGHT = 1;
const MOST_WEIGHT = 4;

/**
 * What the places of a word ranking count beside keys that count 1: by the share of the question's words,
 * weighted by rarity, that its best passage holds. A paraphrase shares few and is left to the keys.
 */
export function wordWeight(bestCoverage: number): number {
  const share = (bestCoverage - TELLING_COVERAGE) / (FULL_COVERAGE - TELLING_COVERAGE);
  return LEAST_WEIGHT + (MOST_WEIGHT - LEAST_WEIGHT) * Math.min(1, Math.max(0, share));
}

function isSame(a: RankedRange, b: RankedRange): boolean {
  if (a.document !== b.document) return false;
  const shared = Math.min(a.end, b.end) - Math.max(a.start, b.start);
  return shared > 0 && shared >= SAME_SHARE * Math.min(a.end - a.start, b.end - b.start);
}
