// The bytes of a word index: passages, then every term with the passages that hold it. Layout, numbers
// as LEB128 varints:
//   version, characters, passages, terms
//   per passage: characters skipped before it, its length, its terms
//   per term in order of UTF-8: bytes shared with the term before, further bytes, these bytes, passages
//   that hold it, bytes of their list, the list: steps from passage to passage, doubled, and one more
//   where the count follows because it is not 1
// Stored bytes are hostile: the reader checks every number before it trusts one. Source: Manning,
// Raghavan, Schütze, Introduction to Information Retrieval, chapter 5.
import { EngineError } from "../errors.ts";

/** Raise with every change of terms, cuts or layout; an index of another version is made again. */
const WORDS_VERSION = 3;
const MAX_TERM_BYTES = 256;

export interface PassageColumns {
  /** UTF-16 units of the document's text; ascending, passages do not overlap. */
  readonly starts: Uint32Array; // [passages]
  readonly ends: Uint32Array; // [passages]
  readonly termCounts: Uint32Array; // [passages]
}

export interface PostingList {
  /** Passages that hold the term. */
  readonly passages: number;
  /** Where its list begins and ends in the record. */
  readonly from: number;
  readonly to: number;
}

export interface WordRecord extends PassageColumns {
  readonly characters: number;
  readonly bytes: Uint8Array;
  readonly lists: ReadonlyMap<string, PostingList>;
}

/** Passage and count, passage and count, … in ascending order. */
export type Postings = readonly number[];

export function encodeWords(
  characters: number,
  { starts, ends, termCounts }: PassageColumns,
  postings: ReadonlyMap<string, Postings>,
): Uint8Array {
  const writer = new VarintWriter();
  for (const value of [WORDS_VERSION, characters, starts.length, postings.size]) writer.put(value);
  let end = 0;
  for (const [i, start] of starts.entries()) {
    writer.put(start - end);
    writer.put(ends[i]! - start);
    writer.put(termCounts[i]!);
    end = ends[i]!;
  }
  const encoder = new TextEncoder();
  const terms = Array.from(postings, ([term, list]) => ({ bytes: encoder.encode(term), list }));
  terms.sort((a, b) => compareBytes(a.bytes, b.bytes));
  let before: Uint8Array = new Uint8Array(0);
  for (const { bytes, list } of terms) {
    const shared = sharedBytes(before, bytes);
    writer.put(shared);
    writer.put(bytes.length - shared);
    writer.putBytes(bytes.subarray(shared));
    writer.put(list.length / 2);
    const body = new VarintWriter();
    let passage = -1;
    for (let i = 0; i < list.length; i += 2) {
      const count = list[i + 1]!;
      body.put(2 * (list[i]! - passage) + Number(count > 1));
      if (count > 1) body.put(count);
      passage = list[i]!;
    }
    writer.put(body.length);
    writer.putBytes(body.bytes());
    before = bytes;
  }
  return writer.bytes();
}

/** Throws `index-damaged` for anything that `encodeWords` does not write for this many characters. */
export function decodeWords(bytes: Uint8Array, characters: number): WordRecord {
  const reader = new VarintReader(bytes);
  if (reader.take() !== WORDS_VERSION) throw damagedWords("it has another version");
  if (reader.take() !== characters) throw damagedWords("it belongs to another text");
  const passages = reader.takeCount();
  const terms = reader.takeCount();
  const starts = new Uint32Array(passages);
  const ends = new Uint32Array(passages);
  const termCounts = new Uint32Array(passages);
  let end = 0;
  let total = 0;
  for (let i = 0; i < passages; i++) {
    starts[i] = end + reader.take();
    const length = reader.take();
    end += starts[i]! - end + length;
    if (length === 0 || end > characters) throw damagedWords("a passage is not in the text");
    ends[i] = end;
    termCounts[i] = reader.take();
    total += termCounts[i]!;
  }
  const lists = new Map<string, PostingList>();
  const held = new Uint32Array(passages);
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let before: Uint8Array = new Uint8Array(0);
  for (let i = 0; i < terms; i++) {
    const term = takeTerm(reader, before);
    if (i > 0 && compareBytes(before, term) >= 0) throw damagedWords("its terms are not in order");
    before = term;
    const count = reader.take();
    const size = reader.take();
    const list = { passages: count, from: reader.at, to: reader.at + size };
    if (count === 0 || list.to > bytes.length) throw damagedWords("a list is cut short");
    checkList(bytes, list, held, termCounts);
    reader.at = list.to;
    lists.set(textOf(term, decoder), list);
  }
  if (reader.at !== bytes.length) throw damagedWords("something follows it");
  if (held.some((sum, i) => sum !== termCounts[i])) throw damagedWords("its counts differ");
  if (!Number.isSafeInteger(total)) throw damagedWords("its counts overflow");
  return { characters, starts, ends, termCounts, bytes, lists };
}

