// The word index of a document: which passages hold a term. Made from the text while it comes in; read
// from its record, whose lists stay encoded in memory.
import { cutPassage, cutReach, PASSAGE_CHARACTERS } from "./passage-cuts.ts";
import { termsOf } from "./terms.ts";
import { decodeWords, encodeWords, readList, storedTerm, type WordRecord } from "./word-record.ts";

export class WordIndex {
  /** UTF-16 units of the text it was made of. */
  readonly characters: number;
  /** Terms of all passages. */
  readonly terms: number;
  readonly #record: WordRecord;

  private constructor(record: WordRecord) {
    this.#record = record;
    this.characters = record.characters;
    this.terms = record.termCounts.reduce((sum, count) => sum + count, 0);
  }

  /** Throws `index-damaged` when the bytes are not the index of a text of this many characters. */
  static decode(bytes: Uint8Array, characters: number): WordIndex {
    return new WordIndex(decodeWords(bytes, characters));
  }

  get passages(): number {
    return this.#record.starts.length;
  }

  /** To be stored; not to be written. */
  get bytes(): Uint8Array {
    return this.#record.bytes;
  }

  /** Half-open range of UTF-16 units, white space at its ends left out. */
  range(passage: number): { readonly start: number; readonly end: number } {
    return { start: this.#record.starts[passage]!, end: this.#record.ends[passage]! };
  }

  termsOf(passage: number): number {
    return this.#record.termCounts[passage]!;
  }

  /** Every term that a passage holds, as its record has it, in order of UTF-8. */
  vocabulary(): Iterable<string> {
    return this.#record.lists.keys();
  }

  /** How many passages hold the term. */
  frequency(term: string): number {
    return this.#record.lists.get(storedTerm(term))?.passages ?? 0;
  }

  /** Every passage that holds the term, in order of the text, and how often. */
  visit(term: string, each: (passage: number, count: number) => void): void {
    const list = this.#record.lists.get(storedTerm(term));
    if (list) readList(this.#record.bytes, list, each);
  }
}

/** Takes a text in pieces of any size; the pieces do not influence the index. */
export class WordIndexBuilder {
  readonly #passageCharacters: number;
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  readonly #termCounts: number[] = [];
  readonly #postings = new Map<string, number[]>();
  /** Not cut yet; it begins at `#at` of the text. */
  #pending = "";
  #at = 0;

  constructor(passageCharacters = PASSAGE_CHARACTERS) {
    this.#passageCharacters = passageCharacters;
  }

  add(piece: string): void {
    this.#pending += piece;
    this.#cut(cutReach(this.#passageCharacters));
  }

  /** The text is complete. */
  finish(): WordIndex {
    this.#cut(1);
    const columns = {
      starts: Uint32Array.from(this.#starts),
      ends: Uint32Array.from(this.#ends),
      termCounts: Uint32Array.from(this.#termCounts),
    };
    return WordIndex.decode(encodeWords(this.#at, columns, this.#postings), this.#at);
  }

  #cut(least: number): void {
    let from = 0;
    while (this.#pending.length - from >= least) {
      const window = this.#pending.slice(from, from + cutReach(this.#passageCharacters));
      const length = cutPassage(window, this.#passageCharacters);
      this.#addPassage(window.slice(0, length));
      this.#at += length;
      from += length;
    }
    this.#pending = this.#pending.slice(from);
  }

  #addPassage(text: string): void {
    const inner = text.trim();
    if (inner.length === 0) return;
    const start = this.#at + text.length - text.trimStart().length;
    const passage = this.#starts.length;
    const terms = termsOf(inner);
    this.#starts.push(start);
    this.#ends.push(start + inner.length);
    this.#termCounts.push(terms.length);
    for (const term of terms) this.#count(storedTerm(term), passage);
  }

  #count(term: string, passage: number): void {
    const list = this.#postings.get(term);
    if (!list) this.#postings.set(term, [passage, 1]);
    else if (list.at(-2) === passage) list[list.length - 1]!++;
    else list.push(passage, 1);
  }
}

const STEP_CHARACTERS = 65_536;

/** Lets other work through in between: a long book takes seconds on a slow machine. */
export async function buildWordIndex(text: string): Promise<WordIndex> {
  const builder = new WordIndexBuilder();
  for (let at = 0; at < text.length; at += STEP_CHARACTERS) {
    if (at > 0) await new Promise((resolve) => setTimeout(resolve, 0));
    builder.add(text.slice(at, at + STEP_CHARACTERS));
  }
  return builder.finish();
}
