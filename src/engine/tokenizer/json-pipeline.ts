// The parts of a tokenizer from tokenizer.json. Normalisers and pre-tokenizers are those of
// @huggingface/tokenizers; merging is done by BpeModel, which keeps offsets and bounded memory.
import { SequencePreTokenizer } from "@huggingface/tokenizers";
import * as v from "valibot";
import { boundedList, isNumber, isObject, isText } from "../bounded-list.ts";
import { EngineError } from "../errors.ts";
import { type AddedToken, AddedTokens } from "./added-tokens.ts";
import { bytesOfText } from "./byte-level.ts";
import { SafeCuts, cutBeforeWord } from "./cuts.ts";
import { type Normaliser, byCharacters, byForm, inSequence } from "./original-offsets.ts";
import { BpeModel } from "./piece-models.ts";
import { replacer, splitter } from "./pattern-parts.ts";
import { type Pipeline, SPACE_MARK, markedCut, spmPieceLengths } from "./pipeline.ts";
import { TOKEN_KIND, type TokenizerSource } from "./source.ts";

const partSchema = v.looseObject({ type: v.string() });
type Part = v.InferOutput<typeof partSchema>;

// Hundreds of thousands of entries: plain loops, many times faster than a schema per entry.
const isMergeList = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.every(
    (merge: unknown) =>
      typeof merge === "string" ||
      (Array.isArray(merge) &&
        merge.length === 2 &&
        typeof merge[0] === "string" &&
        typeof merge[1] === "string"),
  );

/** Token text to id. */
export const vocabSchema = v.custom<Readonly<Record<string, number>>>(
  (value) =>
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((id) => typeof id === "number"),
  "no vocabulary",
);

/** More than any vocabulary has. */
const ADDED_LIMIT = 262_144;

interface StatedToken {
  readonly id: number;
  readonly content: string;
  readonly special?: boolean;
  readonly single_word?: boolean;
  readonly lstrip?: boolean;
  readonly rstrip?: boolean;
  readonly normalized?: boolean;
}

function isStatedToken(value: unknown): value is StatedToken {
  if (!isObject(value) || !isNumber(value["id"]) || !isText(value["content"])) return false;
  return ["special", "single_word", "lstrip", "rstrip", "normalized"].every(
    (name) => value[name] === undefined || typeof value[name] === "boolean",
  );
}

/** `added_tokens` of tokenizer.json. */
export const addedTokensSchema = v.optional(boundedList(isStatedToken, ADDED_LIMIT), []);

const tokenizerSchema = v.looseObject({
  added_tokens: addedTokensSchema,
  normalizer: v.optional(v.nullable(partSchema)),
  pre_tokenizer: v.optional(v.nullable(partSchema)),
  model: v.looseObject({
    vocab: vocabSchema,
    merges: v.custom<readonly (string | readonly [string, string])[]>(isMergeList, "no merges"),
    unk_token: v.optional(v.nullable(v.string())),
    fuse_unk: v.optional(v.nullable(v.boolean())),
    ignore_merges: v.optional(v.nullable(v.boolean())),
    byte_fallback: v.optional(v.nullable(v.boolean())),
    continuing_subword_prefix: v.optional(v.nullable(v.string())),
    end_of_word_suffix: v.optional(v.nullable(v.string())),
  }),
});

/** Patterns of the file are compiled here; what the library cannot read is an error of the file. */
function built<T>(build: () => T): T {
  try {
    return build();
  } catch (cause) {
    if (cause instanceof EngineError) throw cause;
    const why = cause instanceof Error ? cause.message.slice(0, 200) : "";
    throw new EngineError("format-invalid", `tokenizer.json: a part cannot be read (${why}).`, {
      cause,
    });
  }
}

type JsonSource = Extract<TokenizerSource, { kind: "json" }>;

const unsupported = (what: string): EngineError =>
  new EngineError("format-unsupported", `tokenizer.json: ${what} is not supported.`);

