// The text around the needles. Compat: records in a shuffled order, cut by tokens. Sound: whole books
// in a seeded order from a seeded sentence on, wrapped around once and never repeated.
import type { Cl100k } from "./cl100k.ts";
import { MersenneTwister } from "./mersenne-twister.ts";
import { Pcg32 } from "./pcg32.ts";
import { sentenceEnds } from "./sentences.ts";
import type { Language } from "./types.ts";

export interface Haystack {
  readonly name: string;
  readonly sha256: string;
  /** Upstream's unit of shuffling: an essay, an article; about a chapter of a book. */
  readonly records: readonly string[];
}

/** A book has no records: paragraphs are packed into pieces about as long as upstream's essays. */
const RECORD_CHARACTERS = 12_000;

export function bookRecords(text: string): string[] {
  const records: string[] = [];
  let record = "";
  for (const paragraph of text.replaceAll("\r\n", "\n").split(/\n\s*\n/)) {
    const trimmed = paragraph.trim();
    if (trimmed === "") continue;
    record = record === "" ? trimmed : `${record}\n\n${trimmed}`;
    if (record.length >= RECORD_CHARACTERS) {
      records.push(record);
      record = "";
    }
  }
  if (record !== "") records.push(record);
  return records;
}

/** cl100k tokens of records in upstream's order of a repeat: shuffled once per repeat, not reset. */
export class ShuffledRecords {
  readonly #tokens: readonly { readonly text: string; ids: readonly number[] | null }[];
  readonly #orders: number[][] = [];
  readonly #cl100k: Cl100k;

  constructor(haystacks: readonly Haystack[], cl100k: Cl100k) {
    this.#cl100k = cl100k;
    this.#tokens = haystacks.flatMap(({ records }) => records.map((text) => ({ text, ids: null })));
  }

  /** The first `count` tokens, or all there are. Records follow each other without a separator. */
  tokens(repeat: number, count: number): number[] {
    const tokens: number[] = [];
    for (const index of this.#order(repeat)) {
      if (tokens.length >= count) break;
      for (const id of this.#idsOf(index)) tokens.push(id);
    }
    return tokens.slice(0, count);
  }

  #order(repeat: number): readonly number[] {
    for (let r = this.#orders.length; r <= repeat; r++) {
      const order = r === 0 ? this.#tokens.map((_, index) => index) : [...this.#orders[r - 1]!];
      new MersenneTwister(r).shuffle(order);
      this.#orders.push(order);
    }
    return this.#orders[repeat]!;
  }

  #idsOf(index: number): readonly number[] {
    const record = this.#tokens[index]!;
    record.ids ??= this.#cl100k.encode(record.text);
    return record.ids;
  }
}

/** A passage that begins at a sentence and runs once through all books. */
export interface Passage {
  readonly text: string;
  readonly sentenceEnds: readonly number[];
}

const PARAGRAPH = "\n\n";

export function seededPassage(
  haystacks: readonly Haystack[],
  language: Language,
  name: string,
): Passage {
  const random = Pcg32.named(name);
  const books = haystacks.map(({ records }) => records.join(PARAGRAPH));
  random.shuffle(books);
  const text = books.join(PARAGRAPH);
  const ends = sentenceEnds(text, language);
  if (ends.length === 0) return { text: "", sentenceEnds: [] };
  const first = random.below(ends.length); // the last end stands for the beginning
  const start = first === ends.length - 1 ? 0 : ends[first]!;
  const before = start === 0 ? "" : text.slice(0, start).trimEnd();
  const passage = start === 0 ? text : `${text.slice(start).trimEnd()}${PARAGRAPH}${before}`;
  return { text: passage, sentenceEnds: sentenceEnds(passage, language) };
}
