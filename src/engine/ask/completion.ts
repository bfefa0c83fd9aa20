// Plain completion without a document: a prompt and what the model writes after it, with every token
// kept and exact attention over all of them. For chats, and to measure the engine beside others. Nothing
// is stored and nothing is left behind.

import type { GeneratedText } from "../api.ts";
import { decode, type DecodeOptions, type Decoded, atOnce } from "../attention/decoder.ts";
import type { BoundModel } from "../attention/bound-model.ts";
import { openStream } from "../attention/plain/open-stream.ts";
import { Sampler, type Sampling } from "../attention/sampler.ts";
import { EngineError } from "../errors.ts";
import type { Constraint } from "../grammar/constraint.ts";
import type { ConversationMessage } from "../tokenizer/prompt-parts.ts";
import { CompletionText } from "./completion-text.ts";

export interface Completion extends Decoded {
  readonly timeToFirstTokenMs: number;
  readonly decodeMs: number;
}

/** Continues `ids`; they and the answer together must fit the model's context. */
export async function completeTokens(
  { backend, loaded, binding, counter }: BoundModel,
  ids: readonly number[],
  options: DecodeOptions,
): Promise<Completion> {
  const { config } = loaded.model;
  const room = config.contextLength - ids.length;
  if (ids.length === 0) throw new EngineError("invalid-argument", "The prompt has no tokens.");
  if (room < 1) {
    throw new EngineError(
      "context-overflow",
      `The prompt takes ${ids.length} tokens; this model's context holds ${config.contextLength}. Shorten it, or add the text as a document.`,
    );
  }
  const maxTokens = Math.min(options.maxTokens, room);
  const { constraint } = options;
  constraint?.requireRoom(maxTokens);
  const { chunk, kvDtype } = binding.parameters;
  const totalTokens = ids.length + maxTokens;
  const shape = { totalTokens, chunk, kvDtype, logitRows: 1 };
  const stream = openStream(backend, loaded, counter, shape);
  const sampler = new Sampler(backend, config.vocab);
  const { transformer, workspace } = stream.stack;
  const turn = options.turn ?? atOnce;
  const started = options.now();
  const next = async (step: number): Promise<number> => {
    const sampled = await stream.step((recorder) => {
      transformer.logits(recorder, workspace, 0, 1);
      if (constraint) return Promise.resolve(undefined);
      return sampler.sample(recorder, workspace, options.sampling, step);
    });
    if (sampled !== undefined || !constraint) return sampled!;
    const allowed = constraint.allowed(maxTokens - step);
    return sampler.sampleAmong(allowed, workspace, options.sampling, step);
  };
  try {
    // The last token alone: its step gives the first one of the answer.
    const body = Uint32Array.from(ids.slice(0, -1));
    for (let at = 0; at < body.length; at += chunk) {
      if (options.signal?.aborted) throw new EngineError("cancelled", "Writing was cancelled.");
      await turn(() => stream.read(body.subarray(at, at + chunk), undefined, () => undefined));
    }
    backend.upload(workspace.ids, 0, Uint32Array.of(ids.at(-1)!));
    const first = await turn(() => next(0));
    const firstAt = options.now();
    const decoded = await decode(first, maxTokens, options, next);
    return {
      ...decoded,
      timeToFirstTokenMs: firstAt - started,
      decodeMs: options.now() - firstAt,
    };
  } finally {
    sampler.destroy();
    stream.destroy();
  }
}

/** The model as it converses: an adapter that was trained to read answers from texts takes no part. */
export function forConversation<M extends Pick<BoundModel, "loaded">>(model: M): M {
  const { loaded } = model;
  if (!loaded.model.adapter?.isReader) return model;
  return { ...model, loaded: { ...loaded, transformer: loaded.transformer.withoutAdapter() } };
}

export interface CompletionRequest {
  /** Text to continue, or a conversation to answer. Neither can make control tokens. */
  readonly prompt: string | readonly ConversationMessage[];
  readonly maxTokens: number;
  readonly sampling: Sampling;
  /** Go on behind what ends a text: every run then writes `maxTokens`. */
  readonly ignoreEndToken: boolean;
  /** The text is taken as it is written: nothing but the form's own end ends it. */
  readonly constraint?: Constraint | undefined;
  readonly signal: AbortSignal;
  /**
   * Told once per token; the piece is empty while a character is incomplete or may begin a text that
   * ends the answer. What was held back to the end is told then.
   */
  readonly onPiece: (piece: string) => void;
  readonly now: () => number; // ms
}

export async function completeText(
  model: BoundModel,
  request: CompletionRequest,
  complete: typeof completeTokens = completeTokens,
): Promise<GeneratedText> {
  const { tokenizer, prompt } = model.loaded;
  const ids =
    typeof request.prompt === "string"
      ? tokenizer.encode(request.prompt, { bos: true })
      : prompt.conversationIds(request.prompt);
  const decoder = tokenizer.streamDecoder();
  const isAnswer = typeof request.prompt !== "string";
  const stops = request.ignoreEndToken ? [] : prompt.stops;
  const written = new CompletionText(isAnswer && !request.constraint ? stops : null);
  const ended = new AbortController();
  const stop = (): void => ended.abort();
  request.signal.addEventListener("abort", stop);
  if (request.signal.aborted) stop();
  const completion = await complete(model, Array.from(ids), {
    maxTokens: request.maxTokens,
    sampling: request.sampling,
    stopIds: request.ignoreEndToken ? new Set() : prompt.endIds,
    constraint: request.constraint,
    onToken(id) {
      request.onPiece(written.push(decoder.push(id)));
      if (written.isEnded) stop();
    },
    signal: ended.signal,
    now: request.now,
  }).finally(() => request.signal.removeEventListener("abort", stop));
  const rest = written.push(decoder.end()) + written.end();
  if (rest !== "") request.onPiece(rest);
  const generated = completion.ids.length;
  return {
    text: written.text,
    stopped: written.isEnded ? "end" : completion.stopped,
    stats: {
      promptTokens: ids.length,
      generatedTokens: generated,
      timeToFirstTokenMs: completion.timeToFirstTokenMs,
      tokensPerSecond:
        generated > 1 ? ((generated - 1) * 1000) / Math.max(1, completion.decodeMs) : 0,
    },
  };
}
