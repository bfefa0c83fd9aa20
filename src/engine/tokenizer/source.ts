// What a model file says about its tokenizer, as plain data. Not here: tokenizing (tokenizer.ts),
// reading the files (../model/open-gguf.ts, ../model/open-checkpoint.ts).

export interface TokenizerCommon {
  readonly bosId: number | null;
  readonly eosId: number | null;
  /** Ids that end a generation, `eosId` included. */
  readonly eogIds: readonly number[];
  /** The model expects its begin token in front of every text. */
  readonly addsBos: boolean;
  /** Rows of the embedding: every id is below it. */
  readonly vocabSize: number;
}

/** Kind of a token in GGUF (`tokenizer.ggml.token_type`). */
export const TOKEN_KIND = {
  normal: 1,
  unknown: 2,
  control: 3,
  userDefined: 4,
  unused: 5,
  byte: 6,
} as const;

export type TokenizerSource =
  | (TokenizerCommon & {
      /** Byte-level BPE described by GGUF metadata. */
      readonly kind: "byte-bpe";
      readonly tokens: readonly string[]; // [V]
      readonly tokenKinds: ArrayLike<number>; // [V]
      readonly merges: readonly string[]; // "left right", best first
      /** Name of the pre-tokenizer, see pre-tokenizers.ts. */
      readonly pre: string;
    })
  | (TokenizerCommon & {
      /** SentencePiece-style BPE described by GGUF metadata. */
      readonly kind: "spm";
      readonly tokens: readonly string[]; // [V]
      readonly tokenKinds: ArrayLike<number>; // [V]
      readonly scores: ArrayLike<number>; // [V]
      readonly addsSpacePrefix: boolean;
      /** White space after a control token belongs to it (Phi-3). */
      readonly controlsStripRight: boolean;
      readonly unknownId: number | null;
    })
  | (TokenizerCommon & {
      /** tokenizer.json and tokenizer_config.json of a Hugging Face checkpoint. */
      readonly kind: "json";
      readonly json: unknown;
      readonly config: unknown;
    });

/** A chat template with the token texts it may name. */
export interface ChatTemplateSource {
  readonly template: string;
  readonly bosToken: string;
  readonly eosToken: string;
}

// Texts that end a turn in one family or another, after llama.cpp's list of end-of-generation tokens.
const END_TEXTS: ReadonlySet<string> = new Set([
  "<|eot_id|>",
  "<|im_end|>",
  "<|end|>",
  "<end_of_turn>",
  "<|endoftext|>",
  "<|end_of_text|>",
  "<|eom_id|>",
  "<end_of_utterance>",
  "<|end_of_turn|>",
  "<EOT>",
  "_<EOT>",
]);

/** The stated end ids and every control token whose text is known to end a turn. */
export function endOfGenerationIds(
  stated: readonly (number | null | undefined)[],
  controls: Iterable<readonly [number, string]>,
): number[] {
  const ids = new Set(stated.filter((id) => id !== null && id !== undefined));
  for (const [id, text] of controls) if (END_TEXTS.has(text)) ids.add(id);
  return [...ids].sort((a, b) => a - b);
}
