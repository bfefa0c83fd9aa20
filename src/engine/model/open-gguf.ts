// Opens GGUF files, split ones included: header to configuration, tensors and tokenizer.
import { EngineError } from "../errors.ts";
import {
  type ChatTemplateSource,
  TOKEN_KIND,
  type TokenizerSource,
  endOfGenerationIds,
} from "../tokenizer/source.ts";
import { isSupportedPreTokenizer, preTokenizerNames } from "../tokenizer/pre-tokenizers.ts";
import type { ByteSource } from "./byte-source.ts";
import { families } from "./families.ts";
import { fingerprintSource } from "./fingerprint.ts";
import { type GgufHeader, quote, readGgufHeader } from "./gguf.ts";
import { GgufMetadata, ggufHyperParameters, ropeFactorTensor } from "./gguf-config.ts";
import { buildConfig } from "./hyper-parameters.ts";
import type { BaseModel } from "./open-model.ts";
import { quantisationName } from "./quantisation.ts";
import { ggufNames } from "./tensor-names.ts";
import { type StoredTensor, assignTensors } from "./tensors.ts";

export interface GgufPart {
  readonly source: ByteSource;
  readonly header: GgufHeader;
}

export async function readGgufPart(source: ByteSource): Promise<GgufPart> {
  return { source, header: await readGgufHeader(source) };
}

/** One file, or all parts of a split one. */
export async function openGguf(parts: readonly GgufPart[]): Promise<BaseModel> {
  const { first, stored } = joinParts(parts);
  const file = first.source.name;
  const metadata = new GgufMetadata(first.header.metadata, file);

  const embedding = stored.get("token_embd.weight");
  const factorName = ropeFactorTensor(first.header, metadata);
  const factorTensor = factorName === null ? undefined : stored.get(factorName);
  const facts = {
    vocab: embedding?.rows ?? 0,
    tiedOutput: !stored.has("output.weight"),
    hasQkvBias: stored.has("blk.0.attn_q.bias"),
    ropeFactors: factorTensor ? await readFactors(factorTensor, file) : null,
  };
  const hyper = ggufHyperParameters(metadata, facts, file);
  if (!embedding) {
    throw new EngineError(
      "format-invalid",
      `${file}: the tensor «token_embd.weight» is missing. This is no complete language model, or another part of it has not been opened.`,
    );
  }
  const family = families[hyper.family]!;
  const needsBias = family.qkvBias === "required" ? true : hyper.hasQkvBias;
  const config = buildConfig({ ...hyper, hasQkvBias: needsBias }, family, file);
  const tensors = assignTensors(stored, config, ggufNames(family), isFactorTensor, file);
  const tokenizer = tokenizerSource(metadata, config.vocab, file);
  const fingerprints: string[] = [];
  for (const { source, header } of parts) {
    fingerprints.push(...(await fingerprintSource(source, header.bytes, header.dataOffset)));
  }
  return {
    config,
    tensors,
    quantisation: quantisationName(tensors.all, metadata.optionalNumber("general.file_type")),
    tokenizer,
    chatTemplate: chatTemplate(metadata, tokenizer),
    promptStyle: metadata.optionalString("inkspan.prompt") ?? null,
    fingerprintParts: fingerprints,
  };
}

const isFactorTensor = (name: string): boolean =>
  ["rope_freqs.weight", "rope_factors_long.weight", "rope_factors_short.weight"].includes(name);

/** One file, or all `split.count` parts in the order of `split.no`. */
function joinParts(parts: readonly GgufPart[]): {
  first: GgufPart;
  stored: Map<string, StoredTensor>;
} {
  const numbered = parts.map((part) => {
    const metadata = new GgufMetadata(part.header.metadata, part.source.name);
    return {
      part,
      number: metadata.optionalNumber("split.no") ?? 0,
      count: metadata.optionalNumber("split.count") ?? 1,
      tensors: metadata.optionalNumber("split.tensors.count"),
    };
  });
  numbered.sort((a, b) => a.number - b.number);
  const first = numbered[0]!;
  const name = first.part.source.name;
  if (numbered.length > 1 && numbered.every(({ count }) => count <= 1)) {
    throw new EngineError(
      "invalid-argument",
      `${numbered.map(({ part }) => part.source.name).join(", ")}: each of these files is a model of its own. Choose one.`,
    );
  }
  if (numbered.length !== Math.max(1, first.count)) {
    throw new EngineError(
      "format-invalid",
      `${name}: the model has ${first.count} parts, ${numbered.length} were opened. Open all parts together.`,
    );
  }
  const stored = new Map<string, StoredTensor>();
  numbered.forEach(({ part, number, count }, index) => {
    if (number !== index || Math.max(1, count) !== numbered.length) {
      throw new EngineError(
        "format-invalid",
        `${part.source.name}: it is part ${number + 1} of ${count}, which does not fit the other parts.`,
      );
    }
    for (const tensor of part.header.tensors) {
      if (stored.has(tensor.name)) {
        throw new EngineError(
          "format-invalid",
          `${part.source.name}: the tensor ${quote(tensor.name)} is also in another part.`,
        );
      }
      stored.set(tensor.name, { ...tensor, source: part.source });
    }
  });
  if (first.tensors !== undefined && first.tensors !== stored.size) {
    throw new EngineError(
      "format-invalid",
      `${name}: the parts hold ${stored.size} tensors, ${first.tensors} were announced.`,
    );
  }
  return { first: first.part, stored };
}

