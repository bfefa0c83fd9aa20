// Which passages are read again for a question, and how much of them: the best ones as whole sentences,
// within a budget of tokens, in the order of the documents and with their page or chapter. The prompt
// around them is the tokenizer's.
import { sentencesIn, type TextRange, widenToSentences } from "../evidence/sentences.ts";
import type { EvidenceDocument } from "../evidence/readable.ts";
import { placeOf } from "../sections.ts";
import type { RankedRange } from "./fuse-rankings.ts";

export interface RereadPassage extends RankedRange {
  readonly text: string;
  /** Page or chapter; absent where the document has none. */
  readonly place?: string;
  /** As counted, with its place. */
  readonly tokens: number;
  /** Its place among the passages found, from 1. */
  readonly rank: number;
}

export interface RereadLimits {
  readonly budgetTokens: number;
  /** How many passages a model reads well; fewer for small ones. Those that touch count each. */
  readonly most: number;
}

/** Tokens of a passage with its place, as the prompt will hold them. */
export type CountTokens = (text: string, place: string | undefined) => number;

/**
 * `found` best first. A passage that does not fit any more is left out and a further, shorter one may still
 * fit; only the best one is cut to the sentences around its middle. In order of the documents.
 */
export function chooseReread(
  found: readonly RankedRange[],
  documents: readonly EvidenceDocument[],
  { budgetTokens, most }: RereadLimits,
  count: CountTokens,
): RereadPassage[] {
  const measured = (range: RankedRange, rank: number): RereadPassage => {
    const { text, sections } = documents[range.document]!;
    const { document, start, end } = range;
    const place = placeOf(sections, Math.floor((start + end) / 2));
    const quote = text.slice(start, end);
    const passage = { document, start, end, text: quote, tokens: count(quote, place), rank };
    return place === undefined ? passage : { ...passage, place };
  };
  let chosen: RereadPassage[] = [];
  let taken = 0;
  for (const [i, range] of found.entries()) {
    if (taken === most) break;
    const { text } = documents[range.document]!;
    const whole = widenToSentences(text, range);
    if (whole.end <= whole.start) continue;
    const touched = chosen.filter((one) => one.document === range.document && touches(one, whole));
    // Passages that touch become one, at the better rank.
    const start = Math.min(whole.start, ...touched.map((one) => one.start));
    const end = Math.max(whole.end, ...touched.map((one) => one.end));
    const rank = Math.min(i + 1, ...touched.map((one) => one.rank));
    const others = chosen.filter((one) => !touched.includes(one));
    if (touched.some((one) => one.start === start && one.end === end)) continue;
    // The same document added twice, or a warning on every page: the place is for another passage.
    const says = asSaid(text.slice(start, end));
    if (others.some((one) => asSaid(one.text) === says)) continue;
    const passage = measured({ document: range.document, start, end }, rank);
    const used = others.reduce((sum, { tokens }) => sum + tokens, 0);
    if (used + passage.tokens <= budgetTokens) {
      chosen = [...others, passage];
      taken++;
    } else if (chosen.length === 0) {
      const part = middlePart(text, whole, (inner) => {
        return measured({ document: range.document, ...inner }, rank).tokens <= budgetTokens;
      });
      if (!part) continue;
      chosen = [measured({ document: range.document, ...part }, rank)];
      taken++;
    }
  }
  return chosen.sort((a, b) => a.document - b.document || a.start - b.start);
}

function asSaid(text: string): string {
  return text.replace(/\s+/g, " ");
}

function touches(a: TextRange, b: TextRange): boolean {
  return a.start <= b.end + 1 && b.start <= a.end + 1;
}

/** As many sentences around the middle of the range as fit; undefined where not even one does. */
function middlePart(
  text: string,
  range: TextRange,
  fits: (range: TextRange) => boolean,
): TextRange | undefined {
  const sentences = sentencesIn(text, range);
  const middle = (range.start + range.end) / 2;
  const at = sentences.findIndex(({ end }) => end >= middle);
  let part = sentences[at];
  if (!part || !fits(part)) return undefined;
  let [first, last] = [at, at];
  for (;;) {
    const before = sentences[first - 1];
    const after = sentences[last + 1];
    if (before && fits({ start: before.start, end: part.end })) {
      part = { start: before.start, end: part.end };
      first--;
    } else if (after && fits({ start: part.start, end: after.end })) {
      part = { start: part.start, end: after.end };
      last++;
    } else return part;
  }
}
