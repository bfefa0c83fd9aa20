// Pre-tokenizers that GGUF files name (`tokenizer.ggml.pre`): the patterns that cut a text into
// pieces before merging, applied one after the other. After llama.cpp (llama-vocab.cpp).

const SPACE = "\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";

// JavaScript's \s knows U+FEFF but not U+0085; the tokenizers' \s is Unicode's White_Space.
const compile = (pattern: string): RegExp =>
  new RegExp(
    pattern
      .replaceAll("[^\\s", `[^${SPACE}`)
      .replaceAll("\\S", `[^${SPACE}]`)
      .replaceAll("\\s", `[${SPACE}]`),
    "gu",
  );

const GPT2 = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";
const contractions = "(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])";
const words = (digits: string): string =>
  `${contractions}|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|${digits}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+`;

export interface PreTokenizer {
  /** Every pattern splits the pieces of the one before; text between matches is a piece, too. */
  readonly patterns: readonly RegExp[];
  /** A piece that is a token itself is not merged. */
  readonly ignoresMerges: boolean;
  /** Decoding was meant to drop spaces before punctuation. */
  readonly cleansSpaces: boolean;
}

const entry = (
  patterns: readonly string[],
  options: { ignoresMerges?: boolean; cleansSpaces?: boolean },
): PreTokenizer => ({
  patterns: patterns.map(compile),
  ignoresMerges: options.ignoresMerges ?? false,
  cleansSpaces: options.cleansSpaces ?? false,
});

const gpt2 = entry([GPT2], { cleansSpaces: true });
const llama3 = entry([words("\\p{N}{1,3}")], { ignoresMerges: true, cleansSpaces: true });
const qwen2 = entry([words("\\p{N}")], {});
const smaug = entry([words("\\p{N}{1,3}")], { cleansSpaces: true });
const capitals = "(?:(?=\\p{L})[^a-z])";
const smalls = "(?:(?=\\p{L})[^A-Z])";
const gpt4o = entry(
  [
    `[^\\r\\n\\p{L}\\p{N}]?${capitals}*${smalls}+${contractions}?|[^\\r\\n\\p{L}\\p{N}]?${capitals}+${smalls}*${contractions}?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+`,
  ],
  {},
);
const smollm = entry(["\\p{N}", GPT2], {});

const preTokenizers: Readonly<Record<string, PreTokenizer>> = {
  default: entry(
    [
      "[\\p{P}\\$\\+<=>\\^~\\|]+",
      "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)",
      "\\p{N}+",
      "[0-9][0-9][0-9]",
    ],
    { cleansSpaces: true },
  ),
  "gpt-2": gpt2,
  "phi-2": gpt2,
  "llama-bpe": llama3,
  llama3,
  "llama-v3": llama3,
  // The pattern of Llama 3, but pieces are always merged (SmolLM3, DBRX).
  "smaug-bpe": smaug,
  dbrx: smaug,
  qwen2,
  stablelm2: qwen2,
  "deepseek-r1-qwen": qwen2,
  smollm,
  "gpt-4o": gpt4o,
};

export const preTokenizerNames = Object.keys(preTokenizers);

export const isSupportedPreTokenizer = (name: string): boolean =>
  Object.hasOwn(preTokenizers, name);

export function preTokenizer(name: string): PreTokenizer {
  const found = Object.hasOwn(preTokenizers, name) ? preTokenizers[name] : undefined;
  if (!found) throw new Error(`pre-tokenizer ${name}`);
  return found;
}

/** Calls `emit` with the pieces of `text` in order; together they are the text. */
export function forEachPiece(
  patterns: readonly RegExp[],
  text: string,
  emit: (piece: string) => void,
  depth = 0,
): void {
  const pattern = patterns[depth];
  if (pattern === undefined) {
    if (text.length > 0) emit(text);
    return;
  }
  const pass =
    depth + 1 === patterns.length
      ? emit
      : (piece: string): void => forEachPiece(patterns, piece, emit, depth + 1);
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    if (match[0].length === 0) continue;
    if (match.index > end) pass(text.slice(end, match.index));
    pass(match[0]);
    end = match.index + match[0].length;
  }
  if (end < text.length) pass(text.slice(end));
}