async function readFactors(tensor: StoredTensor, file: string): Promise<Float32Array> {
  if (tensor.format !== "F32" || tensor.rows !== 1 || tensor.cols > 4096) {
    throw new EngineError(
      "format-invalid",
      `${file}: ${quote(tensor.name)} is not a short F32 vector.`,
    );
  }
  const bytes = await tensor.source.read(tensor.offsetBytes, tensor.bytes);
  return new Float32Array(new Uint8Array(bytes).buffer);
}

function tokenizerSource(metadata: GgufMetadata, vocab: number, file: string): TokenizerSource {
  const model = metadata.string("tokenizer.ggml.model");
  const tokens = metadata.strings("tokenizer.ggml.tokens");
  if (tokens.length !== vocab) {
    throw new EngineError(
      "format-invalid",
      `${file}: the vocabulary has ${tokens.length} tokens, the embedding ${vocab} rows. The file is inconsistent.`,
    );
  }
  const tokenKinds =
    metadata.optionalNumbers("tokenizer.ggml.token_type") ??
    new Float64Array(vocab).fill(TOKEN_KIND.normal);
  const scores = metadata.optionalNumbers("tokenizer.ggml.scores");
  for (const [list, what] of [
    [tokenKinds, "kinds"],
    [scores, "scores"],
  ] as const) {
    if (list && list.length !== vocab) {
      throw new EngineError(
        "format-invalid",
        `${file}: the vocabulary has ${vocab} tokens and ${list.length} token ${what}.`,
      );
    }
  }
  const id = (name: string): number | null => {
    const value = metadata.optionalNumber(`tokenizer.ggml.${name}_token_id`);
    if (value === undefined) return null;
    if (Number.isInteger(value) && value >= 0 && value < vocab) return value;
    throw new EngineError(
      "format-invalid",
      `${file}: the ${name} token ${value} is not in the vocabulary of ${vocab}.`,
    );
  };
  const isSpm = model === "llama";
  const pre = metadata.optionalString("tokenizer.ggml.pre") ?? "default";
  // Defaults of llama.cpp where a file does not say.
  const bosId = id("bos") ?? (isSpm ? 1 : null);
  const eosId = id("eos") ?? (isSpm ? 2 : null);
  const controls: [number, string][] = [];
  tokens.forEach((text, token) => {
    if (tokenKinds[token] !== TOKEN_KIND.normal) controls.push([token, text]);
  });
  const common = {
    bosId,
    eosId,
    eogIds: endOfGenerationIds([eosId, id("eot"), id("eom")], controls),
    addsBos:
      metadata.optionalBoolean("tokenizer.ggml.add_bos_token") ??
      (isSpm || pre === "llama-bpe" || pre === "llama3"),
    vocabSize: vocab,
  };
  if (isSpm) {
    if (!scores) {
      throw new EngineError("format-invalid", `${file}: the tokenizer has no scores.`);
    }
    return {
      ...common,
      kind: "spm",
      tokens,
      tokenKinds,
      scores,
      addsSpacePrefix: metadata.optionalBoolean("tokenizer.ggml.add_space_prefix") ?? true,
      controlsStripRight: metadata.string("general.architecture") === "phi3",
      unknownId: id("unknown"),
    };
  }
  if (model !== "gpt2") {
    throw new EngineError(
      "format-unsupported",
      `${file}: the tokenizer ${quote(model)} is not supported. Supported: gpt2 (byte-level BPE), llama (SentencePiece-style BPE).`,
    );
  }
  if (!isSupportedPreTokenizer(pre)) {
    throw new EngineError(
      "format-unsupported",
      `${file}: the pre-tokenizer ${quote(pre)} is not supported. Supported: ${preTokenizerNames.join(", ")}.`,
    );
  }
  const merges = metadata.strings("tokenizer.ggml.merges");
  return { ...common, kind: "byte-bpe", tokens, tokenKinds, merges, pre };
}

function chatTemplate(
  metadata: GgufMetadata,
  tokenizer: TokenizerSource,
): ChatTemplateSource | null {
  const template = metadata.optionalString("tokenizer.chat_template");
  if (template === undefined || tokenizer.kind === "json") return null;
  const text = (id: number | null): string => (id === null ? "" : (tokenizer.tokens[id] ?? ""));
  return { template, bosToken: text(tokenizer.bosId), eosToken: text(tokenizer.eosId) };
}
