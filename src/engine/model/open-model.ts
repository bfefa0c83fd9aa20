// Opens a model from one or several files: configuration, tensors by role, tokenizer, chat template.
// Only headers are read here; weights are read row by row when they are uploaded.
//
//   const model = await openModel([sourceFromBlob(file.name, file)]);
//   model.config                               what the forward pass computes
//   model.tensors.get("attn_q", layer)         one matrix: format, rows, cols, readRows, readFloats
//   await createTokenizer(model.tokenizer)     ../tokenizer/tokenizer.ts
//   await promptParts(model, tokenizer)        ../tokenizer/prompt.ts
import { EngineError } from "../errors.ts";
import type { ChatTemplateSource, TokenizerSource } from "../tokenizer/source.ts";
import type { ByteSource } from "./byte-source.ts";
import type { ModelConfig } from "./config.ts";
import { openGguf } from "./open-gguf.ts";
import type { ModelTensors } from "./tensors.ts";
import { isDescription, weightFormat, type WeightFormat } from "./weight-format.ts";

export interface OpenModel {
  readonly config: ModelConfig;
  readonly tensors: ModelTensors;
  /** Name of the mix, such as Q4_K_M. */
  readonly quantisation: string;
  readonly tokenizer: TokenizerSource;
  readonly chatTemplate: ChatTemplateSource | null;
  /** `inkspan.prompt`: how the model was trained to be asked; null for models of others. */
  readonly promptStyle: string | null;
  /** Texts that differ when the model differs: states computed with another model are stale. */
  readonly fingerprintParts: readonly string[];
}

/**
 * All files of one model: one .gguf, its split parts, or the files of a checkpoint (config.json,
 * tokenizer.json, tokenizer_config.json, *.safetensors …). Order does not matter, and weights are known
 * by their first bytes, whatever their names.
 */
export async function openModel(sources: readonly ByteSource[]): Promise<OpenModel> {
  if (sources.length === 0) throw new EngineError("invalid-argument", "No model file was given.");
  const of: Record<WeightFormat, ByteSource[]> = { gguf: [], safetensors: [], pickle: [] };
  for (const source of sources) {
    const format = await weightFormat(source);
    if (format) of[format].push(source);
  }
  const isDescribed = sources.some(({ name }) => name === "config.json");
  // A folder may hold the same model in both; the tensors of a checkpoint mean nothing undescribed.
  if (of.safetensors.length > 0 && (isDescribed || of.gguf.length === 0)) {
    const { openCheckpoint } = await import("./open-checkpoint.ts");
    return openCheckpoint(of.safetensors, sources);
  }
  if (of.gguf.length > 0) return openGguf(of.gguf);
  const [pickle] = of.pickle;
  if (pickle) throw refusedPickle(pickle.name);
  const others = sources.filter(({ name }) => !isDescription(name));
  if (others.length > 0) return openGguf(others); // says what is wrong with them
  throw new EngineError(
    "format-invalid",
    `${sources[0]!.name}: this is only the description of a model. Open its weights with it, a file that ends in .safetensors or .gguf.`,
  );
}

/** Pickles are programs: opening one runs what it contains. */
const refusedPickle = (name: string): EngineError =>
  new EngineError(
    "format-unsupported",
    `${name}: this is a pickled PyTorch checkpoint. Pickles can run programs, so they are not opened. Choose a file of the model that ends in .safetensors or .gguf.`,
  );
