// One planted fact asked of an open session: whether the answer is right, and whether the passages that
// were attended to hold the fact. Not here: which engines, lengths and documents (needles.ts, ltri.ts).
import { askDocuments } from "../../engine/ask/ask-documents.ts";
import type { BoundModel } from "../../engine/attention/bound-model.ts";
import type { DocumentSession, LayerChoice, TokenSpan } from "../../engine/attention/engine.ts";
import type { ReadDocument } from "../read-document.ts";
import type { Arm } from "./ltri-arms.ts";
import type { Needle } from "./needle-cases.ts";
import { GREEDY } from "../../engine/attention/sampler.ts";

export interface NeedleResult {
  readonly needle: Needle;
  readonly answer: string;
  readonly isCorrect: boolean;
  /** Per layer: share of the needle's tokens in the attended set, mean over decode steps. */
  readonly shares: readonly number[];
  /** The strongest passage, or one of those shown, holds the answer. */
  readonly isTop1: boolean;
  readonly isShown: boolean;
  /** By the clock that was given. */
  readonly firstTokenMs: number;
  /** Decode steps after the first token and their time. */
  readonly decodeSteps: number;
  readonly decodeMs: number;
  /** Choices of a layer in a decode step, those that differ from the exact one, and spans missed. */
  readonly choices: number;
  readonly choicesDiffering: number;
  readonly spansWanted: number;
  readonly spansMissed: number;
}

export interface AskOptions {
  readonly maxTokens: number;
  readonly now: () => number; // ms
  /** What is recalled whatever its score: the spans of the fact, which tells what the reader makes of a found one. */
  readonly forced?: Arm["forced"];
  /** Answered from passages that are read again: nothing is chosen while it is written. */
  readonly isReread?: boolean;
  /** Choices are looked at while it is timed, which then takes longer; else it is asked twice. */
  readonly isAskedOnce?: boolean;
}

export async function askNeedle(
  session: DocumentSession,
  model: BoundModel,
  { document }: Pick<ReadDocument, "document">,
  needle: Needle,
  { maxTokens, now, forced, isReread = false, isAskedOnce = false }: AskOptions,
): Promise<NeedleResult> {
  const { binding } = model;
  const shares: number[][] = [];
  const tokens = needleTokens(document.tokenStarts, needle, binding.prompt.prefixIds.length);
  let choices = 0;
  let choicesDiffering = 0;
  let spansWanted = 0;
  let spansMissed = 0;
  const asked = { session, documents: [document] };
  const request = {
    question: needle.question,
    answerMode: isReread ? ("reread" as const) : ("recalled" as const),
    history: [],
    maxTokens,
    sampling: GREEDY,
    signal: undefined,
    onText: () => undefined,
    ...(forced === "found by words" ? {} : { forced: forced === "fact" ? tokens : [] }),
    now,
  };
  const watched = {
    ...request,
    onChoice: ({ layer, used, wanted }: LayerChoice) => {
      (shares[layer] ??= []).push(share(used, tokens, binding.parameters.nSink));
      if (!wanted) return; // what the keys have found is not scored again
      const inUse = new Set(used.map(({ start }) => start));
      const missed = wanted.filter(({ start }) => !inUse.has(start)).length;
      choices++;
      if (missed > 0 || wanted.length !== used.length) choicesDiffering++;
      spansWanted += wanted.length;
      spansMissed += missed;
    },
  };
  const isWatched = !isReread;
  // Timed as a user asks it; then again to look at the choices, which takes time of its own.
  const answer = await askDocuments(model, asked, isWatched && isAskedOnce ? watched : request);
  if (isWatched && !isAskedOnce) await askDocuments(model, asked, watched);
  const holds = answer.evidence.map(({ start, end }) =>
    document.text.slice(start, end).includes(needle.expected),
  );
  const { answerTokens, tokensPerSecond, timeToFirstTokenMs } = answer.stats;
  const decodeSteps = tokensPerSecond > 0 ? answerTokens - 1 : 0;
  return {
    needle,
    answer: answer.text,
    isCorrect: answer.text.includes(needle.expected),
    shares: shares.map(mean),
    isTop1: holds[0] === true,
    isShown: holds.includes(true),
    firstTokenMs: timeToFirstTokenMs,
    decodeSteps,
    decodeMs: decodeSteps > 0 ? (decodeSteps * 1000) / tokensPerSecond : 0,
    choices,
    choicesDiffering,
    spansWanted,
    spansMissed,
  };
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

/** Stream tokens that begin inside the sentence. */
export function needleTokens(
  starts: Uint32Array,
  { start, end }: Pick<Needle, "start" | "end">,
  prefix: number,
): number[] {
  const tokens: number[] = [];
  starts.forEach((at, i) => {
    if (at >= start && at < end) tokens.push(prefix + i);
  });
  return tokens;
}

/** Of `tokens` that are attended to; sinks always are. */
export function share(
  spans: readonly TokenSpan[],
  tokens: readonly number[],
  sinks: number,
): number {
  const inside = tokens.filter(
    (token) =>
      token < sinks || spans.some(({ start, length }) => token >= start && token < start + length),
  );
  return inside.length / Math.max(1, tokens.length);
}
