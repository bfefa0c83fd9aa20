// From a request to a plan that this model can be asked, and to the prompts of its items. Not here:
// how plans and prompts are made (plan.ts, presets.ts, item-builder.ts beside this folder).

import { sessionTokens } from "../../engine/attention/ltri/sizes.ts";
import { bindDocuments, type DocumentBinding } from "../../engine/attention/binding.ts";
import { DEFAULT_ENGINE } from "../../engine/attention/engine-names.ts";
import { attentionEngine, isFitting } from "../../engine/attention/engines.ts";
import type { LentModel } from "../../engine/host/model-loans.ts";
import { answerTokens } from "../answer-tokens.ts";
import type { BenchmarkData } from "../benchmark-data.ts";
import { loadCl100k } from "../cl100k.ts";
import { estimatePlan } from "../estimate.ts";
import { ItemBuilder } from "../item-builder.ts";
import { makePlan } from "../plan.ts";
import { presetSettings } from "../presets.ts";
import type {
  BuiltItem,
  Language,
  ModelTokens,
  Plan,
  PlannedItem,
  PlanSettings,
  TaskGrid,
  UnsupportedItem,
} from "../types.ts";
import type { BenchmarkPreview, BenchmarkPrompt, BenchmarkRates, BenchmarkRequest } from "./api.ts";
import type { EngineName } from "../../engine/api.ts";
import { EngineError } from "../../engine/errors.ts";
import { promptSha256 } from "./prompt-hash.ts";

/** Upstream's smallest set; other lengths are typed in. */
const SET = "4k";
const SMOKE_SECONDS = 45; // leaves a quarter of the minute for the answers
/** Depths 100, 50 and 0 over two lengths, the second twice the first, read once where they agree. */
const SMOKE_READS = 3.75;
const SMOKE_LENGTHS = [1000, 2000, 4000, 8000, 16_000, 32_000, 64_000, 128_000];

/** Answers usually end before their limit; without a measurement half of it is assumed. */
const USED_ANSWER = 0.5;
const SAMPLE_CHARACTERS = 20_000;

export type Rates = ReadonlyMap<EngineName, BenchmarkRates>;

/**
 * `rates` choose the lengths of the smoke preset, where the request names none.
 * @param contextLength tokens that the model was trained for
 * @throws EngineError `invalid-argument` when the preset has none of the tasks that were asked for
 */
export async function preparePlan(
  request: BenchmarkRequest,
  data: BenchmarkData,
  contextLength: number,
  rates: Rates,
): Promise<Plan> {
  return makePlan(settingsOf(request, contextLength, rates), data);
}

function settingsOf(request: BenchmarkRequest, contextLength: number, rates: Rates): PlanSettings {
  const { preset, suite, profile, seed, languages, tasks } = request;
  const lengths = request.lengths ?? (preset === "smoke" ? smokeLengths(rates) : null);
  const choice = { suite, profile, seed, set: SET, lengths, languages } as const;
  const settings = presetSettings(preset, choice);
  const grids = settings.grids
    .filter(({ task }) => suite === "ruler" || tasks.includes(task))
    .map((grid) => withDepths(grid, request.depths));
  if (grids.length === 0) {
    const own = settings.grids.map(({ task }) => task).join(", ");
    throw new EngineError(
      "invalid-argument",
      `A ${preset} run of ${suite} has only ${own}. Choose one of these tasks, or a larger run.`,
    );
  }
  return { ...settings, grids, answerTokens: reserves(settings, grids, contextLength) };
}

function withDepths(grid: TaskGrid, depths: readonly number[] | null): TaskGrid {
  return depths && "depths" in grid ? { ...grid, depths } : grid;
}

/** Two lengths that are read in about a minute; undefined rates: upstream's smallest. */
function smokeLengths(rates: Rates): readonly number[] | null {
  const [measured] = rates.values();
  if (!measured) return null;
  const tokens = (measured.readTokensPerSecond * SMOKE_SECONDS) / SMOKE_READS;
  const long = SMOKE_LENGTHS.findLast((length) => length <= tokens) ?? SMOKE_LENGTHS[0]!;
  return [long / 2, long];
}

