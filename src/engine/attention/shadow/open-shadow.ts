// Makes the device's state for reading a document with ShadowKV, and for questions to one from the store.

import { EngineError } from "../../errors.ts";
import type { ModelConfig } from "../../model/config.ts";
import type { DocumentWriter } from "../../store/types.ts";
import type { BoundModel } from "../bound-model.ts";
import type { StoredDocument } from "../engine.ts";
import { sessionTokens } from "../ltri/sizes.ts";
import { LayerBytes } from "./layer-bytes.ts";
import { destroyLayer, type LayerMemory, openLayer } from "./layer-memory.ts";
import { type DocumentPlan, planDocument, withSlots } from "./layer-plan.ts";
import { damagedCheckpoint } from "../checkpoint-header.ts";
import { readShadowState } from "./shadow-checkpoint.ts";
import { ShadowReading } from "./shadow-reading.ts";
import { ShadowSession } from "./shadow-session.ts";
import { type ShadowMode, slotsPerChoice } from "./shadow-sizes.ts";
import type { RowShape } from "./stored-chunks.ts";

/** Tokens of one step behind the document: scores of all landmarks are kept for each. */
const SESSION_STEP = 64;

/** Throws `engine-limit` for a document beyond the trained context, `index-damaged`. */
export async function openShadowReading(
  model: BoundModel,
  writer: DocumentWriter,
): Promise<ShadowReading> {
  const { loaded, binding } = model;
  const { prompt, parameters } = binding;
  const { config } = loaded.model;
  const prefixTokens = prompt.prefixIds.length;
  requireFit(config, prefixTokens + writer.reader.manifest.tokens);
  const documentIds = await writer.reader.tokenIds();
  const tokens = new Uint32Array(prefixTokens + documentIds.length);
  tokens.set(prompt.prefixIds);
  tokens.set(documentIds, prefixTokens);
  const plan = planDocument(config, parameters, prefixTokens, tokens.length);
  const shape = { ...rowShape(model), chunk: parameters.chunk };
  return new ShadowReading({ model, writer, plan, tokens, prefixTokens, shape });
}

/** Throws `engine-limit` for several documents, `index-damaged`. */
export async function openShadowSession(
  model: BoundModel,
  documents: readonly StoredDocument[],
  mode: ShadowMode,
): Promise<ShadowSession> {
  const [document, ...others] = documents;
  if (!document || others.length > 0) {
    throw new EngineError(
      "engine-limit",
      "ShadowKV answers from one document at a time: it keeps each one's keys in directions of its own, as one text from the first position on. Choose one document, or the attention “Spans (Ltri-LLM)”.",
    );
  }
  const { backend, loaded, binding } = model;
  const { config } = loaded.model;
  const prefixTokens = binding.prompt.prefixIds.length;
  const tokens = prefixTokens + document.reader.manifest.tokens;
  const room = requireFit(config, tokens);
  const stored = planDocument(config, binding.parameters, prefixTokens, tokens);
  const plan = withSlots(stored, slotsPerChoice(mode));
  const shape = rowShape(model);
  const layers: LayerMemory[] = [];
  try {
    await openLayers(model, plan, document, { shape, room, mode }, layers);
    const sizes = { documentTokens: tokens, room, maxTokens: SESSION_STEP };
    return new ShadowSession(model, layers, { ...shape, ...sizes, mode });
  } catch (error) {
    for (const layer of layers) destroyLayer(backend, layer);
    throw error;
  }
}

async function openLayers(
  model: BoundModel,
  plan: DocumentPlan,
  { reader, checkpoint }: StoredDocument,
  {
    shape,
    room,
    mode,
  }: { readonly shape: RowShape; readonly room: number; readonly mode: ShadowMode },
  layers: LayerMemory[],
): Promise<void> {
  const state = readShadowState(checkpoint);
  const isOurs = state.tokens === plan.tokens && state.layers.length === plan.layers.length;
  if (!isOurs || state.hidden) throw damagedCheckpoint("it is not that of the finished document");
  const { generatedKeys, valueRamBytes } = model.binding.parameters;
  let ramLeft = valueRamBytes;
  for (const [layer, stored] of state.layers.entries()) {
    const bytes = new LayerBytes(plan, layer, stored, reader, shape);
    const valueBytes = bytes.valueBytes;
    const place = mode === "gpuValues" ? "device" : valueBytes <= ramLeft ? "ram" : "store";
    if (place === "ram") ramLeft -= valueBytes;
    const opening = { room, place, generatedKeys } as const;
    layers.push(await openLayer(model.backend, plan, layer, bytes, shape, opening));
  }
}

function rowShape({ loaded, binding }: BoundModel): RowShape {
  const { kvHeads, headDim } = loaded.model.config;
  const { kvDtype } = binding.parameters;
  if (kvDtype === "int8")
    throw new EngineError("invalid-argument", "kvDtype=int8: ShadowKV keeps f16 or f32.");
  return { kvHeads, headDim, dtype: kvDtype };
}

/** Tokens that are left for question, history and answer. Throws `engine-limit`. */
function requireFit({ contextLength }: ModelConfig, tokens: number): number {
  const room = Math.min(sessionTokens(contextLength), contextLength - tokens);
  const least = Math.min(256, Math.floor(contextLength / 8));
  if (room >= least) return room;
  throw new EngineError(
    "engine-limit",
    `This document has ${tokens} tokens. ShadowKV reads it in one piece, for which this model was trained on ${contextLength}, ${least} of them for a question. Choose the attention “Spans (Ltri-LLM)”, which reads documents of any length, or a shorter document.`,
  );
}
