// Piece to token ids: byte-level BPE, character BPE with byte fallback (both by merge ranks), and
// SentencePiece-style BPE by token scores as llama.cpp does it. Pieces come from the pre-tokenizer.
import { byteCharacters, textOfBytes } from "./byte-level.ts";
import { type MergeRule, Merger, PairTable } from "./merge.ts";

export interface PieceModel {
  /** Token ids of one piece. */
  encode(piece: string): number[];
}

const utf8 = new TextEncoder();

/** Symbols are token ids; texts that are no token get ids from `vocabSize` up. */
class Symbols {
  readonly #ids: Map<string, number>;
  readonly #extra: string[] = [];
  readonly #vocabSize: number;

  constructor(tokens: ReadonlyMap<string, number>, vocabSize: number) {
    this.#ids = new Map(tokens);
    this.#vocabSize = vocabSize;
  }

  id(text: string): number {
    const known = this.#ids.get(text);
    if (known !== undefined) return known;
    const id = this.#vocabSize + this.#extra.length;
    this.#extra.push(text);
    this.#ids.set(text, id);
    return id;
  }

  isToken(id: number): boolean {
    return id < this.#vocabSize;
  }

  extraText(id: number): string {
    return this.#extra[id - this.#vocabSize] ?? "";
  }
}

interface BpeOptions {
  readonly tokens: ReadonlyMap<string, number>;
  readonly vocabSize: number;
  readonly merges: readonly (readonly [string, string])[];
  /** Symbols are the bytes of the piece in the byte-level alphabet; otherwise its characters. */
  readonly isByteLevel: boolean;
  /** A character that is no token is written by the tokens of its bytes, where there are all. */
  readonly fallsBackToBytes: boolean;
  /** A piece that is a token is not merged. */
  readonly ignoresMerges: boolean;
  /** Stands for a character that is neither a token nor written by byte tokens; null: dropped. */
  readonly unknownId: number | null;
}

export class BpeModel implements PieceModel {
  readonly #merger = new Merger();
  readonly #symbols: Symbols;
  readonly #byteIds: Int32Array;
  readonly #options: BpeOptions;
  readonly #rule: MergeRule;
  #scratch = new Int32Array(256);

  constructor(options: BpeOptions) {
    this.#options = options;
    const symbols = new Symbols(options.tokens, options.vocabSize);
    this.#symbols = symbols;
    const ranks = new PairTable(options.merges.length);
    options.merges.forEach(([left, right], rank) => {
      ranks.add(symbols.id(left), symbols.id(right), rank);
    });
    const results = Int32Array.from(options.merges, ([left, right]) => symbols.id(left + right));
    this.#rule = {
      find: (left, right) => ranks.find(left, right),
      cost: (merge) => merge,
      result: (merge) => results[merge]!,
    };
    this.#byteIds = Int32Array.from({ length: 256 }, (_, byte) =>
      options.isByteLevel
        ? symbols.id(byteCharacters[byte]!)
        : (options.tokens.get(byteTokenText(byte)) ?? -1),
    );
  }

  encode(piece: string): number[] {
    const { isByteLevel, ignoresMerges, tokens } = this.#options;
    const bytes = isByteLevel ? utf8.encode(piece) : undefined;
    if (ignoresMerges) {
      const whole = tokens.get(bytes ? textOfBytes(bytes) : piece);
      if (whole !== undefined) return [whole];
    }
    const bound = bytes ? bytes.length : piece.length;
    if (bound > this.#scratch.length) this.#scratch = new Int32Array(2 * bound);
    const scratch = this.#scratch;
    let count = 0;
    if (bytes) for (const byte of bytes) scratch[count++] = this.#byteIds[byte]!;
    else for (const character of piece) scratch[count++] = this.#symbols.id(character);
    count = this.#merger.run(scratch, count, this.#rule);
    const ids: number[] = [];
    for (let i = 0; i < count; i++) this.#emit(scratch[i]!, ids);
    return ids;
  }

  #emit(symbol: number, ids: number[]): void {
    if (this.#symbols.isToken(symbol)) {
      ids.push(symbol);
      return;
    }
    const text = this.#symbols.extraText(symbol);
    if (this.#options.isByteLevel) {
      // A merge whose result is no token: its bytes stand for themselves where they are tokens.
      if (text.length > 1)
        for (const character of text) this.#emit(this.#symbols.id(character), ids);
      return;
    }
    const bytes = utf8.encode(text);
    const { fallsBackToBytes, unknownId } = this.#options;
    if (fallsBackToBytes && bytes.every((byte) => this.#byteIds[byte]! >= 0)) {
      for (const byte of bytes) ids.push(this.#byteIds[byte]!);
      return;
    }
    if (unknownId !== null) ids.push(unknownId);
  }
}

export const byteTokenText = (byte: number): string =>
  `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`;

interface SpmOptions {
  readonly tokens: ReadonlyMap<string, number>;
  readonly texts: readonly string[]; // [V]
  readonly scores: ArrayLike<number>; // [V]
  readonly unknownId: number | null;
}

/** Two neighbours merge when their joined text is a token; the best score goes first. */
export class SpmModel implements PieceModel {
  readonly #merger = new Merger();
  readonly #byteIds: Int32Array;
  readonly #options: SpmOptions;
  readonly #rule: MergeRule;
  // Characters that are no token, of the piece at hand: symbol V + i stands for the i-th.
  #characters: string[] = [];
  #scratch = new Int32Array(256);

  constructor(options: SpmOptions) {
    this.#options = options;
    const { tokens, texts, scores } = options;
    const text = (symbol: number): string =>
      texts[symbol] ?? this.#characters[symbol - texts.length] ?? "";
    this.#rule = {
      find: (left, right) => tokens.get(text(left) + text(right)) ?? -1,
      cost: (merge) => -scores[merge]!,
      result: (merge) => merge,
    };
    this.#byteIds = Int32Array.from(
      { length: 256 },
      (_, byte) => tokens.get(byteTokenText(byte)) ?? tokens.get(String.fromCharCode(byte)) ?? -1,
    );
  }

  encode(piece: string): number[] {
    const { tokens, texts, unknownId } = this.#options;
    if (piece.length > this.#scratch.length) this.#scratch = new Int32Array(2 * piece.length);
    const scratch = this.#scratch;
    this.#characters = [];
    let count = 0;
    for (const character of piece) {
      scratch[count++] =
        tokens.get(character) ?? texts.length - 1 + this.#characters.push(character);
    }
    count = this.#merger.run(scratch, count, this.#rule);
    const ids: number[] = [];
    for (let i = 0; i < count; i++) {
      const symbol = scratch[i]!;
      if (symbol < texts.length) {
        ids.push(symbol);
        continue;
      }
      for (const byte of utf8.encode(this.#characters[symbol - texts.length])) {
        const id = this.#byteIds[byte]!;
        if (id >= 0) ids.push(id);
        else if (unknownId !== null) ids.push(unknownId);
      }
    }
    return ids;
  }
}
