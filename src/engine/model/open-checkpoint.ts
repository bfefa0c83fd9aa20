// Opens a Hugging Face checkpoint: config.json, tokenizer.json and one or several .safetensors files.
import * as v from "valibot";
import { boundedList, isNumber, isObject, isText } from "../bounded-list.ts";
import { EngineError } from "../errors.ts";
import {
  type ChatTemplateSource,
  type TokenizerSource,
  endOfGenerationIds,
} from "../tokenizer/source.ts";
import { addedTokensSchema, vocabSchema } from "../tokenizer/json-pipeline.ts";
import type { ByteSource } from "./byte-source.ts";
import type { ModelConfig } from "./config.ts";
import { families, familyOfModelType } from "./families.ts";
import { fingerprintSource, sha256 } from "./fingerprint.ts";
import { type HfConfig, LIST_LIMIT, hfHyperParameters, parseHfConfig } from "./hf-config.ts";
import { buildConfig } from "./hyper-parameters.ts";
import type { BaseModel } from "./open-model.ts";
import { quantisationName } from "./quantisation.ts";
import { readSafetensors } from "./safetensors.ts";
import { RODIMUS_CHAT, isRodimus, parseRodimusConfig, rodimusConfig } from "./rodimus-config.ts";
import { RODIMUS_LAYER_ROLES, mayIgnoreInRodimus, rodimusNames } from "./rodimus-tensors.ts";
import { hfNames } from "./tensor-names.ts";
import { type ModelTensors, type StoredTensor, assignTensors } from "./tensors.ts";
import { quote } from "./gguf.ts";

/** The largest tokenizer.json in use has 33 MB, every other description less than a tenth of a limit. */
const TOKENIZER_LIMIT = 64 * 2 ** 20;
const JSON_LIMIT = 16 * 2 ** 20;
const TEMPLATES_LIMIT = 64;

/** `weights` are at least one file; its descriptions are found among `sources` by their names. */
export async function openCheckpoint(
  weights: readonly ByteSource[],
  sources: readonly ByteSource[],
): Promise<BaseModel> {
  const name = weights[0]!.name;
  const configJson = await requiredJson(sources, "config.json", name);
  const tokenizerJson = await requiredJson(sources, "tokenizer.json", name);
  const tokenizerConfig = await optionalJson(sources, "tokenizer_config.json");
  const generationConfig = await optionalJson(sources, "generation_config.json");
  const index = await optionalJson(sources, "model.safetensors.index.json");

  const stored = new Map<string, StoredTensor>();
  const fingerprints = [`config ${await sha256(utf8(JSON.stringify(configJson)))}`];
  for (const source of weights) {
    const { tensors, header } = await readSafetensors(source);
    for (const tensor of tensors) {
      if (stored.has(tensor.name)) {
        throw new EngineError(
          "format-invalid",
          `${source.name}: the tensor ${quote(tensor.name)} is also in another file of the model.`,
        );
      }
      stored.set(tensor.name, tensor);
    }
    fingerprints.push(...(await fingerprintSource(source, header, 8 + header.length)));
  }
  checkShards(index, stored, name);

  const { config, tensors, ids, promptStyle, chatTemplate } = isRodimus(configJson)
    ? rodimusModel(configJson, stored, name)
    : transformerModel(configJson, stored, name);
  const settings = parseTokenizerConfig(tokenizerConfig, name);
  const tokenizer = tokenizerSource(
    ids,
    tokenizerJson,
    settings,
    generationConfig,
    config.vocab,
    name,
  );
  return {
    config,
    tensors,
    quantisation: quantisationName(tensors.all, undefined),
    tokenizer,
    chatTemplate: (await statedTemplate(sources, settings)) ?? chatTemplate,
    promptStyle,
    fingerprintParts: fingerprints,
  };
}

/** What the description and the tensors of a checkpoint say together. */
interface Described {
  readonly config: ModelConfig;
  readonly tensors: ModelTensors;
  readonly ids: Pick<HfConfig, "bos_token_id" | "eos_token_id">;
  readonly promptStyle: string | null;
  /** The chat format of a family whose files state none. */
  readonly chatTemplate: ChatTemplateSource | null;
}