export function jsonPipeline(source: JsonSource): Pipeline {
  const parsed = v.safeParse(tokenizerSchema, source.json, { abortEarly: true });
  if (!parsed.success) {
    throw new EngineError(
      "format-invalid",
      `tokenizer.json: ${v.getDotPath(parsed.issues[0]) ?? "the file"} is malformed (${parsed.issues[0].message}).`,
    );
  }
  const { model, added_tokens: added, normalizer, pre_tokenizer: splitter } = parsed.output;
  if (model.continuing_subword_prefix || model.end_of_word_suffix) {
    throw unsupported("a BPE with word prefixes or suffixes");
  }
  const normal = built(() => readNormalizer(flatten(normalizer, "normalizers")));
  const split = built(() => readPreTokenizer(flatten(splitter, "pretokenizers")));
  const unknownId = model.unk_token == null ? null : (model.vocab[model.unk_token] ?? null);
  const texts = Array.from({ length: source.vocabSize }, () => "");
  for (const [text, id] of Object.entries(model.vocab)) texts[id] = text;
  const addedIds = new Set(added.map((token) => token.id));
  const kinds = texts.map((text, id) => {
    if (text === "" || text === model.unk_token || addedIds.has(id)) return TOKEN_KIND.unknown;
    return /^<0x[0-9A-F]{2}>$/.test(text) ? TOKEN_KIND.byte : TOKEN_KIND.normal;
  });
  for (const token of added) texts[token.id] = token.content;
  const tokenBytes = texts.map((text, id) => tokenBytesOf(text, kinds[id]!, split.isByteLevel));
  const controls = new Set(added.filter((token) => token.special).map((token) => token.id));
  const selfTokens = added.map((token): AddedToken => ({
    id: token.id,
    text: token.content,
    isControl: token.special ?? false,
    stripsLeft: token.lstrip ?? false,
    stripsRight: token.rstrip ?? false,
    isSingleWord: token.single_word ?? false,
    isNormalized: token.normalized ?? !token.special,
  }));
  const finder = new AddedTokens(selfTokens, {
    normalise: inSequence(normal.steps),
    prefix: normal.prefix?.text ?? "",
  });
  const prefix = split.prefix ?? normal.prefix;
  const cuts = split.isByteLevel ? undefined : new SafeCuts(Object.keys(model.vocab));
  const steps = split.replacesSpaces ? [...normal.steps, marksSpaces] : normal.steps;
  return {
    prefix: prefix?.text ?? "",
    prefixUnlessPresent: prefix?.unlessPresent ?? false,
    prefixOnlyFirst: prefix?.onlyFirst ?? false,
    normalise: steps.length > 0 ? inSequence(steps) : null,
    chunkEnd: cuts ? (text, from) => markedCut(cuts, text, from) : cutBeforeWord,
    forEachPiece: (text, emit) => {
      let pieces: readonly string[] = [text];
      for (const splits of split.splitters) pieces = pieces.flatMap(splits);
      for (const piece of pieces) {
        if (cuts) cuts.forEachPiece(piece, emit);
        else emit(piece);
      }
    },
    model: new BpeModel({
      tokens: new Map(Object.entries(model.vocab)),
      vocabSize: source.vocabSize,
      merges: model.merges.map((merge): readonly [string, string] => {
        if (typeof merge !== "string") return merge;
        const gap = merge.indexOf(" ", 1);
        return [merge.slice(0, gap), merge.slice(gap + 1)];
      }),
      isByteLevel: split.isByteLevel,
      fallsBackToBytes: model.byte_fallback ?? false,
      ignoresMerges: model.ignore_merges ?? false,
      unknownId,
    }),
    fusedId: model.fuse_unk ? unknownId : null,
    selfTokens,
    finder,
    tokenBytes,
    pieceLength: split.isByteLevel
      ? (id) => tokenBytes[id]!.length
      : spmPieceLengths(texts, (id) => kinds[id]!),
    isControl: (id) => controls.has(id),
    dropsFirstSpace: prefix !== undefined,
    cleansSpaces: v.is(
      v.looseObject({ clean_up_tokenization_spaces: v.literal(true) }),
      source.config,
    ),
  };
}

function tokenBytesOf(text: string, kind: number, isByteLevel: boolean): Uint8Array {
  const encoder = new TextEncoder();
  if (kind === TOKEN_KIND.unknown) return encoder.encode(text);
  if (isByteLevel) return bytesOfText(text) ?? encoder.encode(text);
  if (kind === TOKEN_KIND.byte) return Uint8Array.of(Number.parseInt(text.slice(3, 5), 16));
  return encoder.encode(text.replaceAll(SPACE_MARK, " "));
}

const PARTS_LIMIT = 64;
const isPart = (value: unknown): value is Part => isObject(value) && isText(value["type"]);

/** A part and, for sequences, all parts inside it. */
function flatten(part: Part | null | undefined, list: string): Part[] {
  const parts: Part[] = [];
  const add = (one: unknown, depth: number): void => {
    if (!isPart(one)) throw unsupported(`a sequence without ${list}`);
    if (parts.length >= PARTS_LIMIT || depth > PARTS_LIMIT) {
      throw unsupported(`a sequence of more than ${PARTS_LIMIT} parts`);
    }
    if (one.type !== "Sequence") parts.push(one);
    else if (!Array.isArray(one[list])) throw unsupported(`a sequence without ${list}`);
    else for (const inner of one[list] as unknown[]) add(inner, depth + 1);
  };
  if (part) add(part, 0);
  return parts;
}

