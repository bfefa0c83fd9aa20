// Text to token ids and back.
//
//   const tokenizer = await createTokenizer(model.tokenizer);
//   tokenizer.encode(question, { special: false, bos: false })
//   tokenizer.encodeWithOffsets(book)       ids and where each token starts in the text
//   for (const step of tokenizer.encodeSteps(book)) …   the same in slices, for progress
//   const stream = tokenizer.streamDecoder(); text += stream.push(id); … text += stream.end();
//
// Not here: chat templates and prompts (prompt.ts), where the vocabulary comes from (source.ts).
import { type Pipeline, byteBpePipeline, spmPipeline } from "./pipeline.ts";
import type { TokenizerCommon, TokenizerSource } from "./source.ts";
import { type Fragment, type SelfTokenFinder, TokenTrie } from "./special-tokens.ts";

export interface EncodeOptions {
  /** Recognise control tokens written in the text; only for trusted text. Default false. */
  readonly special?: boolean;
  /** Put the begin token in front if the model expects one. Default false. */
  readonly bos?: boolean;
}

export interface EncodedText {
  readonly ids: Uint32Array; // [T]
  /** [T]: UTF-16 offset where each token starts; inside a character, where the character starts. */
  readonly starts: Uint32Array;
}

/** A stretch of a prompt: `special` text is the template's own, other text comes from people. */
export interface TextPart {
  readonly text: string;
  readonly special: boolean;
}

export interface EncodePartsOptions {
  /** Put the begin token in front unless the parts already begin with it. */
  readonly bos?: boolean;
  /** The parts follow other text: no space is put in front. */
  readonly continues?: boolean;
}

export interface StreamDecoder {
  /** The text that is complete with this token; half characters wait. */
  push(id: number): string;
  /** What is left; an incomplete character becomes U+FFFD. */
  end(): string;
}

export interface DecodeOptions {
  /** Write control tokens out. Default false: they are left out. */
  readonly special?: boolean;
  /** Drop spaces before punctuation if the model's tokenizer asks for it. Default false: exact text. */
  readonly cleanSpaces?: boolean;
}

export interface Tokenizer {
  readonly vocabSize: number;
  readonly bosId: number | null;
  readonly eosId: number | null;
  /** Ids that end a generation. */
  readonly eogIds: ReadonlySet<number>;
  readonly addsBos: boolean;
  encode(text: string, options?: EncodeOptions): Uint32Array;
  encodeWithOffsets(text: string, options?: EncodeOptions): EncodedText;
  /** The same result, yielding the number of UTF-16 units done after each slice. */
  encodeSteps(text: string, options?: EncodeOptions): Generator<number, EncodedText, void>;
  /** Encodes parts as one text, recognising control tokens only inside `special` parts. */
  encodeParts(parts: readonly TextPart[], options?: EncodePartsOptions): Uint32Array;
  decode(ids: ArrayLike<number>, options?: DecodeOptions): string;
  /** What a token adds to a text; control tokens written out. */
  pieceBytes(id: number): Uint8Array;
  /** Control tokens never stand for text of a document. */
  isControl(id: number): boolean;
  /** The id of a control or user-defined token by its text. */
  specialId(text: string): number | undefined;
  /** Where the texts of control tokens begin in a text, overlapping ones too, in order. */
  controlsIn(text: string): readonly { readonly start: number; readonly id: number }[];
  streamDecoder(options?: DecodeOptions): StreamDecoder;
}

export function concatenate(...lists: readonly Uint32Array[]): Uint32Array {
  const all = new Uint32Array(lists.reduce((sum, list) => sum + list.length, 0));
  let at = 0;
  for (const list of lists) {
    all.set(list, at);
    at += list.length;
  }
  return all;
}

export async function createTokenizer(source: TokenizerSource): Promise<Tokenizer> {
  switch (source.kind) {
    case "byte-bpe":
      return new PipelineTokenizer(source, byteBpePipeline(source));
    case "spm":
      return new PipelineTokenizer(source, spmPipeline(source));
    case "json": {
      // Models in one GGUF file, the embedded one among them, never need its libraries.
      const { jsonPipeline } = await import("./json-pipeline.ts");
      return new PipelineTokenizer(source, jsonPipeline(source));
    }
  }
}

/** Text encoded between two steps; cuts happen only where they change nothing. */
const CHUNK_UNITS = 32_768;
const CACHE_PIECES = 65_536;
const CACHED_PIECE_UNITS = 64;

interface CachedPiece {
  readonly ids: readonly number[];
  /** UTF-16 offsets inside the piece. */
  readonly starts: readonly number[];
}

