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

/** A text with its sentence ends, found once for all passages. */
export interface Prose {
  readonly text: string;
  readonly sentenceEnds: readonly number[];
}

const PARAGRAPH = "\n\n";

export function proseOf({ records }: Haystack, language: Language): Prose {
  const text = records.map((record) => record.trim() + PARAGRAPH).join("");
  return { text, sentenceEnds: sentenceEnds(text, language) };
}

/** All books once, in an order and from a sentence that follow from the name. */
export function seededPassage(books: readonly Prose[], name: string): Prose {
  const random = Pcg32.named(name);
  const order = books.filter(({ text }) => text !== "");
  random.shuffle(order);
  const [first, ...others] = order;
  if (!first) return { text: "", sentenceEnds: [] };
  const start = [0, ...first.sentenceEnds][random.below(first.sentenceEnds.length)]!;
  const passage = { text: "", sentenceEnds: [] as number[] };
  append(passage, first, start, first.text.length);
  for (const book of others) append(passage, book, 0, book.text.length);
  append(passage, first, 0, start);
  return passage;
}

/** `from` and `to` are sentence ends or the text's own. */
function append(
  passage: { text: string; sentenceEnds: number[] },
  book: Prose,
  from: number,
  to: number,
): void {
  const shift = passage.text.length - from;
  for (const end of book.sentenceEnds) {
    if (end > from && end <= to) passage.sentenceEnds.push(end + shift);
  }
  passage.text += book.text.slice(from, to);
}
