// The text of an answer while its tokens are made, by whichever stream: decoded, told, ended at the prompt's
// stops or by the caller.
import type { AnswerStats } from "../api.ts";
import type { Decoded, DecodeOptions } from "../attention/decoder.ts";
import type { Sampling } from "../attention/sampler.ts";
import { AnswerText } from "../tokenizer/answer-text.ts";
import type { ConversationTurn, PromptParts } from "../tokenizer/prompt-parts.ts";
import type { AnswerManner } from "../tokenizer/question-wording.ts";
import type { Tokenizer } from "../tokenizer/tokenizer.ts";

export interface AnswerRequest {
  readonly question: string;
  /** Earlier turns, oldest first. */
  readonly history: readonly ConversationTurn[];
  /** Undefined: brief, as measured. */
  readonly manner?: AnswerManner | undefined;
  readonly maxTokens: number;
  readonly sampling: Sampling;
  readonly signal: AbortSignal | undefined;
  readonly onText: (text: string) => void;
  readonly now: () => number; // ms
}

/** An answer before it is compared with its passages. */
export interface WrittenAnswer {
  readonly text: string;
  readonly stopped: "end" | "length" | "cancelled";
  readonly stats: AnswerStats;
  /** Which passages it named for what, where it was asked to; unverified. */
  readonly named?: readonly NamedPassages[];
}

/** Passages named behind the text up to `at`, UTF-16 units; by their place among those given, from 0. */
export interface NamedPassages {
  readonly at: number;
  readonly passages: readonly number[];
}

interface Timed extends Decoded {
  readonly decodeMs: number;
}

export async function writeAnswer<Written extends Timed>(
  { tokenizer, prompt }: { readonly tokenizer: Tokenizer; readonly prompt: PromptParts },
  request: AnswerRequest,
  generate: (options: DecodeOptions) => Promise<Written>,
) {
  const decoder = tokenizer.streamDecoder();
  const answer = new AnswerText(prompt.stops, request.onText);
  const ended = new AbortController();
  const stop = (): void => ended.abort();
  request.signal?.addEventListener("abort", stop);
  if (request.signal?.aborted) stop();
  const emit = (piece: string): void => {
    answer.push(piece);
    if (answer.isEnded) stop();
  };
  const written = await generate({
    maxTokens: request.maxTokens,
    sampling: request.sampling,
    stopIds: prompt.endIds,
    onToken: (id) => emit(decoder.push(id)),
    signal: ended.signal,
    now: request.now,
  }).finally(() => request.signal?.removeEventListener("abort", stop));
  emit(decoder.end());
  answer.end();
  const tokens = written.ids.length;
  return {
    written,
    text: answer.text.trimEnd(),
    stopped: answer.isEnded ? ("end" as const) : written.stopped,
    tokensPerSecond: tokens > 1 ? ((tokens - 1) * 1000) / Math.max(1, written.decodeMs) : 0,
  };
}

/** A prompt with as many of the latest turns as leave room for the answer. `room` and the result in tokens. */
export function promptWithin(
  room: number,
  { history, maxTokens }: Pick<AnswerRequest, "history" | "maxTokens">,
  make: (history: readonly ConversationTurn[]) => ArrayLike<number>,
): number[] {
  const answerRoom = Math.min(maxTokens, Math.floor(room / 2));
  for (let first = 0; ; first++) {
    const ids = Array.from(make(history.slice(first)));
    if (ids.length + answerRoom <= room || first >= history.length) return ids;
  }
}
