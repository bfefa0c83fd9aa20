// The parts of a tokenizer from tokenizer.json. Normalisers and pre-tokenizers are those of
// @huggingface/tokenizers; merging is done by BpeModel, which keeps offsets and bounded memory.
import {
  type Normalizer,
  type PreTokenizer,
  SequenceNormalizer,
  SequencePreTokenizer,
} from "@huggingface/tokenizers";
import * as v from "valibot";
import { EngineError } from "../errors.ts";
import { bytesOfText } from "./byte-level.ts";
import { SafeCuts, cutBeforeWord } from "./cuts.ts";
import { BpeModel } from "./piece-models.ts";
import { type Pipeline, SPACE_MARK, markedCut, spmPieceLengths } from "./pipeline.ts";
import { TOKEN_KIND, type TokenizerSource } from "./source.ts";
import type { SelfToken } from "./special-tokens.ts";

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

const tokenizerSchema = v.looseObject({
  added_tokens: v.optional(
    v.array(
      v.looseObject({
        id: v.number(),
        content: v.string(),
        special: v.optional(v.boolean(), false),
        lstrip: v.optional(v.boolean(), false),
        rstrip: v.optional(v.boolean(), false),
      }),
    ),
    [],
  ),
  normalizer: v.optional(v.nullable(partSchema)),
  pre_tokenizer: v.optional(v.nullable(partSchema)),
  model: v.looseObject({
    vocab: vocabSchema,
    merges: v.custom<readonly (string | readonly [string, string])[]>(isMergeList, "no merges"),
    unk_token: v.optional(v.nullable(v.string())),
    fuse_unk: v.optional(v.nullable(v.boolean())),
    ignore_merges: v.optional(v.nullable(v.boolean())),
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
  const parsed = v.safeParse(tokenizerSchema, source.json);
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
  const prefix = split.prefix ?? normal.prefix;
  const cuts = split.isByteLevel ? undefined : new SafeCuts(Object.keys(model.vocab));
  const replacesSpaces = split.replacesSpaces;
  const normalise = chain(normal.normalise, replacesSpaces);
  return {
    prefix: prefix?.text ?? "",
    prefixUnlessPresent: prefix?.unlessPresent ?? false,
    prefixOnlyFirst: prefix?.onlyFirst ?? false,
    normalise,
    chunkEnd: cuts ? (text, from) => markedCut(cuts, text, from) : cutBeforeWord,
    forEachPiece: (text, emit) => {
      const pieces = split.pre ? split.pre.pre_tokenize(text) : [text];
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
      ignoresMerges: model.ignore_merges ?? false,
      unknownId: model.unk_token == null ? null : (model.vocab[model.unk_token] ?? null),
      fusesUnknown: model.fuse_unk ?? false,
    }),
    selfTokens: added.map((token): SelfToken => ({
      id: token.id,
      text: token.content,
      isControl: token.special,
      stripsLeft: token.lstrip,
      stripsRight: token.rstrip,
    })),
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

/** A part and, for sequences, all parts inside it. */
function flatten(part: Part | null | undefined, list: string): Part[] {
  if (!part) return [];
  if (part.type !== "Sequence") return [part];
  const inner = v.safeParse(v.array(partSchema), part[list]);
  if (!inner.success) throw unsupported(`a sequence without ${list}`);
  return inner.output.flatMap((each) => flatten(each, list));
}

interface Prefix {
  readonly text: string;
  readonly unlessPresent: boolean;
  readonly onlyFirst: boolean;
}

// Parts that see one character sequence at a time: a text may be cut between words before them.
const NORMALIZERS = ["NFC", "NFD", "NFKC", "NFKD", "Lowercase", "StripAccents", "Replace"];

function readNormalizer(parts: readonly Part[]): {
  normalise: ((text: string) => string) | null;
  prefix: Prefix | undefined;
} {
  let prefix: Prefix | undefined;
  const kept: Part[] = [];
  for (const part of parts) {
    if (part.type === "Prepend") {
      prefix = { text: String(part["prepend"]), unlessPresent: false, onlyFirst: false };
    } else if (NORMALIZERS.includes(part.type)) kept.push(part);
    else throw unsupported(`the normaliser ${part.type}`);
  }
  if (kept.length === 0) return { normalise: null, prefix };
  const sequence: Normalizer = new SequenceNormalizer({
    type: "Sequence",
    normalizers: kept as never,
  });
  return { normalise: (text) => sequence.normalize(text), prefix };
}

const chain = (
  first: ((text: string) => string) | null,
  marksSpaces: boolean,
): ((text: string) => string) | null => {
  if (!marksSpaces) return first;
  return (text) => (first ? first(text) : text).replaceAll(" ", SPACE_MARK);
};

interface PreTokenizing {
  readonly pre: PreTokenizer | null;
  readonly isByteLevel: boolean;
  readonly prefix: Prefix | undefined;
  readonly replacesSpaces: boolean;
}

const GPT2_PATTERN =
  "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

function readPreTokenizer(parts: readonly Part[]): PreTokenizing {
  const kept: Part[] = [];
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
          kept.push({ type: "Split", pattern: { Regex: GPT2_PATTERN }, behavior: "Isolated" });
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
        kept.push({ invert: false, ...part });
        break;
      }
      case "Digits":
      case "Punctuation":
        kept.push(part);
        break;
      default:
        throw unsupported(`the pre-tokenizer ${part.type}`);
    }
  }
  const pre =
    kept.length === 0
      ? null
      : new SequencePreTokenizer({ type: "Sequence", pretokenizers: kept as never });
  return { pre, isByteLevel, prefix, replacesSpaces };
}
