// Lets one task at a time use the GPU. Questions go before chunks of a reading, so that an answer
// waits for one chunk at most. What is done in idle time ends as soon as anybody comes.

type Priority = "question" | "chunk";

export class Turnstile {
  #busy = false;
  readonly #waiting: Record<Priority, (() => void)[]> = { question: [], chunk: [] };
  /** Of the idle task that has the turn. */
  #idle: AbortController | undefined;

  /** Runs only when nobody has the turn, else gives undefined. `signal` aborts when somebody wants it. */
  async idle<T>(task: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
    if (this.#busy) return undefined;
    const idle = new AbortController();
    const running = this.run("chunk", () => task(idle.signal)); // has the turn at once
    this.#idle = idle;
    return running.finally(() => {
      if (this.#idle === idle) this.#idle = undefined;
    });
  }

  async run<T>(priority: Priority, task: () => Promise<T>): Promise<T> {
    this.#idle?.abort();
    if (this.#busy) await new Promise<void>((resolve) => this.#waiting[priority].push(resolve));
    this.#busy = true;
    try {
      return await task();
    } finally {
      const next = this.#waiting.question.shift() ?? this.#waiting.chunk.shift();
      // The turn is handed over: nobody can slip in between.
      if (next) next();
      else this.#busy = false;
    }
  }
}
