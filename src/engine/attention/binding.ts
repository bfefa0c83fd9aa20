// What binds a stored index to a model and its engine parameters, and the parameters themselves.

import { kvRowBytes } from "../../../kernels/index.ts";
import type { EngineName } from "./engine-names.ts";
import { attentionEngine } from "./engines.ts";
import type { LoadedModel } from "../transformer/loaded-model.ts";
import type { LtriParameters } from "./parameters.ts";
import type { Fingerprint, FingerprintValue, IndexGeometry } from "../store/types.ts";
import type { PromptParts } from "../tokenizer/prompt-parts.ts";
import type { Tokenizer } from "../tokenizer/tokenizer.ts";

/** Raise when stored bytes change their meaning. */
const FORMAT_VERSION = 1;

export interface DocumentBinding {
  readonly engine: EngineName;
  readonly parameters: LtriParameters;
  readonly tokenizer: Tokenizer;
  readonly prompt: PromptParts;
  readonly fingerprint: Fingerprint;
  readonly geometry: IndexGeometry;
  /** [L][K], measured or stated by the model's file: who is asked, and who votes if voting is calibrated. */
  readonly headWeights?: readonly (readonly number[])[];
}

export function bindDocuments(
  loaded: LoadedModel,
  engine: EngineName,
  overrides: Partial<LtriParameters>,
  measured?: readonly (readonly number[])[],
): DocumentBinding {
  const { tokenizer, prompt } = loaded;
  const { config } = loaded.model;
  const headWeights = measured ?? config.headWeights;
  const start = attentionEngine(engine).parameters(config.contextLength, overrides);
  // The prompt's prefix must be resident: it is never recalled.
  const nSink = Math.max(start.nSink, Math.ceil(prompt.prefixIds.length / 16) * 16);
  const parameters =
    nSink === start.nSink
      ? start
      : attentionEngine(engine).parameters(config.contextLength, { ...overrides, nSink });
  const { storesAs = engine, fingerprintFields } = attentionEngine(engine);
  const engineFields: Record<string, FingerprintValue> = { name: storesAs };
  for (const field of fingerprintFields) engineFields[field] = parameters[field];
  if (parameters.voting === "calibrated" && headWeights) engineFields["headWeights"] = headWeights;
  const { kvHeads, headDim, layers } = config;
  const vectorBytes = kvHeads * kvRowBytes(parameters.kvDtype, headDim);
  return {
    engine,
    parameters,
    tokenizer,
    prompt,
    fingerprint: {
      format: FORMAT_VERSION,
      model: modelParts(loaded),
      prefix: Array.from(prompt.prefixIds),
      engine: engineFields,
    },
    ...(headWeights ? { headWeights } : {}),
    geometry: { layers, kvHeads, headDim, vectorBytes, kvBytesPerToken: 2 * vectorBytes },
  };
}

/** Quantised on the way, the same file is another model. */
function modelParts({ model, loadFormat }: LoadedModel): readonly string[] {
  const parts = model.fingerprintParts;
  return loadFormat === "stored" ? parts : [...parts, `loaded as ${loadFormat}`];
}
