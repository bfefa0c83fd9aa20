// The engine behind OpenAI's chat completions, so that code written for that API runs on this one.
// With `document` the last message is a question to it; without, the conversation itself is continued.
// Source: the Chat Completions API reference. Not here: tools, images, log probabilities.
import type {
  Answer,
  ConversationMessage,
  Evidence,
  GeneratedText,
} from "../../workers/protocol.ts";
import { EngineCallError } from "../client/index.ts";
import type { AskOptions, GenerateOptions } from "./inkspan.ts";
import { streamText, type TextStream } from "./text-stream.ts";
import { lastQuestion } from "./last-question.ts";
import { ownOptions } from "./own-options.ts";
import { answerFormat, type ResponseFormat } from "./response-format.ts";

export interface ChatCompletionRequest {
  readonly messages: readonly ConversationMessage[];
  /** Accepted for compatibility; the loaded model answers. */
  readonly model?: string;
  /** Id of a document to ask; system messages are then left out. */
  readonly document?: string;
  readonly max_tokens?: number;
  readonly max_completion_tokens?: number;
  /** Default 0, unlike OpenAI's: the same question gives the same answer. */
  readonly temperature?: number;
  readonly top_p?: number;
  readonly seed?: number;
  /**
   * A form that every answer has. Of JSON Schema what can be kept by construction; the rest is refused with
   * its name (`invalid-argument`). Not together with `document`.
   */
  readonly response_format?: ResponseFormat;
  /** The same in GBNF, as llama.cpp's server takes it. */
  readonly grammar?: string;
  readonly stream?: boolean;
  readonly stream_options?: { readonly include_usage?: boolean };
}

export interface CompletionUsage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
}

type FinishReason = "stop" | "length";

export interface ChatCompletion {
  readonly id: string;
  readonly object: "chat.completion";
  readonly created: number; // seconds since 1970
  readonly model: string;
  readonly choices: readonly [
    {
      readonly index: 0;
      readonly message: { readonly role: "assistant"; readonly content: string };
      readonly finish_reason: FinishReason;
    },
  ];
  readonly usage: CompletionUsage;
  /** Passages the answer was drawn from; only with `document`. */
  readonly evidence?: readonly Evidence[];
}

export interface ChatCompletionChunk {
  readonly id: string;
  readonly object: "chat.completion.chunk";
  readonly created: number;
  readonly model: string;
  /** Empty in the chunk that carries the usage. */
  readonly choices: readonly {
    readonly index: 0;
    readonly delta: { readonly role?: "assistant"; readonly content?: string };
    readonly finish_reason: FinishReason | null;
  }[];
  readonly usage?: CompletionUsage | null;
  /** In the last chunk with a choice. */
  readonly evidence?: readonly Evidence[];
}

export interface ChatCompletions {
  create(
    request: ChatCompletionRequest & { readonly stream: true },
    options?: { readonly signal?: AbortSignal },
  ): Promise<AsyncIterable<ChatCompletionChunk>>;
  create(
    request: ChatCompletionRequest & { readonly stream?: false },
    options?: { readonly signal?: AbortSignal },
  ): Promise<ChatCompletion>;
}

interface Backend {
  model(): string;
  ask(documentId: string, question: string, options: AskOptions): TextStream<Answer>;
  generate(options: GenerateOptions): Promise<GeneratedText>;
}

/** Either kind of answer, reduced to what the API tells. */
interface Written {
  readonly text: string;
  readonly finish: FinishReason;
  readonly usage: CompletionUsage;
  readonly evidence?: readonly Evidence[];
}

export function chatCompletions(backend: Backend): ChatCompletions {
  function write(given: ChatCompletionRequest, signal?: AbortSignal): TextStream<Written> {
    const request = ownOptions(given);
    const { messages, document, temperature = 0, top_p: topP = 1, seed = 1 } = request;
    const maxTokens = request.max_completion_tokens ?? request.max_tokens ?? 256;
    const sampling = { maxTokens, temperature, topP, seed };
    return streamText(async (push, cancelled) => {
      const format = answerFormat(request);
      if (document === undefined) {
        const prompt = [...messages];
        const form = format ? { format } : {};
        const settings = { ...sampling, ...form, onToken: push, signal: cancelled };
        const { text, stopped, stats } = await backend.generate({ prompt, ...settings });
        return { text, finish: finishReason(stopped), usage: usage(stats, stats.generatedTokens) };
      }
      if (format)
        throw refused("An answer about a document takes no response_format and no grammar.");
      const { question, history } = lastQuestion(messages);
      const settings = { ...sampling, history, signal: cancelled };
      const answer = backend.ask(document, question, settings);
      for await (const piece of answer) push(piece);
      const { text, stopped, stats, evidence } = await answer.result;
      const finish = finishReason(stopped);
      const promptTokens = stats.promptTokens + stats.rereadTokens;
      return { text, finish, usage: usage({ promptTokens }, stats.answerTokens), evidence };
    }, signal);
  }

  async function* chunks(
    request: ChatCompletionRequest,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<ChatCompletionChunk, void, void> {
    const head = { ...newHead(backend), object: "chat.completion.chunk" } as const;
    const withUsage = request.stream_options?.include_usage ?? false;
    const none = withUsage ? { usage: null } : {};
    const chunk = (delta: { role?: "assistant"; content?: string }): ChatCompletionChunk => ({
      ...head,
      choices: [{ index: 0, delta, finish_reason: null }],
      ...none,
    });
    const written = write(request, signal);
    yield chunk({ role: "assistant", content: "" });
    for await (const piece of written) if (piece !== "") yield chunk({ content: piece });
    const { finish, usage: total, evidence } = await written.result;
    const choices = [{ index: 0, delta: {}, finish_reason: finish }] as const;
    yield { ...head, choices, ...none, ...(evidence ? { evidence } : {}) };
    if (withUsage) yield { ...head, choices: [], usage: total };
  }

  async function create(
    request: ChatCompletionRequest,
    { signal }: { readonly signal?: AbortSignal } = {},
  ): Promise<ChatCompletion | AsyncIterable<ChatCompletionChunk>> {
    if (request.stream) return chunks(request, signal);
    const { text, finish, usage: total, evidence } = await write(request, signal).result;
    const message = { role: "assistant", content: text } as const;
    return {
      ...newHead(backend),
      object: "chat.completion",
      choices: [{ index: 0, message, finish_reason: finish }],
      usage: total,
      ...(evidence ? { evidence } : {}),
    };
  }

  return { create: create as ChatCompletions["create"] };
}

function newHead(backend: Backend) {
  const created = Math.floor(Date.now() / 1000);
  return { id: `chatcmpl-${crypto.randomUUID()}`, created, model: backend.model() };
}

const finishReason = (stopped: Answer["stopped"]): FinishReason =>
  stopped === "length" ? "length" : "stop";

function usage(stats: { readonly promptTokens: number }, completionTokens: number) {
  return {
    prompt_tokens: stats.promptTokens,
    completion_tokens: completionTokens,
    total_tokens: stats.promptTokens + completionTokens,
  };
}

const refused = (message: string): EngineCallError =>
  new EngineCallError({ code: "invalid-argument", message });
