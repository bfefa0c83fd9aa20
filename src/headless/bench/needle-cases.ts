// Planted facts for the needle benchmark: a value asked for in words near those the embedded model was
// trained on (its card has the figures for other wordings), a seeded choice of invented names and
// values, a place in a haystack. Deterministic: the same seed gives the same cases.

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

interface Template {
  fact(name: string, value: string): string;
  question(name: string): string;
}

const TEMPLATES: readonly Template[] = [
  {
    fact: (name, value) => `The access code of ${name} is ${value}.`,
    question: (name) => `What is the access code of ${name}?`,
  },
  {
    fact: (name, value) => `The magic number for ${name} is ${value}.`,
    question: (name) => `What is the magic number for ${name}?`,
  },
  {
    fact: (name, value) => `In the register, ${name} has the number ${value}.`,
    question: (name) => `Which number does ${name} have in the register?`,
  },
];

const ONSETS = ["Bra", "Kel", "Tor", "Vin", "Mar", "Dal", "Fen", "Gor", "Lis", "Pel", "Sul", "Wen"];
const ENDS = ["dan", "mira", "stow", "wick", "bury", "holm", "dor", "vale", "ton", "ford"];

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

function pick<T>(items: readonly T[], random: () => number): T {
  return items[Math.floor(random() * items.length)]!;
}

/**
 * A stretch of `haystack` of about `characters` characters with one planted fact per depth, about
 * different names. A fact stands behind the sentence end that follows its depth.
 */
export function needleDocument(
  haystack: string,
  characters: number,
  depthsPercent: readonly number[],
  seed: number,
): NeedleDocument {
  const random = randomSource(seed);
  const names = new Set<string>();
  const facts = depthsPercent.map((depthPercent) => {
    const template = pick(TEMPLATES, random);
    let name = "";
    do name = pick(ONSETS, random) + pick(ENDS, random);
    while (names.has(name));
    names.add(name);
    const expected = String(10000 + Math.floor(random() * 90000));
    return { depthPercent, name, expected, template };
  });
  const offset = Math.floor(random() * Math.max(1, haystack.length - characters - 2000));
  const start = nextSentence(haystack, offset);
  const hay = haystack.slice(start, start + characters).trim();
  let text = "";
  let used = 0;
  const needles: Needle[] = [];
  for (const { depthPercent, name, expected, template } of facts.toSorted(
    (a, b) => a.depthPercent - b.depthPercent,
  )) {
    const place = nextSentence(hay, Math.floor((hay.length * depthPercent) / 100));
    const end = Math.max(used, place);
    text += hay.slice(used, end);
    used = end;
    if (text.length > 0) text += " ";
    const begin = text.length;
    text += template.fact(name, expected);
    needles.push({
      question: template.question(name),
      expected,
      start: begin,
      end: text.length,
      depthPercent,
    });
    if (used === 0) text += " ";
  }
  return { text: text + hay.slice(used), needles };
}

/** Position behind the first sentence end at or after `from`; the end of the text if there is none. */
function nextSentence(text: string, from: number): number {
  if (from === 0) return 0;
  const found = /[.!?][”"’]?\s/g;
  found.lastIndex = from;
  const match = found.exec(text);
  return match ? match.index + match[0].length - 1 : text.length;
}
