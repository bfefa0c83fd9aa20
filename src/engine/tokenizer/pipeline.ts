// The parts of a tokenizer in one shape for all sources: normaliser, pre-tokenizer, piece model,
// bytes of every token. Built here from GGUF metadata, in json-pipeline.ts from tokenizer.json.
import { bytesOfText } from "./byte-level.ts";
import { SafeCuts, cutBeforeWord } from "./cuts.ts";
import type { Normaliser } from "./original-offsets.ts";
import { BpeModel, type PieceModel, SpmModel } from "./piece-models.ts";
import { forEachPiece, preTokenizer } from "./pre-tokenizers.ts";
import { TOKEN_KIND, type TokenizerSource } from "./source.ts";
import { type SelfToken, type SelfTokenFinder, SelfTokens } from "./special-tokens.ts";

export interface Pipeline {
  /** Put in front of a stretch of text: at the start and after each special token. */
  readonly prefix: string;
  /** The prefix only stands where the text does not start with it already. */
  readonly prefixUnlessPresent: boolean;
  /** The prefix stands only at the very start. */
  readonly prefixOnlyFirst: boolean;
  /** Null: the text is taken as it is. Applied to whole chunks. */
  readonly normalise: Normaliser | null;
  /** First place at or after `from` where the text may be cut into chunks. */
  chunkEnd(text: string, from: number): number;
  forEachPiece(text: string, emit: (piece: string) => void): void;
  readonly model: PieceModel;
  /** The unknown token, where it stands once for unknown characters beside each other. */
  readonly fusedId: number | null;
  readonly selfTokens: readonly SelfToken[];
  /** Finds them in texts. */
  readonly finder: SelfTokenFinder;
  /** [V]: what a token adds to a text, control tokens written out. */
  readonly tokenBytes: readonly Uint8Array[];
  /** UTF-8 bytes of the normalised text that a token covers; 0 for an unknown token. */
  pieceLength(id: number): number;
  /** Control and unknown tokens: left out of decoded text. */
  readonly isControl: (id: number) => boolean;
  /** Decoding drops one space at the start (the prefix that encoding added). */
  readonly dropsFirstSpace: boolean;
  /** Published with the clean-up of spaces before punctuation. */
  readonly cleansSpaces: boolean;
}

const utf8 = new TextEncoder();
export const SPACE_MARK = "▁";

type ByteBpeSource = Extract<TokenizerSource, { kind: "byte-bpe" }>;
type SpmSource = Extract<TokenizerSource, { kind: "spm" }>;

function firstIds(texts: readonly string[]): Map<string, number> {
  const ids = new Map<string, number>();
  texts.forEach((text, id) => {
    if (!ids.has(text)) ids.set(text, id);
  });
  return ids;
}

function ggufSelfTokens(source: ByteBpeSource | SpmSource): SelfToken[] {
  const kinds: readonly number[] = [TOKEN_KIND.control, TOKEN_KIND.unknown, TOKEN_KIND.userDefined];
  return source.tokens.flatMap((text, id) => {
    const kind = source.tokenKinds[id]!;
    if (!kinds.includes(kind)) return [];
    const isControl = kind !== TOKEN_KIND.userDefined;
    const stripsRight = source.kind === "spm" && source.controlsStripRight && isControl;
    return [{ id, text, isControl, stripsLeft: false, stripsRight }];
  });
}

const isGgufControl = (source: ByteBpeSource | SpmSource) => (id: number) => {
  const kind = source.tokenKinds[id];
  return kind === TOKEN_KIND.control || kind === TOKEN_KIND.unknown;
};

export function byteBpePipeline(source: ByteBpeSource): Pipeline {
  const { patterns, ignoresMerges, cleansSpaces } = preTokenizer(source.pre);
  const tokenBytes = source.tokens.map((text, id) =>
    source.tokenKinds[id] === TOKEN_KIND.normal
      ? (bytesOfText(text) ?? utf8.encode(text))
      : utf8.encode(text),
  );
  const merges = source.merges.map((line): [string, string] => {
    const gap = line.indexOf(" ", 1);
    return [line.slice(0, gap), line.slice(gap + 1)];
  });
  const selfTokens = ggufSelfTokens(source);
  return {
    prefix: "",
    prefixUnlessPresent: false,
    prefixOnlyFirst: false,
    normalise: null,
    chunkEnd: cutBeforeWord,
    forEachPiece: (text, emit) => forEachPiece(patterns, text, emit),
    model: new BpeModel({
      tokens: firstIds(source.tokens),
      vocabSize: source.vocabSize,
      merges,
      isByteLevel: true,
      fallsBackToBytes: false,
      ignoresMerges,
      unknownId: null,
    }),
    fusedId: null,
    selfTokens,
    finder: new SelfTokens(selfTokens),
    tokenBytes,
    pieceLength: (id) => tokenBytes[id]!.length,
    isControl: isGgufControl(source),
    dropsFirstSpace: false,
    cleansSpaces,
  };
}

export function spmPipeline(source: SpmSource): Pipeline {
  const cuts = new SafeCuts(source.tokens);
  const selfTokens = ggufSelfTokens(source);
  return {
    prefix: source.addsSpacePrefix ? SPACE_MARK : "",
    prefixUnlessPresent: false,
    prefixOnlyFirst: false,
    normalise: (text) => ({ text: text.replaceAll(" ", SPACE_MARK), origins: null }),
    chunkEnd: (text, from) => markedCut(cuts, text, from),
    forEachPiece: (text, emit) => cuts.forEachPiece(text, emit),
    model: new SpmModel({
      tokens: firstIds(source.tokens),
      texts: source.tokens,
      scores: source.scores,
      unknownId: source.unknownId,
    }),
    fusedId: null,
    selfTokens,
    finder: new SelfTokens(selfTokens),
    tokenBytes: source.tokens.map((text, id) => spmTokenBytes(text, source.tokenKinds[id]!)),
    pieceLength: spmPieceLengths(source.tokens, (id) => source.tokenKinds[id]!),
    isControl: isGgufControl(source),
    dropsFirstSpace: source.addsSpacePrefix,
    cleansSpaces: false,
  };
}

/** A safe cut of the text as it is before spaces are replaced. */
export function markedCut(cuts: SafeCuts, text: string, from: number): number {
  for (let at = Math.max(1, from); at < text.length; at++) {
    const two = text.slice(at - 1, at + 1).replaceAll(" ", SPACE_MARK);
    if (cuts.isSafe(two, 1)) return at;
  }
  return text.length;
}

/** Lengths in the text with marked spaces: a byte token covers one byte, an unknown one a character. */
export function spmPieceLengths(
  texts: readonly string[],
  kind: (id: number) => number,
): (id: number) => number {
  const lengths = Uint32Array.from(texts, (text, id) => {
    if (kind(id) === TOKEN_KIND.byte) return 1;
    return kind(id) === TOKEN_KIND.unknown ? 0 : utf8.encode(text).length;
  });
  return (id) => lengths[id] ?? 0;
}

function spmTokenBytes(text: string, kind: number): Uint8Array {
  if (kind === TOKEN_KIND.byte) return Uint8Array.of(Number.parseInt(text.slice(3, 5), 16) || 0);
  return utf8.encode(kind === TOKEN_KIND.normal ? text.replaceAll(SPACE_MARK, " ") : text);
}
