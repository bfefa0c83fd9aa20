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
import { withKnownHeads } from "./known-heads.ts";
import { isAdapter, type OpenAdapter, openAdapter } from "./open-adapter.ts";
import { type GgufPart, openGguf, readGgufPart } from "./open-gguf.ts";
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
  /** A LoRA adapter that was opened with the model and changes what it computes. */
  readonly adapter: OpenAdapter | null;
  /** Texts that differ when the model differs: states computed with another model are stale. */
  readonly fingerprintParts: readonly string[];
}

/** A model as its own files describe it, without what was opened beside it. */
export type BaseModel = Omit<OpenModel, "adapter">;

/**
 * All files of one model: one .gguf, its split parts, or the files of a checkpoint (config.json,
 * tokenizer.json, tokenizer_config.json, *.safetensors …), and at most one LoRA adapter for it. Order does
 * not matter, and weights are known by their first bytes, whatever their names.
 */
export async function openModel(sources: readonly ByteSource[]): Promise<OpenModel> {
  const { files, headers, adapters } = await setAdaptersApart(sources);
  const base = withKnownHeads(await openBase(files, headers));
  const [first, second] = adapters;
  if (!first) return { ...base, adapter: null };
  if (second) {
    throw new EngineError(
      "invalid-argument",
      `${adapters.map(({ source }) => source.name).join(", ")}: a model takes one adapter at a time.`,
    );
  }
  const adapter = await openAdapter(first, base.config);
  const fingerprintParts = [...base.fingerprintParts, ...adapter.fingerprintParts];
  return { ...base, adapter, fingerprintParts };
}

/** Whether the files are an adapter alone, which needs the files of its model beside it. */
export async function isAdapterAlone(sources: readonly ByteSource[]): Promise<boolean> {
  const { files, adapters } = await setAdaptersApart(sources);
  return adapters.length > 0 && files.length === 0;
}

type Headers = ReadonlyMap<ByteSource, GgufPart>;

/** What is no adapter, with the headers that were read to know it. */
async function setAdaptersApart(sources: readonly ByteSource[]): Promise<{
  readonly files: readonly ByteSource[];
  readonly headers: Headers;
  readonly adapters: readonly GgufPart[];
}> {
  const headers = new Map<ByteSource, GgufPart>();
  const adapters: GgufPart[] = [];
  for (const source of sources) {
    if ((await weightFormat(source)) !== "gguf") continue;
    // What cannot be read is refused where it is needed: a folder may hold another model, whole.
    const part = await readGgufPart(source).catch(() => undefined);
    if (part && isAdapter(part)) adapters.push(part);
    else if (part) headers.set(source, part);
  }
  const apart = new Set(adapters.map(({ source }) => source));
  return { files: sources.filter((source) => !apart.has(source)), headers, adapters };
}

async function openBase(sources: readonly ByteSource[], headers: Headers): Promise<BaseModel> {
  if (sources.length === 0) {
    throw new EngineError(
      "invalid-argument",
      "No model file was given. An adapter is opened together with its model.",
    );
  }
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
  const openParts = async (files: readonly ByteSource[]) => {
    const parts: GgufPart[] = [];
    for (const file of files) parts.push(headers.get(file) ?? (await readGgufPart(file)));
    return openGguf(parts);
  };
  if (of.gguf.length > 0) return openParts(of.gguf);
  const [pickle] = of.pickle;
  if (pickle) throw refusedPickle(pickle.name);
  const others = sources.filter(({ name }) => !isDescription(name));
  if (others.length > 0) return openParts(others); // says what is wrong with them
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