/**
 * Sound: a small model leaves less for an answer than the tasks reserve, and a reserve that cannot be
 * used would only make the texts shorter. Compat keeps the published ones.
 */
function reserves(
  settings: PlanSettings,
  grids: readonly TaskGrid[],
  contextLength: number,
): PlanSettings["answerTokens"] {
  if (settings.profile === "compat") return settings.answerTokens;
  const most = Math.floor(sessionTokens(contextLength) / 2);
  const large = grids.filter(({ task }) => answerTokens(task, settings) > most);
  return {
    ...settings.answerTokens,
    ...Object.fromEntries(large.map(({ task }) => [task, most] as const)),
  };
}

export interface PromptSource {
  readonly plan: Plan;
  readonly build: (item: PlannedItem) => BuiltItem | UnsupportedItem;
}

/** The plan of these settings again, and its prompts for this model. */
export async function openPrompts(
  settings: PlanSettings,
  data: BenchmarkData,
  binding: DocumentBinding,
): Promise<PromptSource> {
  const plan = await makePlan(settings, data);
  const cl100k = settings.profile === "compat" ? await loadCl100k() : null;
  const builder = new ItemBuilder(settings, data, modelTokens(binding), cl100k);
  return { plan, build: (item) => builder.build(item) };
}

function modelTokens({ tokenizer, prompt }: DocumentBinding): ModelTokens {
  return {
    encode: (text) => tokenizer.encodeWithOffsets(text),
    promptTokens: (question) => prompt.prefixIds.length + prompt.questionIds(question).length,
  };
}

/** Throws `invalid-argument` for an item that has no prompt. */
export async function buildItemAgain(
  settings: PlanSettings,
  item: PlannedItem,
  data: BenchmarkData,
  { loaded }: LentModel,
): Promise<BenchmarkPrompt> {
  // Prompts do not depend on the attention engine.
  const { build } = await openPrompts(settings, data, bindDocuments(loaded, DEFAULT_ENGINE, {}));
  const built = build(item);
  if (built.status === "unsupported") throw new EngineError("invalid-argument", built.message);
  const { document, question, answerStart, needles } = built;
  return { document, question, answerStart, needles, sha256: await promptSha256(built) };
}

/** Its size and, at the measured rates, its time. */
export function previewPlan(
  request: BenchmarkRequest,
  plan: Plan,
  data: BenchmarkData,
  { loaded }: LentModel,
  rates: Rates,
): BenchmarkPreview {
  const { tokenizer } = bindDocuments(loaded, DEFAULT_ENGINE, {});
  const perCharacter = (language: Language) => {
    const sample = data.haystacks[language][0]?.records.join("\n").slice(0, SAMPLE_CHARACTERS);
    return sample ? tokenizer.encode(sample).length / sample.length : 0.3;
  };
  const tokensPerCharacter = { en: perCharacter("en"), zh: perCharacter("zh") };
  const estimate = (items: readonly PlannedItem[]) =>
    estimatePlan({ items, settings: plan.settings }, tokensPerCharacter);
  const [any] = rates.values();
  const { config } = loaded.model;
  const engines = request.engines.map((engine) => {
    const { isBoundToTrainedContext } = attentionEngine(engine);
    const isWorking = isFitting(config, engine);
    const most = isBoundToTrainedContext ? config.contextLength : Infinity;
    const fits = plan.items.filter(({ length }) => (length ?? 0) <= most);
    const { readTokens, generatedTokens } = estimate(isWorking ? fits : []);
    const rate = rates.get(engine) ?? any;
    const seconds = rate
      ? readTokens / rate.readTokensPerSecond +
        (USED_ANSWER * generatedTokens) / rate.answerTokensPerSecond
      : null;
    const tooLong = isWorking ? plan.items.length - fits.length : 0;
    return { engine, seconds, isFitting: isWorking, tooLong };
  });
  const times = engines.map(({ seconds }) => seconds);
  return {
    planHash: plan.hash,
    settings: plan.settings,
    estimate: estimate(plan.items),
    seconds: times.includes(null) ? null : times.reduce<number>((sum, one) => sum + (one ?? 0), 0),
    engines,
  };
}
