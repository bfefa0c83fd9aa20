// Requests to a model server: where they go, what travels with them, how long they may take, and what an
// answer that is none means. The key goes to the address it was given for and nowhere else.
import { EngineError } from "../errors.ts";
import { serverSaid } from "./server-errors.ts";

export interface ModelServer {
  /** As `serverBase` gives it. */
  readonly base: string;
  readonly model: string;
  /** Null for a server that asks for none. */
  readonly key: string | null;
  /** What the server's model reads at once, where the server does not say. */
  readonly contextTokens?: number;
}

export type Fetch = (address: string, init: RequestInit) => Promise<Response>;

export interface Patience {
  /** Until the answer begins: a server without a graphics card reads the prompt first. */
  readonly beginMs: number;
  /** Between two pieces of an answer. */
  readonly silenceMs: number;
}

export const ANSWER_PATIENCE: Patience = { beginMs: 300_000, silenceMs: 120_000 };
export const LIST_PATIENCE: Patience = { beginMs: 15_000, silenceMs: 15_000 };

/** A request that may be ended by the caller or by the server's silence. */
export class Connection {
  readonly #server: Pick<ModelServer, "base" | "key">;
  readonly #fetch: Fetch;
  readonly #patience: Patience;
  readonly #abort = new AbortController();
  readonly #caller: AbortSignal | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isSilent = false;

  constructor(
    fetch: Fetch,
    server: Pick<ModelServer, "base" | "key">,
    patience: Patience,
    signal: AbortSignal | undefined,
  ) {
    this.#fetch = fetch;
    this.#server = server;
    this.#patience = patience;
    this.#caller = signal;
    signal?.addEventListener("abort", this.#stop);
    if (signal?.aborted) this.#stop();
  }

  readonly #stop = (): void => this.#abort.abort();

  /** A response with status 200 to 299. Throws what the server said, `cancelled`, or a `server-…` code. */
  async send(path: string, body?: unknown): Promise<Response> {
    const { base, key } = this.#server;
    const headers = new Headers({
      Accept: body === undefined ? "application/json" : "text/event-stream",
    });
    if (body !== undefined) headers.set("Content-Type", "application/json");
    if (key !== null && key !== "") headers.set("Authorization", `Bearer ${key}`);
    this.#wait(this.#patience.beginMs);
    let response: Response;
    try {
      response = await this.#fetch(`${base}${path}`, {
        method: body === undefined ? "GET" : "POST",
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        // A redirect could carry key and passages to somebody else.
        redirect: "error",
        credentials: "omit",
        referrerPolicy: "no-referrer",
        cache: "no-store",
        signal: this.#abort.signal,
      });
    } catch (cause) {
      throw this.#failure(cause, "unreachable");
    }
    if (response.ok) return response;
    throw await serverSaid(response, base, () => this.#wait(this.#patience.silenceMs));
  }

  /** The text of the response as it arrives; the caller gets what was sent before a failure. */
  async *text(response: Response): AsyncGenerator<string, void, void> {
    const reader = response.body?.getReader();
    if (!reader) return;
    const decoder = new TextDecoder();
    try {
      for (;;) {
        this.#wait(this.#patience.silenceMs);
        let read: ReadableStreamReadResult<Uint8Array>;
        try {
          read = await reader.read();
        } catch (cause) {
          throw this.#failure(cause, "gone");
        }
        if (read.done) break;
        yield decoder.decode(read.value, { stream: true });
      }
      yield decoder.decode();
    } finally {
      void reader.cancel().catch(() => undefined); // it may be over
    }
  }

  /** Nothing is waited for any more. */
  close(): void {
    clearTimeout(this.#timer);
    this.#caller?.removeEventListener("abort", this.#stop);
    this.#stop();
  }

  #wait(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#isSilent = true;
      this.#stop();
    }, ms);
  }

  #failure(cause: unknown, when: "unreachable" | "gone"): EngineError {
    const { origin } = new URL(this.#server.base);
    if (this.#caller?.aborted) return new EngineError("cancelled", "The answer was cancelled.");
    if (this.#isSilent) {
      return new EngineError("server-silent", `${origin} did not answer in time.`, { cause });
    }
    const message =
      when === "gone"
        ? `${origin} broke off in the middle of its answer.`
        : `${origin} cannot be reached: it is not running, does not allow this page (CORS), or redirects elsewhere.`;
    return new EngineError(when === "gone" ? "server-broke-off" : "server-unreachable", message, {
      cause,
    });
  }
}
