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
 * tokenizer.json, tokenizer_config.json, *.safetensors …). Order does not matter.
 */
export async function openModel(sources: readonly ByteSource[]): Promise<OpenModel> {
  if (sources.length === 0) throw new EngineError("invalid-argument", "No model file was given.");
  const weights = sources.filter((source) => source.name.endsWith(".safetensors"));
  if (weights.length > 0) {
    const { openCheckpoint } = await import("./open-checkpoint.ts");
    return openCheckpoint(sources);
  }
  await refusePickles(sources);
  const ggufs = sources.filter((source) => source.name.endsWith(".gguf"));
  return openGguf(ggufs.length > 0 ? ggufs : sources);
}

/** Pickles are programs: opening one runs what it contains. They are known by their first bytes, whatever their name. */
async function refusePickles(sources: readonly ByteSource[]): Promise<void> {
  for (const source of sources) {
    if (source.size < 4 || source.name.endsWith(".gguf")) continue;
    const [a = 0, b = 0, c, d] = await source.read(0, 4);
    const isZip = a === 0x50 && b === 0x4b && c === 3 && d === 4;
    const isPickle = a === 0x80 && b >= 2 && b <= 5;
    const isNamedSo = /\.(bin|pt|pth|pkl|ckpt)$/i.test(source.name);
    if (isPickle || (isZip && isNamedSo)) {
      throw new EngineError(
        "format-unsupported",
        `${source.name}: this is a pickled PyTorch checkpoint. Pickles can run programs, so they are not opened. Choose a file of the model that ends in .safetensors or .gguf.`,
      );
    }
  }
}
