// Runs the items of a plan with one engine: group by group, the deepest first, so that a haystack is
// read once. The same code in the worker and in Node. Each result is handed out before the next item
// begins; cells that cannot run are results with a reason. Not here: storing results (run-store.ts),
// what the browser shows (benchmark-desk.ts).

import { DeviceFailure } from "../../../kernels/index.ts";
import type { BoundModel } from "../../engine/attention/bound-model.ts";
import type { TakeTurn } from "../../engine/attention/decoder.ts";
import { attentionEngine } from "../../engine/attention/engines.ts";
import { EngineError } from "../../engine/errors.ts";
import { nameError } from "../../engine/name-error.ts";
import { TokenCounter } from "../../engine/transformer/token-counter.ts";
import type { Turnstile } from "../../engine/host/turnstile.ts";

import { scoreAnswer } from "../scoring.ts";
import type { BuiltItem, ItemResult, PlannedItem, Profile, UnsupportedItem } from "../types.ts";
import type { BenchmarkAnswerMode } from "../run-answers.ts";
import { askItem } from "./ask-item.ts";
import { DocumentSeries } from "./document-series.ts";
import { type MemoryBounds, refusal } from "./limits.ts";
import { promptSha256 } from "./prompt-hash.ts";
import { rereadItem } from "./reread-item.ts";
import { WorkMeter } from "./work-meter.ts";

export interface BenchmarkTask {
  /** Bound with the engine of the run. */
  readonly model: Omit<BoundModel, "counter">;
  readonly turnstile: Turnstile;
  readonly profile: Profile;
  readonly answerMode: BenchmarkAnswerMode;
  /** Items without a result, in the plan's order. */
  readonly items: readonly PlannedItem[];
  readonly build: (item: PlannedItem) => BuiltItem | UnsupportedItem;
  readonly bounds: MemoryBounds;
  readonly meter: WorkMeter;
  readonly signal: AbortSignal;
  /** Durable when it resolves. */
  readonly save: (result: ItemResult) => Promise<void>;
  readonly onProgress: (at: { readonly item: PlannedItem; readonly phase: Phase }) => void;
  readonly now: () => number; // ms
  readonly today: () => string; // ISO 8601
}

export type Phase = "reading" | "answering";

interface ReadyItem {
  readonly built: Omit<BuiltItem, "document">;
  /** Large: empty where it is no longer needed once it is token ids. */
  readonly document: string;
  readonly promptSha256: string;
  readonly ids: Uint32Array;
  readonly starts: Uint32Array;
}

/** Rejects with `cancelled` when the signal ends it, or with the failure that broke the device. */
export async function runBenchmark(task: BenchmarkTask): Promise<void> {
  for (const items of groupsOf(task.items)) {
    const ready: ReadyItem[] = [];
    for (const item of items) {
      // Building tokenises a whole haystack: let messages through in between.
      await new Promise((resolve) => setTimeout(resolve, 0));
      stopIfAborted(task.signal);
      const prepared = await prepare(task, item);
      if (prepared) ready.push(prepared);
    }
    if (ready.length > 0) await runGroup(task, ready);
  }
}

/** Neighbours of one group. A group may come again with another task: its texts then part early. */
function groupsOf(items: readonly PlannedItem[]): PlannedItem[][] {
  const groups: PlannedItem[][] = [];
  for (const item of items) {
    const last = groups.at(-1);
    if (last?.[0]?.group === item.group && isSharing(last[0], item)) last.push(item);
    else groups.push([item]);
  }
  return groups;
}

/** Needles at all depths leave nothing to share. */
function isSharing(first: PlannedItem, next: PlannedItem): boolean {
  return first.depth !== null && next.depth !== null;
}

