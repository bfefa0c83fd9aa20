// Lets one task at a time use the GPU. Questions go before chunks of a reading, so that an answer
// waits for one chunk at most.

type Priority = "question" | "chunk";

export class Turnstile {
  #busy = false;
  readonly #waiting: Record<Priority, (() => void)[]> = { question: [], chunk: [] };

  async run<T>(priority: Priority, task: () => Promise<T>): Promise<T> {
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
