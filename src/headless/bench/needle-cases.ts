// Planted facts for the needle benchmarks: a seeded choice of kinds, names and values, and a place in a
// haystack. Deterministic: the same seed gives the same cases. What the facts say: needle-facts.ts.
import { FACT_KINDS, NAMES, type Pick } from "./needle-facts.ts";

export interface Needle {
  readonly question: string;
  readonly expected: string;
  /** Characters of the planted sentence in the document. */
  readonly start: number;
  readonly end: number;
  readonly depthPercent: number;
}

export interface NeedleDocument {
  readonly text: string;
  readonly needles: readonly Needle[];
}

/** Draws before a document is said to leave no value. */
const MOST_DRAWS = 10_000;

/** Depths of `facts` facts from the beginning to the end of a document, in per cent. */
export function evenDepths(facts: number): number[] {
  return Array.from({ length: facts }, (_, i) => (facts === 1 ? 50 : (100 * i) / (facts - 1)));
}

/** From the first pages, so that a length in tokens can be cut in characters. */
export function charactersPerToken(
  haystack: string,
  tokenizer: { encode(text: string): ArrayLike<number> },
): number {
  const sample = haystack.slice(0, 20_000);
  return sample.length / tokenizer.encode(sample).length;
}

/** Numbers in [0, 1) from a 32-bit state (mulberry32). */
export function randomSource(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function pickFrom(random: () => number, names: readonly string[]): Pick {
  const below = (count: number) => Math.floor(random() * count);
  return {
    from: (items) => items[below(items.length)]!,
    digits: (count) => String(10 ** (count - 1) + below(9 * 10 ** (count - 1))),
    name: () => names[below(names.length)]!,
  };
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const order = [...items];
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

/**
 * A stretch of `haystack` of about `characters` characters with one planted fact per depth, each of
 * another kind as long as there are kinds. A fact stands behind the sentence end that follows its depth.
 * No name and no value occurs in the stretch or in another fact.
 */
export function needleDocument(
  haystack: string,
  characters: number,
  depthsPercent: readonly number[],
  seed: number,
): NeedleDocument {
  const random = randomSource(seed);
  const offset = Math.floor(random() * Math.max(1, haystack.length - characters - 2000));
  const start = nextSentence(haystack, offset);
  const hay = haystack.slice(start, start + characters).trim();
  const isFree = (word: string) => !hay.includes(word);
  const names = shuffled(NAMES.filter(isFree), random);
  // Half of the names may be asked about, the others may be answers.
  const asked = names.slice(0, names.length / 2);
  if (asked.length < depthsPercent.length) {
    throw new Error(`${depthsPercent.length} facts, names for ${asked.length}`);
  }
  const pick = pickFrom(random, names.slice(asked.length));
  const kinds = shuffled(FACT_KINDS, random);
  const values: string[] = [];
  let text = "";
  let used = 0;
  const needles: Needle[] = [];
  for (const [i, depthPercent] of depthsPercent.toSorted((a, b) => a - b).entries()) {
    const name = asked[i]!;
    const kind = kinds[i % kinds.length]!;
    const expected = drawn(
      () => kind.value(pick),
      (value) => isFree(value) && !values.some((v) => v.includes(value) || value.includes(v)),
    );
    values.push(expected);
    const place = nextSentence(hay, Math.floor((hay.length * depthPercent) / 100));
    const end = Math.max(used, place);
    text += hay.slice(used, end);
    used = end;
    if (text.length > 0) text += " ";
    const begin = text.length;
    text += kind.fact(name, expected);
    needles.push({
      question: kind.question(name),
      expected,
      start: begin,
      end: text.length,
      depthPercent,
    });
    if (used === 0) text += " ";
  }
  return { text: text + hay.slice(used), needles };
}

/** The first draw that is free. */
function drawn(draw: () => string, isFree: (value: string) => boolean): string {
  for (let i = 0; i < MOST_DRAWS; i++) {
    const value = draw();
    if (isFree(value)) return value;
  }
  throw new Error("every value of a kind of fact stands in the document already");
}

/** Position behind the first sentence end at or after `from`; the end of the text if there is none. */
function nextSentence(text: string, from: number): number {
  if (from === 0) return 0;
  const found = /[.!?][”"’]?\s/g;
  found.lastIndex = from;
  const match = found.exec(text);
  return match ? match.index + match[0].length - 1 : text.length;
}
