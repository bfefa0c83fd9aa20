// Which device a tiny model computes on where there are a graphics card and the processor: to a card the calls of
// a few million weights cost more than their arithmetic. Measured with the model itself, once per card and model.

import type { Backend } from "../../../kernels/index.ts";
import { completeTokens } from "../ask/completion.ts";
import { bindDocuments } from "../attention/binding.ts";
import { DEFAULT_ENGINE } from "../attention/engine-names.ts";
import { fittingEngine } from "../attention/engines.ts";
import { GREEDY } from "../attention/sampler.ts";
import type { RecordStore } from "../store/types.ts";
import type { LoadedModel } from "../transformer/loaded-model.ts";
import { TokenCounter } from "../transformer/token-counter.ts";
import { keepMeasurement, keptMeasurement } from "./kept-measurements.ts";
import { type OpenDevice, unlessNoWasm } from "./open-device.ts";

export interface OpenModel extends OpenDevice {
  readonly loaded: LoadedModel;
}

export interface TrialHost {
  readonly records?: RecordStore;
  now(): number; // ms
}

/** Of weights. What a card needs for larger ones is arithmetic. */
const MOST_BYTES = 16 * 1024 * 1024;
const PROMPT_TOKENS = 128;
const WRITTEN_TOKENS = 16;
/** Kept where the processor cannot compute. */
const NEVER = 1e9;

/**
 * The model on the processor, if it is tiny and reads and writes faster there than on the card where it is loaded;
 * the card is then given back.
 */
export async function onFasterProcessor(
  card: OpenModel,
  openOnProcessor: () => Promise<OpenModel>,
  host: TrialHost,
): Promise<OpenModel | undefined> {
  const { loaded, report } = card;
  const { records } = host;
  const now = () => host.now();
  if (loaded.weights.bytes > MOST_BYTES) return undefined;
  const name = `processor beside ${report.adapter} for ${loaded.model.fingerprintParts.join(" ")}`;
  const kept = records && (await keptMeasurement(records, name));
  if (kept !== undefined && kept >= 1) return undefined;
  const processor = await unlessNoWasm(openOnProcessor);
  let isFaster = false;
  try {
    const ratio = kept ?? (processor ? await timesAsLong(processor, card, now) : NEVER);
    if (records && kept === undefined) await keepMeasurement(records, name, ratio);
    isFaster = ratio < 1;
    return isFaster ? processor : undefined;
  } finally {
    if (isFaster && processor) card.backend.dispose();
    else processor?.backend.dispose();
  }
}

const timesAsLong = async (one: OpenModel, other: OpenModel, now: () => number) =>
  (await trialMs(one, now)) / Math.max(0.01, await trialMs(other, now));

/** Of a prompt and a few tokens behind it, the second time: the first one compiles. */
async function trialMs(
  { backend, loaded }: { backend: Backend; loaded: LoadedModel },
  now: () => number,
): Promise<number> {
  const { config } = loaded.model;
  const binding = bindDocuments(loaded, fittingEngine(config, DEFAULT_ENGINE), {});
  const length = Math.min(PROMPT_TOKENS, config.contextLength >> 1);
  const ids = Array.from({ length }, (_, i) => (i * 37) % config.vocab);
  let started = now();
  for (let time = 0; time < 2; time++) {
    started = now();
    await completeTokens({ backend, loaded, binding, counter: new TokenCounter() }, ids, {
      maxTokens: WRITTEN_TOKENS,
      sampling: GREEDY,
      stopIds: new Set(),
      onToken: () => undefined,
      signal: undefined,
      now,
    });
  }
  return now() - started;
}
