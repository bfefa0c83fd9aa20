// The table of model families: one row says in what a family differs. Everything a file may leave
// out or that no file states (rotation layout, activation, norms) stands here; the numbers come from
// the file. Adding a family means adding a row.
import type { Activation, RopeLayout } from "./config.ts";

export interface Family {
  /** How a layer mixes tokens. */
  readonly mixer: "softmax" | "rodimus";
  readonly activation: Activation;
  /** How query and key rows are stored in GGUF; safetensors are always half-split. */
  readonly ggufRopeLayout: RopeLayout;
  readonly qkvBias: "required" | "optional" | "never";
  readonly hasQkNorm: boolean;
  readonly hasPostNorms: boolean;
  /** q, k, v in one matrix and gate, up in one matrix, in this order of rows. */
  readonly hasFusedMatrices: boolean;
  readonly embeddingScale: "one" | "sqrt-width";
  /** Every n-th layer has no positions. */
  readonly noRopeEvery: number | null;
  /** Every n-th layer sees all tokens, the others a sliding window with their own rotary base. */
  readonly globalEvery: number | null;
  readonly localTheta: number;
  /** What a checkpoint of safetensors stores is `weight`, the norm multiplies with 1 + weight. */
  readonly hfNormsAddOne: boolean;
  readonly defaultTheta: number;
  /** Files without an output matrix reuse the embedding. */
  readonly hfTiedByDefault: boolean;
}

const llama: Family = {
  mixer: "softmax",
  activation: "silu",
  ggufRopeLayout: "adjacent",
  qkvBias: "optional",
  hasQkNorm: false,
  hasPostNorms: false,
  hasFusedMatrices: false,
  embeddingScale: "one",
  noRopeEvery: null,
  globalEvery: null,
  localTheta: 10_000,
  hfNormsAddOne: false,
  defaultTheta: 10_000,
  hfTiedByDefault: false,
};

export const families: Readonly<Record<string, Family>> = {
  llama,
  qwen2: { ...llama, ggufRopeLayout: "half-split", qkvBias: "required" },
  qwen3: { ...llama, ggufRopeLayout: "half-split", hasQkNorm: true },
  smollm3: { ...llama, noRopeEvery: 4, hfTiedByDefault: true },
  gemma3: {
    ...llama,
    ggufRopeLayout: "half-split",
    activation: "gelu-tanh",
    qkvBias: "never",
    hasQkNorm: true,
    hasPostNorms: true,
    embeddingScale: "sqrt-width",
    globalEvery: 6,
    hfNormsAddOne: true,
    defaultTheta: 1_000_000,
    hfTiedByDefault: true,
  },
  // The mixer alone, and with window attention and FFN (rodimus-config.ts).
  rodimus: { ...llama, mixer: "rodimus" },
  rodimus_plus: { ...llama, mixer: "rodimus" },
  phi3: { ...llama, ggufRopeLayout: "half-split", qkvBias: "never", hasFusedMatrices: true },
};

/** Names of config.json (`model_type`) that mean one of the families. */
export const familyOfModelType: Readonly<Record<string, string>> = {
  llama: "llama",
  qwen2: "qwen2",
  qwen3: "qwen3",
  smollm3: "smollm3",
  gemma3_text: "gemma3",
  phi3: "phi3",
  rodimus: "rodimus",
};
