// Planted facts for the needle benchmark: a value asked for in words near those the embedded model was
// trained on (its card has the figures for other wordings), a seeded choice of invented names and
// values, a place in a haystack. Deterministic: the same seed gives the same cases.

export interface NeedleCase {
  readonly document: string;
  readonly question: string;
  readonly expected: string;
  /** Characters of the planted sentence in the document. */
  readonly needleStart: number;
  readonly needleEnd: number;
  readonly depthPercent: number;
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
 * `haystack` holds `sentenceEnds`, positions where a sentence ends (see `sentenceEndsOf`), and is
 * `characters` long once cut.
 */
export function needleCase(
  haystack: string,
  characters: number,
  depthPercent: number,
  seed: number,
): NeedleCase {
  const random = randomSource(seed);
  const template = pick(TEMPLATES, random);
  const name = pick(ONSETS, random) + pick(ENDS, random);
  const value = String(10000 + Math.floor(random() * 90000));
  const needle = ` ${template.fact(name, value)}`;
  const offset = Math.floor(random() * Math.max(1, haystack.length - characters - 2000));
  const start = nextSentence(haystack, offset);
  const text = haystack.slice(start, start + characters);
  const at = nextSentence(text, Math.floor((text.length * depthPercent) / 100)) || text.length;
  const place = Math.min(at, text.length);
  const document = text.slice(0, place) + needle + " " + text.slice(place);
  return {
    document: document.trim(),
    question: template.question(name),
    expected: value,
    needleStart: place + 1,
    needleEnd: place + needle.length,
    depthPercent,
  };
}

/** Position behind the first sentence end at or after `from`; the end of the text if there is none. */
function nextSentence(text: string, from: number): number {
  if (from === 0) return 0;
  const found = /[.!?][”"’]?\s/g;
  found.lastIndex = from;
  const match = found.exec(text);
  return match ? match.index + match[0].length - 1 : text.length;
}
