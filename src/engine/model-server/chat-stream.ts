// One chat completion of a server as it is streamed. Source: the Chat Completions API reference; Server-Sent
// Events, WHATWG HTML. A request that may have been counted is never sent again.
import { createParser } from "eventsource-parser";
import * as v from "valibot";
import { EngineError } from "../errors.ts";
import { ANSWER_PATIENCE, Connection, type Fetch, type ModelServer } from "./server-connection.ts";
import { messageOf, refusal } from "./server-errors.ts";

export interface ChatMessage {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

export interface ChatRequest {
  readonly messages: readonly ChatMessage[];
  readonly maxTokens: number;
  readonly temperature: number;
  readonly topP: number;
  readonly seed: number;
  readonly signal: AbortSignal | undefined;
  readonly onText: (text: string) => void;
}

export interface ChatAnswer {
  readonly text: string;
  readonly stopped: "end" | "length" | "cancelled";
  /** As the server counted; undefined where it does not tell. */
  readonly promptTokens: number | undefined;
  readonly answerTokens: number | undefined;
}

const choice = v.object({
  delta: v.optional(v.nullable(v.object({ content: v.optional(v.nullable(v.string())) }))),
  finish_reason: v.optional(v.nullable(v.string())),
});
const usage = v.object({ prompt_tokens: v.number(), completion_tokens: v.number() });
const chunk = v.object({
  choices: v.optional(v.array(choice), []),
  usage: v.optional(v.nullable(usage)),
  error: v.optional(v.unknown()),
});

const MOST_CHARACTERS = 4 << 20;
/** A server that is loading its model or full says so before it begins: nothing was counted. */
const TRIES = 3;
const LONGEST_PAUSE_MS = 10_000;

export async function streamChat(
  fetch: Fetch,
  server: ModelServer,
  request: ChatRequest,
  pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
): Promise<ChatAnswer> {
  for (let attempt = 1; ; attempt++) {
    const connection = new Connection(fetch, server, ANSWER_PATIENCE, request.signal);
    try {
      return await readAnswer(connection, server, request);
    } catch (error) {
      const isBusy = error instanceof EngineError && error.code === "server-busy";
      if (!isBusy || attempt === TRIES || request.signal?.aborted) throw error;
    } finally {
      connection.close();
    }
    await pause(Math.min(LONGEST_PAUSE_MS, 1000 * 2 ** (attempt - 1)));
  }
}

async function readAnswer(
  connection: Connection,
  { base, model }: ModelServer,
  { messages, maxTokens, temperature, topP, seed, onText }: ChatRequest,
): Promise<ChatAnswer> {
  const { origin } = new URL(base);
  const answer = new AnswerReader(origin, onText);
  try {
    const response = await connection.send("/chat/completions", {
      model,
      messages,
      max_tokens: maxTokens,
      temperature,
      top_p: topP,
      seed,
      stream: true,
      stream_options: { include_usage: true },
    });
    const type = response.headers.get("Content-Type") ?? "";
    if (!/^text\/event-stream\b/i.test(type)) {
      throw malformed(origin, `answered with ${type || "no type"} instead of a stream of events`);
    }
    for await (const piece of connection.text(response)) {
      answer.feed(piece);
      if (answer.isDone) break;
    }
  } catch (error) {
    const isCancelled = error instanceof EngineError && error.code === "cancelled";
    if (!isCancelled) throw error;
    return answer.result("cancelled");
  }
  if (answer.stopped) return answer.result(answer.stopped);
  throw new EngineError("server-broke-off", `${origin} broke off in the middle of its answer.`);
}

/** What the events of a stream add up to. */
class AnswerReader {
  isDone = false;
  stopped: "end" | "length" | undefined;
  readonly #origin: string;
  readonly #onText: (text: string) => void;
  readonly #parser = createParser({ onEvent: ({ data }) => this.#take(data) });
  #text = "";
  #usage: v.InferOutput<typeof usage> | undefined;
  #received = 0;

  constructor(origin: string, onText: (text: string) => void) {
    this.#origin = origin;
    this.#onText = onText;
  }

  feed(piece: string): void {
    this.#received += piece.length;
    if (this.#received > MOST_CHARACTERS) throw malformed(this.#origin, "does not end its answer");
    this.#parser.feed(piece);
  }

  result(stopped: ChatAnswer["stopped"]): ChatAnswer {
    return {
      text: this.#text,
      stopped,
      promptTokens: this.#usage?.prompt_tokens,
      answerTokens: this.#usage?.completion_tokens,
    };
  }

  #take(data: string): void {
    if (this.isDone || data === "") return;
    if (data.trim() === "[DONE]") {
      this.isDone = true;
      return;
    }
    const { choices, usage: counted, error } = this.#parsed(data);
    if (error !== undefined && error !== null) throw this.#failed(error, data);
    if (counted) this.#usage = counted;
    const [first] = choices;
    const text = first?.delta?.content ?? "";
    if (text !== "") {
      this.#text += text;
      this.#onText(text);
    }
    if (first?.finish_reason) this.stopped = first.finish_reason === "length" ? "length" : "end";
  }

  #parsed(data: string): v.InferOutput<typeof chunk> {
    let json: unknown;
    try {
      json = JSON.parse(data);
    } catch (cause) {
      throw malformed(this.#origin, "sent a piece of its answer that is not JSON", cause);
    }
    const parsed = v.safeParse(chunk, json);
    if (!parsed.success)
      throw malformed(this.#origin, "sent a piece of its answer in an unknown form");
    return parsed.output;
  }

  /** An error inside the stream: the status had been sent before. */
  #failed(error: unknown, data: string): EngineError {
    const code = typeof error === "object" ? (error as { code?: unknown } | null)?.code : undefined;
    return refusal(typeof code === "number" ? code : 500, messageOf(data), this.#origin);
  }
}

function malformed(origin: string, what: string, cause?: unknown): EngineError {
  return new EngineError("server-malformed", `${origin} ${what}.`, { cause });
}
