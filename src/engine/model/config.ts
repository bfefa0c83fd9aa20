// The one typed description of a model that the forward pass follows: shapes, per-layer attention,
// rotary tables, scales. Families differ only by the values here. Not here: where the values come
// from (gguf-config.ts, hf-config.ts), the table of families (families.ts), the weights (tensors.ts).

export type Activation = "silu" | "gelu-tanh";

/** "adjacent": dimensions (2 i, 2 i + 1) rotate together; "half-split": (i, i + rotaryDims / 2). */
export type RopeLayout = "adjacent" | "half-split";

export interface RopeTable {
  readonly theta: number;
  readonly layout: RopeLayout;
  /** The first `rotaryDims` dimensions of each head rotate, the others stay. */
  readonly rotaryDims: number;
  /** f32 [rotaryDims / 2]: radians per position; every scaling is already applied. */
  readonly inverseFrequencies: Float32Array;
  /** Factor of cosine and sine (YaRN, LongRoPE); 1 otherwise. */
  readonly attentionFactor: number;
}

export interface LayerConfig {
  /** Index into `ModelConfig.ropeTables`; null: this layer has no positions (NoPE). */
  readonly rope: number | null;
  /** A query at position p sees keys at p - slidingWindow + 1 … p; null: all keys up to p. */
  readonly slidingWindow: number | null;
}

/** The mixer of Rodimus: a state of constant size in place of keys and values of all tokens. */
export interface RecurrentConfig {
  readonly inner: number; // m, width inside of the mixer
  readonly stateRows: number; // n
  readonly gateRank: number; // low rank of the input gate
  /** Least norm of a key before it is normalised. */
  readonly keyEpsilon: number;
  /** Rodimus+: behind the mixer a window attention with one shared key head, and an FFN. */
  readonly hasAttention: boolean;
  readonly hasEmbeddingNorm: boolean;
}

export interface ModelConfig {
  readonly family: string;
  /** Name from the file, for people. */
  readonly name: string;
  readonly layers: number; // L
  readonly width: number; // E
  readonly heads: number; // H
  readonly kvHeads: number; // K
  readonly headDim: number; // D
  readonly ffn: number; // F
  readonly vocab: number; // V
  readonly contextLength: number;
  readonly rmsEpsilon: number;
  /** Distinct rotary tables: one, or a global and a local one. */
  readonly ropeTables: readonly RopeTable[];
  /** [L] */
  readonly layerConfigs: readonly LayerConfig[];
  /** Factor of query · key before the softmax. */
  readonly attentionScale: number;
  /** cap · tanh(score / cap); null: none. */
  readonly attentionSoftCap: number | null;
  readonly logitSoftCap: number | null;
  readonly activation: Activation;
  /** Factor of the embedding row (Gemma: √E); 1 otherwise. */
  readonly embeddingScale: number;
  /** The output matrix is the embedding matrix. */
  readonly tiedOutput: boolean;
  readonly hasQkvBias: boolean;
  /** RMSNorm over each query and key head before the rotation. */
  readonly hasQkNorm: boolean;
  /** RMSNorm of the attention and FFN results before they are added to the residual. */
  readonly hasPostNorms: boolean;
  /** Rodimus and Rodimus+; heads, head size and FFN are 0 where there is no attention. */
  readonly recurrent?: RecurrentConfig;
  /** [L][K], 0 to 1: how well the heads retrieve, if the file says so (`inkspan.head_weights`) or it is known (known-heads.ts). */
  readonly headWeights?: readonly (readonly number[])[];
}

/** Bytes of keys and values per token at `bytesPerValue` (2 for f16); 0 for a memory that does not grow. */
export function kvBytesPerToken(config: ModelConfig, bytesPerValue: number): number {
  if (config.recurrent) return 0;
  return config.layers * 2 * config.kvHeads * config.headDim * bytesPerValue;
}

/**
 * Bytes of all that a recurrent model remembers of a text of any length: states and tails of the convolutions in f32, the
 * windows (one key head, all value heads) at `bytesPerValue`.
 */
export function recurrentStateBytes(config: ModelConfig, bytesPerValue: number): number {
  const { recurrent } = config;
  if (!recurrent) return 0;
  const mixer = (recurrent.stateRows + 3) * recurrent.inner * 4;
  const slots = windowSlots(config);
  return config.layers * (mixer + slots * (1 + config.heads) * config.headDim * bytesPerValue);
}

/** Slots of the ring of a window attention: the window, or the whole context where it is unlimited. */
export function windowSlots(config: ModelConfig): number {
  if (!config.recurrent?.hasAttention) return 0;
  return config.layerConfigs[0]?.slidingWindow ?? config.contextLength;
}