function transformerModel(
  json: unknown,
  stored: ReadonlyMap<string, StoredTensor>,
  name: string,
): Described {
  const hf = parseHfConfig(json, name);
  const embedding = stored.get("model.embed_tokens.weight");
  const hyper = hfHyperParameters(
    hf,
    {
      vocab: embedding?.rows ?? hf.vocab_size,
      tiedOutput: isTied(hf, stored),
      hasQkvBias: stored.has("model.layers.0.self_attn.q_proj.bias"),
    },
    name,
  );
  const family = families[hyper.family]!;
  const hasQkvBias = family.qkvBias === "required" || hyper.hasQkvBias;
  const config = buildConfig({ ...hyper, hasQkvBias }, family, name);
  const mayIgnore = (tensor: string): boolean =>
    tensor.endsWith(".rotary_emb.inv_freq") || (config.tiedOutput && tensor === "lm_head.weight");
  const tensors = assignTensors(stored, config, hfNames(family), mayIgnore, name);
  return { config, tensors, ids: hf, promptStyle: null, chatTemplate: null };
}

function rodimusModel(
  json: unknown,
  stored: ReadonlyMap<string, StoredTensor>,
  name: string,
): Described {
  const file = parseRodimusConfig(json, name);
  const config = rodimusConfig(file, name);
  const mayIgnore = mayIgnoreInRodimus(config);
  return {
    config,
    tensors: assignTensors(stored, config, rodimusNames, mayIgnore, name, RODIMUS_LAYER_ROLES),
    ids: file,
    promptStyle: file.inkspan_prompt ?? null,
    chatTemplate: { template: RODIMUS_CHAT, bosToken: "", eosToken: "" },
  };
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Files may carry a folder in their name. */
const findFile = (sources: readonly ByteSource[], name: string): ByteSource | undefined =>
  sources.find((source) => source.name === name || source.name.endsWith(`/${name}`));

async function readText(source: ByteSource): Promise<string> {
  const limit = source.name.endsWith("tokenizer.json") ? TOKENIZER_LIMIT : JSON_LIMIT;
  if (source.size > limit) {
    throw new EngineError(
      "format-invalid",
      `${source.name}: ${source.size} bytes are too many for a description file; at most ${limit} are read.`,
    );
  }
  return new TextDecoder().decode(await source.read(0, source.size));
}

async function optionalJson(sources: readonly ByteSource[], name: string): Promise<unknown> {
  const source = findFile(sources, name);
  if (!source) return undefined;
  try {
    return JSON.parse(await readText(source)) as unknown;
  } catch (error) {
    if (error instanceof EngineError) throw error;
    throw new EngineError(
      "format-invalid",
      `${source.name}: this is not JSON. The file is damaged.`,
    );
  }
}

async function requiredJson(
  sources: readonly ByteSource[],
  name: string,
  file: string,
): Promise<unknown> {
  const json = await optionalJson(sources, name);
  if (json !== undefined) return json;
  throw new EngineError(
    "format-invalid",
    `${file}: a model of safetensors also needs its ${name}. Open all files of the model together.`,
  );
}

function isTied(config: HfConfig, stored: ReadonlyMap<string, StoredTensor>): boolean {
  const family = families[familyOfModelType[config.model_type] ?? ""];
  const isDefault = family?.hfTiedByDefault ?? false;
  return config.tie_word_embeddings ?? (isDefault || !stored.has("lm_head.weight"));
}

const isNameMap = (value: unknown): value is Readonly<Record<string, string>> =>
  isObject(value) && Object.values(value).every(isText);
const indexSchema = v.looseObject({
  weight_map: v.custom<Readonly<Record<string, string>>>(isNameMap),
});

function checkShards(
  index: unknown,
  stored: ReadonlyMap<string, StoredTensor>,
  file: string,
): void {
  const parsed = v.safeParse(indexSchema, index);
  if (!parsed.success) return;
  for (const [tensor, shard] of Object.entries(parsed.output.weight_map)) {
    if (!stored.has(tensor)) {
      throw new EngineError(
        "format-invalid",
        `${file}: the tensor ${quote(tensor)} is missing; it belongs to ${quote(shard)}. Open all files of the model together.`,
      );
    }
  }
}

const tokenTextSchema = v.optional(
  v.nullable(v.union([v.string(), v.looseObject({ content: v.string() })])),
);
interface NamedTemplate {
  readonly name: string;
  readonly template: string;
}

const isNamedTemplate = (value: unknown): value is NamedTemplate =>
  isObject(value) && isText(value["name"]) && isText(value["template"]);

const settingsSchema = v.looseObject({
  bos_token: tokenTextSchema,
  eos_token: tokenTextSchema,
  add_bos_token: v.optional(v.nullable(v.boolean())),
  chat_template: v.optional(
    v.nullable(v.union([v.string(), boundedList(isNamedTemplate, TEMPLATES_LIMIT)])),
  ),
});
type TokenizerSettings = v.InferOutput<typeof settingsSchema>;

function parseTokenizerConfig(json: unknown, file: string): TokenizerSettings {
  const parsed = v.safeParse(settingsSchema, json ?? {}, { abortEarly: true });
  if (parsed.success) return parsed.output;
  throw new EngineError(
    "format-invalid",
    `${file}: tokenizer_config.json is malformed (${parsed.issues[0].message}).`,
  );
}

const tokenText = (token: TokenizerSettings["bos_token"]): string =>
  typeof token === "string" ? token : (token?.content ?? "");

const tokenizerSchema = v.looseObject({
  model: v.looseObject({ type: v.optional(v.string()), vocab: vocabSchema }),
  added_tokens: addedTokensSchema,
  post_processor: v.optional(v.unknown()),
});

function tokenizerSource(
  config: Described["ids"],
  json: unknown,
  settings: TokenizerSettings,
  generation: unknown,
  vocab: number,
  file: string,
): TokenizerSource {
  const parsed = v.safeParse(tokenizerSchema, json, { abortEarly: true });
  if (!parsed.success) {
    throw new EngineError(
      "format-invalid",
      `${file}: tokenizer.json is malformed (${v.getDotPath(parsed.issues[0]) ?? ""}: ${parsed.issues[0].message}).`,
    );
  }
  const { model, added_tokens: added, post_processor: processor } = parsed.output;
  if (model.type !== undefined && model.type !== "BPE") {
    throw new EngineError(
      "format-unsupported",
      `${file}: the tokenizer model ${quote(model.type)} is not supported. Supported: BPE.`,
    );
  }
  const isId = (id: number): boolean => Number.isInteger(id) && id >= 0 && id < vocab;
  const ids = [...Object.values(model.vocab), ...added.map((token) => token.id)];
  const outside = ids.find((id) => !isId(id));
  if (outside !== undefined) {
    throw new EngineError(
      "format-invalid",
      `${file}: the vocabulary has the id ${outside}, the embedding only ${vocab} rows.`,
    );
  }
  const idOf = (text: string): number | null =>
    added.find((token) => token.content === text)?.id ??
    (Object.hasOwn(model.vocab, text) ? (model.vocab[text] ?? null) : null);
  const generated = v.safeParse(eosSchema, generation);
  const stated = [
    ...idList(config.eos_token_id),
    ...idList(generated.success ? generated.output.eos_token_id : undefined),
  ].filter(isId);
  const bosId = idOf(tokenText(settings.bos_token)) ?? config.bos_token_id ?? null;
  const eosId = idOf(tokenText(settings.eos_token)) ?? stated[0] ?? null;
  return {
    kind: "json",
    json,
    config: settings,
    bosId: bosId !== null && isId(bosId) ? bosId : null,
    eosId,
    eogIds: endOfGenerationIds(
      [eosId, ...stated],
      added.filter((token) => token.special).map((token) => [token.id, token.content]),
    ),
    addsBos: settings.add_bos_token ?? startsWithSpecial(processor, bosId),
    vocabSize: vocab,
  };
}

const idList = (ids: number | readonly number[] | null | undefined): readonly number[] =>
  typeof ids === "number" ? [ids] : (ids ?? []);

const eosSchema = v.looseObject({
  eos_token_id: v.optional(v.nullable(v.union([v.number(), boundedList(isNumber, LIST_LIMIT)]))),
});

/** Whether a template in the post-processor puts the begin token in front. */
function startsWithSpecial(processor: unknown, bosId: number | null): boolean {
  if (bosId === null || processor === null || processor === undefined) return false;
  const text = JSON.stringify(processor);
  return /"single":\[\{"SpecialToken"/.test(text);
}

/**
 * The template of a file of its own (`chat_template.jinja`, older: `chat_template.json`), else the one in
 * the settings; of several that have names the default one.
 */
async function statedTemplate(
  sources: readonly ByteSource[],
  settings: TokenizerSettings,
): Promise<ChatTemplateSource | null> {
  const jinja = findFile(sources, "chat_template.jinja");
  const json = jinja ? undefined : await optionalJson(sources, "chat_template.json");
  const stated = json === undefined ? settings : parseTokenizerConfig(json, "chat_template.json");
  const template = jinja ? await readText(jinja) : plainTemplate(stated.chat_template);
  if (template === undefined) return null;
  return {
    template,
    bosToken: tokenText(settings.bos_token),
    eosToken: tokenText(settings.eos_token),
  };
}

function plainTemplate(stated: TokenizerSettings["chat_template"]): string | undefined {
  if (stated === null || stated === undefined || typeof stated === "string")
    return stated ?? undefined;
  // The others are for tools and for retrieval with a format of their own.
  return (stated.find((entry) => entry.name === "default") ?? stated[0])?.template;
}
