// Plain completion without a document: a prompt and what the model writes after it, with every token
// kept in the ring and exact attention over all of them. For chats, and to measure the engine beside
// others. Nothing is stored and nothing is left behind.

import type { Backend } from "../../../kernels/index.ts";
import type { GeneratedText } from "../api.ts";
import { EngineError } from "../errors.ts";
import type { LoadedModel } from "../transformer/loaded-model.ts";
import { SpanIndex } from "../attention/ltri/span-index.ts";
import type { LtriParameters } from "../attention/parameters.ts";
import type { TokenCounter } from "../transformer/token-counter.ts";
import type { ConversationMessage } from "../tokenizer/prompt-parts.ts";
import {
  type GenerateOptions,
  type Generation,
  type Sampling,
  Session,
} from "../attention/ltri/session.ts";
import { openRingSequence } from "../attention/ltri/sizes.ts";

/** Continues `ids`; they and the answer together must fit the model's context. */
export async function completeTokens(
  backend: Backend,
  loaded: LoadedModel,
  parameters: LtriParameters,
  counter: TokenCounter,
  ids: readonly number[],
  options: GenerateOptions,
): Promise<Generation> {
  const { config } = loaded.model;
  const room = config.contextLength - ids.length;
  if (ids.length === 0) throw new EngineError("format-invalid", "The prompt has no tokens.");
  if (room < 1) {
    throw new EngineError(
      "context-overflow",
      `The prompt takes ${ids.length} tokens; this model's context holds ${config.contextLength}. Shorten it, or add the text as a document.`,
    );
  }
  const total = ids.length + Math.min(options.maxTokens, room);
  const sequence = openRingSequence(backend, config, parameters, "full", total);
  const index = new SpanIndex(backend, config, parameters, 1);
  const workspace = loaded.transformer.createWorkspace(parameters.chunk, 1);
  const session = new Session({
    backend,
    transformer: loaded.transformer,
    workspace,
    sequence,
    index,
    parameters,
    counter,
    load: () => Promise.resolve([]),
    prefixTokens: total,
    sessionTokens: total,
    answerBudget: 1,
    retrieving: [],
  });
  try {
    return await session.generate(ids, options);
  } finally {
    session.destroy();
    loaded.transformer.destroyWorkspace(workspace);
    index.destroy();
    sequence.destroy();
  }
}

export interface CompletionRequest {
  /** Text to continue, or a conversation to answer. Neither can make control tokens. */
  readonly prompt: string | readonly ConversationMessage[];
  readonly maxTokens: number;
  readonly sampling: Sampling;
  /** Go on behind the token that ends a text: every run then writes `maxTokens`. */
  readonly ignoreEndToken: boolean;
  readonly signal: AbortSignal;
  /** Told once per token; the piece is empty while a character is incomplete. */
  readonly onPiece: (piece: string) => void;
  readonly now: () => number; // ms
}

export async function completeText(
  backend: Backend,
  loaded: LoadedModel,
  parameters: LtriParameters,
  counter: TokenCounter,
  request: CompletionRequest,
): Promise<GeneratedText> {
  const { tokenizer, prompt } = loaded;
  const ids =
    typeof request.prompt === "string"
      ? tokenizer.encode(request.prompt, { bos: true })
      : prompt.conversationIds(request.prompt);
  const decoder = tokenizer.streamDecoder();
  // The white space before an answer belongs to the template; a continued text begins where it begins.
  const isAnswer = typeof request.prompt !== "string";
  let text = "";
  const emit = (piece: string) => {
    const shown = isAnswer && text.length === 0 ? piece.trimStart() : piece;
    text += shown;
    request.onPiece(shown);
  };
  const generation = await completeTokens(backend, loaded, parameters, counter, Array.from(ids), {
    maxTokens: request.maxTokens,
    sampling: request.sampling,
    stopIds: request.ignoreEndToken ? new Set() : tokenizer.eogIds,
    onToken: (id) => emit(decoder.push(id)),
    signal: request.signal,
    now: request.now,
  });
  const generated = generation.ids.length;
  return {
    text: text + decoder.end(),
    stopped: generation.stopped,
    stats: {
      promptTokens: ids.length,
      generatedTokens: generated,
      timeToFirstTokenMs: generation.timeToFirstTokenMs,
      tokensPerSecond:
        generated > 1 ? ((generated - 1) * 1000) / Math.max(1, generation.decodeMs) : 0,
    },
  };
}