/** Undefined when the item has got its result here: it cannot run. */
async function prepare(task: BenchmarkTask, item: PlannedItem): Promise<ReadyItem | undefined> {
  const { model, bounds } = task;
  const { binding, loaded } = model;
  const refuse = async (
    why: Pick<UnsupportedItem, "reason" | "message">,
    sha256: string | null,
  ) => {
    const { reason, message } = why;
    await finish(task, { status: "unsupported", item, promptSha256: sha256, reason, message });
    return undefined;
  };
  const built = task.build(item);
  if (built.status === "unsupported") return refuse(built, null);
  const { document, ...rest } = built;
  const sha256 = await promptSha256(built);
  const { ids, starts } = binding.tokenizer.encodeWithOffsets(document);
  const { prompt } = binding;
  const size = {
    documentTokens: ids.length,
    aroundTokens: prompt.prefixIds.length + prompt.questionIds(built.question).length,
    answerTokens: built.maxAnswerTokens,
  };
  const why = refusal(loaded.model.config, binding, size, bounds);
  if (why) return refuse(why, sha256);
  const kept = task.answerMode === "reread" ? document : "";
  return { built: rest, document: kept, promptSha256: sha256, ids, starts };
}

async function runGroup(task: BenchmarkTask, ready: readonly ReadyItem[]): Promise<void> {
  const counter = new TokenCounter();
  const { model, turnstile, signal } = task;
  let series: DocumentSeries | undefined;
  try {
    series = new DocumentSeries({
      model: { ...model, counter },
      documents: ready.map(({ ids }) => ids),
      turn: (step) => {
        stopIfAborted(signal);
        return turnstile.run("chunk", step);
      },
    });
    for (const [index, one] of ready.entries()) {
      await finish(task, await resultOf(task, series, index, one, counter));
    }
  } finally {
    series?.destroy();
  }
}

async function resultOf(
  task: BenchmarkTask,
  series: DocumentSeries,
  index: number,
  one: ReadyItem,
  counter: TokenCounter,
): Promise<ItemResult> {
  const { item } = one.built;
  try {
    return await readAndAsk(task, series, index, one, counter);
  } catch (error) {
    const named = nameError(error);
    if (named.code === "cancelled") throw named;
    const { code, message } = named;
    const result = {
      status: "error",
      item,
      promptSha256: one.promptSha256,
      code,
      message,
    } as const;
    // After a failure of the device nothing can run: the item keeps its error, the run ends.
    if (error instanceof DeviceFailure || code === "device-lost") {
      await finish(task, result);
      throw named;
    }
    return result;
  }
}

async function readAndAsk(
  task: BenchmarkTask,
  series: DocumentSeries,
  index: number,
  one: ReadyItem,
  counter: TokenCounter,
): Promise<ItemResult> {
  const { profile, meter, now, signal } = task;
  const { binding } = task.model;
  const { built, ids, starts } = one;
  const { item } = built;
  const computedBefore = counter.documentTokens;
  const started = now();
  let chunkStarted = started;
  const session = await series.open(index, (tokens) => {
    meter.read(tokens, now() - chunkStarted);
    chunkStarted = now();
    task.onProgress({ item, phase: "reading" });
  });
  const readingMs = now() - started;
  task.onProgress({ item, phase: "answering" });
  stopIfAborted(signal);
  const { recalls } = attentionEngine(binding.engine);
  const turn: TakeTurn = (step) => task.turnstile.run("chunk", step);
  const options = { recalls, turn, signal, now };
  const asked =
    task.answerMode === "recalled"
      ? await askItem(session, binding, built, starts, options)
      : await turn(() => {
          const whole = { ...built, document: one.document };
          return rereadItem(session, { ...task.model, counter }, whole, starts, options);
        });
  // A stopped generation is no answer.
  stopIfAborted(signal);
  meter.answered(asked.newTokens, asked.questionMs + asked.decodeMs);
  return {
    status: "scored",
    item,
    promptSha256: one.promptSha256,
    question: built.question,
    rawAnswer: asked.rawAnswer,
    gold: built.gold,
    rule: built.rule,
    score: scoreAnswer(built.rule, asked.rawAnswer, profile),
    hitLimit: asked.hitLimit,
    evidenceRecall: asked.evidenceRecall,
    seed: built.seed,
    lengths: built.lengths,
    computedDocumentTokens: Math.min(ids.length, counter.documentTokens - computedBefore),
    newTokens: asked.newTokens,
    prefillMs: readingMs + asked.questionMs,
    decodeMs: asked.decodeMs,
    finishedAt: task.today(),
  };
}

async function finish(task: BenchmarkTask, result: ItemResult): Promise<void> {
  await task.save(result);
  task.meter.finish(result.item.id);
}

function stopIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new EngineError("cancelled", "The benchmark was stopped.");
}