/** Calls `visit` for every passage of a checked list. */
export function readList(
  bytes: Uint8Array,
  { from, to }: PostingList,
  visit: (passage: number, count: number) => void,
): void {
  const reader = new VarintReader(bytes, from);
  let passage = -1;
  while (reader.at < to) {
    const step = reader.take();
    passage += Math.floor(step / 2);
    visit(passage, step % 2 === 1 ? reader.take() : 1);
  }
}

function checkList(
  bytes: Uint8Array,
  list: PostingList,
  held: Uint32Array,
  termCounts: Uint32Array,
): void {
  let last = -1;
  let seen = 0;
  readList(bytes.subarray(0, list.to), list, (passage, count) => {
    if (passage <= last || passage >= held.length) throw damagedWords("a list is not in order");
    if (count === 0 || count > termCounts[passage]!) throw damagedWords("a count is too large");
    last = passage;
    seen++;
    held[passage] = held[passage]! + count;
  });
  if (seen !== list.passages) throw damagedWords("a list has another length");
}

function takeTerm(reader: VarintReader, before: Uint8Array): Uint8Array {
  const shared = reader.take();
  const further = reader.take();
  if (shared > before.length || shared + further > MAX_TERM_BYTES || further === 0) {
    throw damagedWords("a term is too long");
  }
  const term = new Uint8Array(shared + further);
  term.set(before.subarray(0, shared));
  term.set(reader.takeBytes(further), shared);
  return term;
}

function textOf(bytes: Uint8Array, decoder: TextDecoder): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw damagedWords("a term is not UTF-8");
  }
}

/** As many characters of a term as its record holds. */
export function storedTerm(term: string): string {
  // Three bytes at most for each UTF-16 unit.
  if (term.length * 3 <= MAX_TERM_BYTES) return term;
  const { read } = new TextEncoder().encodeInto(term, new Uint8Array(MAX_TERM_BYTES));
  return term.slice(0, read);
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = sharedBytes(a, b);
  if (shared < a.length && shared < b.length) return a[shared]! - b[shared]!;
  return a.length - b.length;
}

function sharedBytes(a: Uint8Array, b: Uint8Array): number {
  const most = Math.min(a.length, b.length);
  let i = 0;
  while (i < most && a[i] === b[i]) i++;
  return i;
}

class VarintWriter {
  #bytes = new Uint8Array(64);
  length = 0;

  /** A whole number from 0 to 2^53. */
  put(value: number): void {
    this.#grow(8);
    let rest = value;
    while (rest > 127) {
      this.#bytes[this.length++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.length++] = rest;
  }

  putBytes(bytes: Uint8Array): void {
    this.#grow(bytes.length);
    this.#bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  bytes(): Uint8Array {
    return this.#bytes.slice(0, this.length);
  }

  #grow(more: number): void {
    if (this.length + more <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(2 * this.#bytes.length, this.length + more));
    larger.set(this.#bytes.subarray(0, this.length));
    this.#bytes = larger;
  }
}

class VarintReader {
  readonly #bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = bytes;
    this.at = at;
  }

  take(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.#bytes[this.at++];
      if (byte === undefined) throw damagedWords("it is cut short");
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      scale *= 128;
      if (scale > 2 ** 42) throw damagedWords("a number is too large");
    }
  }

  /** Of things that take a byte or more each: never more than there are bytes left. */
  takeCount(): number {
    const count = this.take();
    if (count > this.#bytes.length - this.at) throw damagedWords("it is cut short");
    return count;
  }

  takeBytes(length: number): Uint8Array {
    if (length > this.#bytes.length - this.at) throw damagedWords("it is cut short");
    this.at += length;
    return this.#bytes.subarray(this.at - length, this.at);
  }
}

function damagedWords(problem: string): EngineError {
  return new EngineError("index-damaged", `The stored word index cannot be used: ${problem}.`);
}