class PipelineTokenizer implements Tokenizer {
  readonly vocabSize: number;
  readonly bosId: number | null;
  readonly eosId: number | null;
  readonly eogIds: ReadonlySet<number>;
  readonly addsBos: boolean;
  readonly #pipeline: Pipeline;
  readonly #selfTokens: SelfTokenFinder;
  /** Of control tokens only. */
  readonly #controls: TokenTrie;
  readonly #specialIds: ReadonlyMap<string, number>;
  readonly #cache = new Map<string, CachedPiece>();

  constructor(common: TokenizerCommon, pipeline: Pipeline) {
    this.vocabSize = common.vocabSize;
    this.bosId = common.bosId;
    this.eosId = common.eosId;
    this.eogIds = new Set(common.eogIds);
    this.addsBos = common.addsBos;
    this.#pipeline = pipeline;
    this.#selfTokens = pipeline.finder;
    this.#controls = new TokenTrie(pipeline.selfTokens.filter((token) => token.isControl));
    this.#specialIds = new Map(pipeline.selfTokens.map((token) => [token.text, token.id]));
  }

  encode(text: string, options?: EncodeOptions): Uint32Array {
    return this.encodeWithOffsets(text, options).ids;
  }

  encodeWithOffsets(text: string, options?: EncodeOptions): EncodedText {
    const steps = this.encodeSteps(text, options);
    for (;;) {
      const step = steps.next();
      if (step.done) return step.value;
    }
  }

  *encodeSteps(text: string, options: EncodeOptions = {}): Generator<number, EncodedText, void> {
    const out = new TokenList();
    if (options.bos && this.addsBos && this.bosId !== null) out.push(this.bosId, 0);
    const fragments = this.#selfTokens.split(text, options.special ?? false);
    yield* this.#encodeFragments(text, fragments, false, out);
    return out.finish();
  }

  encodeParts(parts: readonly TextPart[], options: EncodePartsOptions = {}): Uint32Array {
    let text = "";
    const fragments: Fragment[] = [];
    for (const part of parts) {
      for (const found of this.#selfTokens.split(part.text, part.special)) {
        const before = fragments.at(-1);
        const start = text.length + found.start;
        const end = text.length + found.end;
        // Text merges across parts as it would in one string.
        if (found.id < 0 && before && before.id < 0) {
          fragments[fragments.length - 1] = { ...before, end };
        } else fragments.push({ ...found, start, end });
      }
      text += part.text;
    }
    const out = new TokenList();
    const needsBos = options.bos && this.addsBos && this.bosId !== null;
    // A template that writes it may write blanks before.
    const first = fragments.find(
      ({ start, end, id }) => id >= 0 || text.slice(start, end).trim() !== "",
    );
    if (needsBos && first?.id !== this.bosId) out.push(this.bosId, 0);
    const steps = this.#encodeFragments(text, fragments, options.continues ?? false, out);
    while (!steps.next().done);
    return out.finish().ids;
  }

