// Evidence as people read it: found ranges become whole sentences with their page or chapter, headings
// and places that are found for every question fall back, what says the same is shown once, and strength
// is a word. Pure; where the ranges come from (attention, keys, words) does not matter.
import { placeOf, type Section } from "../sections.ts";
import { LEAST_TELLING } from "../passages/telling.ts";
import { termsOf } from "../words/terms.ts";
import type { Grounding } from "./grounding.ts";
import { isHeading } from "./headings.ts";
import { type TextRange, widenToSentences } from "./sentences.ts";

export interface FoundRange extends TextRange {
  /** Place of its document among those asked. */
  readonly document: number;
  /** Larger is stronger; only the order and the ratio to the strongest count. */
  readonly weight: number;
}

export interface EvidenceDocument {
  readonly text: string;
  readonly sections: readonly Section[];
}

export type Strength = "strong" | "medium" | "weak";

export interface ReadablePassage extends TextRange {
  readonly document: number;
  /** `text` of the document from `start` to `end`. */
  readonly text: string;
  readonly strength: Strength;
  /** Of the strongest passage's, 0 to 1. */
  readonly weight: number;
  /** Page or chapter; absent where the document has none. */
  readonly place?: string;
  /** Where the document says nearly the same again. */
  readonly alsoAt: readonly TextRange[];
}

export interface ReadableEvidence {
  /** `closest`: the text does not tell, or hardly seems to, or the answer stands nowhere: only the nearest places. */
  readonly kind: "support" | "closest";
  readonly passages: readonly ReadablePassage[];
}

/** What is nearest to a question that the text is said not to answer: a few, for none of them is it. */
const MOST_CLOSEST = 3;

/** What a heading keeps of its weight: it names the matter and tells nothing. */
const HEADING_SHARE = 0.25;
/** Of the strongest passage. */
const STRONG = 0.6;
const MEDIUM = 0.3;
/** Share of common words from which two passages say the same. */
const SAME_WORDS = 0.8;
/** Passages of one document that are this near are one, */
const JOIN_CHARACTERS = 2;
/** up to this length. */
const JOINED_CHARACTERS = 500;

/**
 * The evidence of an answer, by what is known of its grounding. Nothing is claimed to support where it does not.
 * `telling`: how much the texts seem to tell of what was asked; what they hardly do is mostly not in them.
 */
export function evidenceFor(
  grounding: Grounding["state"],
  passages: readonly ReadablePassage[],
  telling: number,
): ReadableEvidence {
  const isNegative = grounding === "absent" || grounding === "unsupported";
  if (!isNegative && telling >= LEAST_TELLING) return { kind: "support", passages };
  // A weak answer must not hide the passage that tells: all are shown, none is claimed to support it.
  const shown = grounding === "absent" ? passages.slice(0, MOST_CLOSEST) : passages;
  return { kind: "closest", passages: shown.map((one) => ({ ...one, strength: "weak" })) };
}

/** Strongest first, at most `most`. Ranges may overlap and come in any order. */
export function readablePassages(
  found: readonly FoundRange[],
  documents: readonly EvidenceDocument[],
  most: number,
): ReadablePassage[] {
  const widened = found.flatMap((range): FoundRange[] => {
    const { text } = documents[range.document]!;
    const whole = widenToSentences(text, range);
    const share = isHeading(text, whole) ? HEADING_SHARE : 1;
    return whole.end > whole.start ? [{ ...range, ...whole, weight: range.weight * share }] : [];
  });
  const ordered = apart(documents, widened).filter(({ weight }) => weight > 0);
  const strongest = ordered[0]?.weight ?? 1;
  const shown: { passage: FoundRange; words: ReadonlySet<string>; alsoAt: TextRange[] }[] = [];
  for (const passage of ordered) {
    const { text } = documents[passage.document]!;
    const words = new Set(termsOf(text.slice(passage.start, passage.end)));
    const same = shown.find((one) => commonShare(one.words, words) >= SAME_WORDS);
    if (!same) shown.push({ passage, words, alsoAt: [] });
    else if (same.passage.document === passage.document) {
      same.alsoAt.push({ start: passage.start, end: passage.end });
    }
  }
  return shown.slice(0, most).map(({ passage: { document, start, end, weight }, alsoAt }) => {
    const { text, sections } = documents[document]!;
    // A passage that runs over a page's end belongs where most of it stands.
    const place = placeOf(sections, Math.floor((start + end) / 2));
    const share = weight / strongest;
    const quote = text.slice(start, end);
    const strength = strengthOf(share);
    const passage = { document, start, end, text: quote, strength, weight: share, alsoAt };
    return place === undefined ? passage : { ...passage, place };
  });
}

/** 1 is the strongest passage of an answer. */
export function strengthOf(shareOfStrongest: number): Strength {
  if (shareOfStrongest >= STRONG) return "strong";
  return shareOfStrongest >= MEDIUM ? "medium" : "weak";
}

/**
 * Strongest first and apart. Ranges that overlap or touch become one with the weight of the stronger as long as that
 * is not too long to be read as a quote; then what they share belongs to the stronger.
 */
function apart(
  documents: readonly EvidenceDocument[],
  ranges: readonly FoundRange[],
): FoundRange[] {
  const result: FoundRange[] = [];
  const inOrder = [...ranges].sort(
    (a, b) => b.weight - a.weight || a.document - b.document || a.start - b.start,
  );
  for (const range of inOrder) {
    const { text } = documents[range.document]!;
    let rest: FoundRange | undefined = range;
    for (const [i, one] of result.entries()) {
      if (!rest || one.document !== rest.document) continue;
      if (rest.start > one.end + JOIN_CHARACTERS || one.start > rest.end + JOIN_CHARACTERS)
        continue;
      const start = Math.min(rest.start, one.start);
      const end = Math.max(rest.end, one.end);
      const isFree = result.every(
        (other) =>
          other === one ||
          other.document !== one.document ||
          other.end <= start ||
          end <= other.start,
      );
      if (isFree && end - start <= JOINED_CHARACTERS) {
        result[i] = { ...one, start, end };
        rest = undefined;
      } else rest = outside(text, rest, one);
    }
    if (rest) result.push(rest);
  }
  return result;
}

/** The larger part of the range that is not in `other`, without white space at its ends; undefined where there is none. */
function outside(text: string, range: FoundRange, other: TextRange): FoundRange | undefined {
  const before = { start: range.start, end: Math.min(range.end, other.start) };
  const after = { start: Math.max(range.start, other.end), end: range.end };
  const { start, end } = before.end - before.start >= after.end - after.start ? before : after;
  const quote = text.slice(start, Math.max(start, end));
  const inner = quote.trim();
  if (inner === "") return undefined;
  const from = start + quote.length - quote.trimStart().length;
  return { ...range, start: from, end: from + inner.length };
}

/** Common words of all words of both, 0 to 1. */
function commonShare(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let common = 0;
  for (const word of a) common += Number(b.has(word));
  const all = a.size + b.size - common;
  return all === 0 ? 0 : common / all;
}
