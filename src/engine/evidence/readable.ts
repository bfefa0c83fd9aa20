// Evidence as people read it: found ranges become whole sentences with their page or chapter, headings
// and places that are found for every question fall back, what says the same is shown once, and strength
// is a word. Pure; where the ranges come from (attention, keys, words) does not matter.
import { placeOf, type Section } from "../sections.ts";
import { termsOf } from "../words/terms.ts";
import type { Grounding } from "./grounding.ts";
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
  /** Page or chapter; absent where the document has none. */
  readonly place?: string;
  /** Where the document says nearly the same again. */
  readonly alsoAt: readonly TextRange[];
}

export interface ReadableEvidence {
  /** `closest`: the text does not tell, or the answer stands nowhere; these are only the nearest places. */
  readonly kind: "support" | "closest";
  readonly passages: readonly ReadablePassage[];
}

/** What is nearest to a question that the text does not answer: a few, for none of them is it. */
const MOST_CLOSEST = 2;

/** What a heading keeps of its weight: it names the matter and tells nothing. */
const HEADING_SHARE = 0.25;
const HEADING_CHARACTERS = 120;
/** Of the strongest passage. */
const STRONG = 0.6;
const MEDIUM = 0.3;
/** Share of common words from which two passages say the same. */
const SAME_WORDS = 0.8;
/** Passages of one document that are this near are one. */
const JOIN_CHARACTERS = 2;

/** The evidence of an answer, by what is known of its grounding. Nothing is claimed to support where it does not. */
export function evidenceFor(
  grounding: Grounding["state"],
  found: readonly FoundRange[],
  documents: readonly EvidenceDocument[],
  most: number,
): ReadableEvidence {
  if (grounding !== "absent" && grounding !== "unsupported") {
    return { kind: "support", passages: readablePassages(found, documents, most) };
  }
  const passages = readablePassages(found, documents, Math.min(most, MOST_CLOSEST));
  return { kind: "closest", passages: passages.map((one) => ({ ...one, strength: "weak" })) };
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
  const ordered = joined(widened).filter(({ weight }) => weight > 0);
  ordered.sort((a, b) => b.weight - a.weight || a.document - b.document || a.start - b.start);
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
    const strength = strengthOf(weight / strongest);
    const passage = { document, start, end, text: text.slice(start, end), strength, alsoAt };
    return place === undefined ? passage : { ...passage, place };
  });
}

/**
 * Takes from each range what the same characters get for questions about anything: attention rests on some
 * places whatever is asked. `resting` are ranges found for such questions, weights on the same scale.
 */
export function discountResting(
  found: readonly FoundRange[],
  resting: readonly FoundRange[],
): FoundRange[] {
  return found.flatMap((range) => {
    const usual = resting
      .filter(({ document }) => document === range.document)
      .reduce((most, rest) => {
        const shared = Math.min(range.end, rest.end) - Math.max(range.start, rest.start);
        const share = Math.max(0, shared) / Math.max(1, range.end - range.start);
        return Math.max(most, share * rest.weight);
      }, 0);
    const weight = range.weight - usual;
    return weight > 0 ? [{ ...range, weight }] : [];
  });
}

/** A short line of its own that does not end like a sentence. */
export function isHeading(text: string, { start, end }: TextRange): boolean {
  const line = text.slice(start, end);
  if (line.length > HEADING_CHARACTERS || /[.!?…。！？؟।:;,"”»』」]$/u.test(line)) return false;
  const before = text.slice(Math.max(0, start - 8), start);
  const after = text.slice(end, end + 8);
  const isAlone = (start === 0 || /\n\s*$/.test(before)) && /^[^\S\n]*\n/.test(after);
  // A line that is followed by its list or its verse is still only a name for it.
  return isAlone && !/^[\p{Ll}\-•*]/u.test(line);
}

/** 1 is the strongest passage of an answer. */
export function strengthOf(shareOfStrongest: number): Strength {
  if (shareOfStrongest >= STRONG) return "strong";
  return shareOfStrongest >= MEDIUM ? "medium" : "weak";
}

/** Ranges that overlap or touch become one with the weight of the stronger. */
function joined(ranges: readonly FoundRange[]): FoundRange[] {
  const inOrder = [...ranges].sort((a, b) => a.document - b.document || a.start - b.start);
  const result: FoundRange[] = [];
  for (const range of inOrder) {
    const last = result.at(-1);
    const isNear = last?.document === range.document && range.start <= last.end + JOIN_CHARACTERS;
    if (!isNear) {
      result.push(range);
      continue;
    }
    const end = Math.max(last.end, range.end);
    result[result.length - 1] = { ...last, end, weight: Math.max(last.weight, range.weight) };
  }
  return result;
}

/** Common words of all words of both, 0 to 1. */
function commonShare(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let common = 0;
  for (const word of a) common += Number(b.has(word));
  const all = a.size + b.size - common;
  return all === 0 ? 0 : common / all;
}