interface Prefix {
  readonly text: string;
  readonly unlessPresent: boolean;
  readonly onlyFirst: boolean;
}

// Each sees one character sequence at a time: a text may be cut between words before them.
const NORMALIZERS: Readonly<Record<string, Normaliser>> = {
  ...Object.fromEntries(["NFC", "NFD", "NFKC", "NFKD"].map((form) => [form, byForm(form)])),
  // The tokenizers library looks at one character: a sigma at the end of a word is none of its own.
  Lowercase: byCharacters((text) => text.replaceAll("\u03a3", "\u03c3").toLowerCase()),
  StripAccents: byCharacters((text) => text.replace(/\p{M}/gu, "")),
};
const marksSpaces = replacer({ type: "Replace", pattern: { String: " " }, content: SPACE_MARK });

function readNormalizer(parts: readonly Part[]): {
  steps: readonly Normaliser[];
  prefix: Prefix | undefined;
} {
  let prefix: Prefix | undefined;
  const steps: Normaliser[] = [];
  for (const part of parts) {
    if (part.type === "Prepend") {
      prefix = { text: String(part["prepend"]), unlessPresent: false, onlyFirst: false };
    } else if (part.type === "Replace") steps.push(replacer(part));
    else {
      const known = Object.hasOwn(NORMALIZERS, part.type) ? NORMALIZERS[part.type] : undefined;
      if (!known) throw unsupported(`the normaliser ${part.type}`);
      steps.push(known);
    }
  }
  return { steps, prefix };
}

interface PreTokenizing {
  /** One after the other; each cuts the pieces of the one before. */
  readonly splitters: readonly ((text: string) => readonly string[])[];
  readonly isByteLevel: boolean;
  readonly prefix: Prefix | undefined;
  readonly replacesSpaces: boolean;
}

const GPT2_PATTERN =
  "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

function readPreTokenizer(parts: readonly Part[]): PreTokenizing {
  const splitters: ((text: string) => readonly string[])[] = [];
  let isByteLevel = false;
  let replacesSpaces = false;
  let prefix: Prefix | undefined;
  const after = parts.findIndex((part) => part.type === "ByteLevel") + 1;
  if (after > 0 && after < parts.length) throw unsupported("a pre-tokenizer after ByteLevel");
  for (const part of parts) {
    switch (part.type) {
      case "ByteLevel":
        isByteLevel = true;
        if (part["add_prefix_space"]) {
          prefix = { text: " ", unlessPresent: true, onlyFirst: false };
        }
        if (part["use_regex"] !== false) {
          splitters.push(splitter({ type: "Split", pattern: { Regex: GPT2_PATTERN } }));
        }
        break;
      case "Metaspace": {
        if (part["split"] === true) throw unsupported("a Metaspace that splits");
        replacesSpaces = true;
        const scheme =
          part["prepend_scheme"] ?? (part["add_prefix_space"] === false ? "never" : "always");
        if (scheme !== "never") {
          prefix = { text: SPACE_MARK, unlessPresent: true, onlyFirst: scheme === "first" };
        }
        break;
      }
      case "Split": {
        const behavior = String(part["behavior"]);
        const pattern = part["pattern"] as { String?: string } | undefined;
        // Gemma splits at spaces after all spaces have been replaced: nothing happens.
        if (pattern?.String === " " && behavior !== "Isolated") break;
        if (behavior !== "Isolated" && behavior !== "Removed") {
          throw unsupported(`a Split with the behaviour ${behavior}`);
        }
        if (behavior === "Removed" && !part["invert"])
          throw unsupported("a Split that removes text");
        splitters.push(splitter(part));
        break;
      }
      case "Digits": {
        const Regex = part["individual_digits"] === true ? "\\p{N}" : "\\p{N}+";
        splitters.push(splitter({ type: "Split", pattern: { Regex } }));
        break;
      }
      case "Punctuation":
        splitters.push(libraryPart(part));
        break;
      default:
        throw unsupported(`the pre-tokenizer ${part.type}`);
    }
  }
  return { splitters, isByteLevel, prefix, replacesSpaces };
}

function libraryPart(part: Part): (text: string) => string[] {
  const pre = new SequencePreTokenizer({ type: "Sequence", pretokenizers: [part] as never });
  return (text) => pre.pre_tokenize(text);
}