  *#encodeFragments(
    text: string,
    fragments: readonly Fragment[],
    continues: boolean,
    out: TokenList,
  ): Generator<number, void, void> {
    let isFirst = true;
    for (const fragment of fragments) {
      if (fragment.id >= 0) {
        out.push(fragment.id, fragment.start);
      } else {
        const part = text.slice(fragment.start, fragment.end);
        const mayHavePrefix =
          !(isFirst && continues) && !fragment.continues && this.#startsWithPrefix(part, isFirst);
        let at = 0;
        // Of a text that is a prefix alone nothing else is left.
        do {
          const end = this.#pipeline.chunkEnd(part, at + CHUNK_UNITS);
          const hasPrefix = at === 0 && mayHavePrefix;
          this.#encodeChunk(part.slice(at, end), fragment.start + at, hasPrefix, out);
          at = end;
          yield fragment.start + at;
        } while (at < part.length);
      }
      isFirst = false;
    }
  }

  #startsWithPrefix(part: string, isFirst: boolean): boolean {
    const { prefix, prefixOnlyFirst, prefixUnlessPresent, normalise } = this.#pipeline;
    if (prefix === "" || (prefixOnlyFirst && !isFirst)) return false;
    if (!prefixUnlessPresent) return true;
    const start = part.slice(0, prefix.length);
    return (normalise ? normalise(start).text : start) !== prefix;
  }

  #encodeChunk(chunk: string, offset: number, hasPrefix: boolean, out: TokenList): void {
    const { normalise, prefix, fusedId } = this.#pipeline;
    const { text, origins } = normalise ? normalise(chunk) : { text: chunk, origins: null };
    const shift = hasPrefix ? prefix.length : 0;
    let at = 0;
    let before = -1;
    this.#pipeline.forEachPiece(hasPrefix ? prefix + text : text, (piece) => {
      const { ids, starts } = this.#encodePiece(piece);
      for (let i = 0; i < ids.length; i++) {
        const isFused = ids[i] === fusedId && before === fusedId;
        before = ids[i]!;
        if (isFused) continue;
        const start = Math.max(0, at + starts[i]! - shift);
        out.push(
          ids[i]!,
          offset + (origins ? origins[Math.min(start, origins.length - 1)]! : start),
        );
      }
      at += piece.length;
    });
  }

  #encodePiece(piece: string): CachedPiece {
    const known = this.#cache.get(piece);
    if (known) return known;
    const ids = this.#pipeline.model.encode(piece);
    const entry = { ids, starts: this.#pieceStarts(piece, ids) };
    if (piece.length <= CACHED_PIECE_UNITS) {
      if (this.#cache.size >= CACHE_PIECES) this.#cache.clear();
      this.#cache.set(piece, entry);
    }
    return entry;
  }

  /** Walks the piece along the bytes of its tokens. */
  #pieceStarts(piece: string, ids: readonly number[]): number[] {
    const starts: number[] = [];
    let at = 0;
    let bytes = 0; // bytes of the character at `at` that are consumed already
    for (const id of ids) {
      starts.push(Math.min(at, Math.max(0, piece.length - 1)));
      // An unknown token stands for one character.
      bytes += this.#pipeline.pieceLength(id) || characterBytes(piece, at);
      while (at < piece.length) {
        const width = characterBytes(piece, at);
        if (bytes < width) break;
        bytes -= width;
        at += width === 4 ? 2 : 1;
      }
    }
    return starts;
  }

  decode(ids: ArrayLike<number>, options: DecodeOptions = {}): string {
    const { special = false, cleanSpaces = false } = options;
    const parts: Uint8Array[] = [];
    let length = 0;
    for (let i = 0; i < ids.length; i++) {
      const id = ids[i]!;
      if (!special && this.isControl(id)) continue;
      let bytes = this.pieceBytes(id);
      // Only the first token can carry the space that encoding put in front.
      const dropsSpace = i === 0 && this.#pipeline.dropsFirstSpace && !this.isControl(id);
      if (dropsSpace && bytes[0] === 0x20) bytes = bytes.subarray(1);
      parts.push(bytes);
      length += bytes.length;
    }
    const all = new Uint8Array(length);
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(all);
    return cleanSpaces && this.#pipeline.cleansSpaces ? withoutExtraSpaces(text) : text;
  }

  pieceBytes(id: number): Uint8Array {
    return this.#pipeline.tokenBytes[id] ?? new Uint8Array();
  }

  isControl(id: number): boolean {
    return this.#pipeline.isControl(id);
  }

  specialId(text: string): number | undefined {
    return this.#specialIds.get(text);
  }

  controlsIn(text: string): { start: number; id: number }[] {
    const found: { start: number; id: number }[] = [];
    for (let start = 0; start < text.length; start++) {
      const token = this.#controls.longestAt(text, start);
      if (token) found.push({ start, id: token.id });
    }
    return found;
  }

  streamDecoder({ special = false }: DecodeOptions = {}): StreamDecoder {
    const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });
    return {
      push: (id) =>
        !special && this.isControl(id) ? "" : utf8.decode(this.pieceBytes(id), { stream: true }),
      end: () => utf8.decode(),
    };
  }
}

/** The clean-up that some tokenizers were published with; it loses spaces of the original. */
const withoutExtraSpaces = (text: string): string =>
  text
    .replace(/ ([?!.,])/g, "$1")
    .replaceAll(" ' ", "'")
    .replace(/ ('s|'m|'re|'ve)/g, "$1");

/** Growing lists of ids and starts. */
class TokenList {
  #ids = new Uint32Array(1024);
  #starts = new Uint32Array(1024);
  #length = 0;

  push(id: number, start: number): void {
    if (this.#length === this.#ids.length) {
      this.#ids = grown(this.#ids);
      this.#starts = grown(this.#starts);
    }
    this.#ids[this.#length] = id;
    this.#starts[this.#length++] = start;
  }

  finish(): EncodedText {
    return {
      ids: this.#ids.slice(0, this.#length),
      starts: this.#starts.slice(0, this.#length),
    };
  }
}

function grown(list: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(2 * list.length);
  larger.set(list);
  return larger;
}

/** UTF-8 bytes of the character at `at`; lone surrogates are written as U+FFFD. */
function characterBytes(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  if (unit < 0x80) return 1;
  if (unit < 0x800) return 2;
  if (unit < 0xd800 || unit >= 0xdc00) return 3;
  const next = text.charCodeAt(at + 1);
  return next >= 0xdc00 && next < 0xe000 ? 4 : 3;
}
