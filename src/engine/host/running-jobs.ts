// Work that its caller named and may cancel: questions, completions, transfers.
import { nameError } from "../name-error.ts";

export class RunningJobs {
  readonly #running = new Map<string, AbortController>();

  get isIdle(): boolean {
    return this.#running.size === 0;
  }

  /** Errors come out as the engine's own. */
  async run<T>(jobId: string, task: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const abort = new AbortController();
    this.#running.set(jobId, abort);
    try {
      return await task(abort.signal);
    } catch (error) {
      throw nameError(error);
    } finally {
      this.#running.delete(jobId);
    }
  }

  /** Does nothing for a job that is over. */
  cancel(jobId: string): void {
    this.#running.get(jobId)?.abort();
  }
}
