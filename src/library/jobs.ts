// Which listener gets the text of which job: events of the worker name the job they belong to.
import type { EngineEvent } from "../../workers/protocol.ts";

export type TextListener = (text: string) => void;

export class Jobs {
  readonly #listeners = new Map<string, TextListener>();

  /** Runs `work` with a new job id; its text goes to `onText` until the work is over. */
  async run<T>(onText: TextListener, work: (jobId: string) => Promise<T>): Promise<T> {
    const jobId = crypto.randomUUID();
    this.#listeners.set(jobId, onText);
    try {
      return await work(jobId);
    } finally {
      this.#listeners.delete(jobId);
    }
  }

  take(event: EngineEvent): void {
    if (event.type === "token") this.#listeners.get(event.jobId)?.(event.text);
    if (event.type !== "pieces") return;
    for (const piece of event.pieces) this.#listeners.get(event.jobId)?.(piece);
  }
}
