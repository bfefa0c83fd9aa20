// Collects events and hands them on about every 30 ms: a call across the worker boundary per token
// would cost more than the token.
import type { EngineEvent } from "./protocol.ts";

const BATCH_MS = 30;

export class EventBatch {
  #events: EngineEvent[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #listener: ((events: readonly EngineEvent[]) => void) | undefined;

  listen(listener: (events: readonly EngineEvent[]) => void): void {
    this.#listener = listener;
    this.#schedule();
  }

  push(event: EngineEvent): void {
    const last = this.#events.at(-1);
    if (event.type === "token" && last?.type === "token" && last.jobId === event.jobId) {
      this.#events[this.#events.length - 1] = { ...last, text: last.text + event.text };
    } else {
      // Of states only the newest counts; order among kinds stays.
      if (event.type !== "token" && event.type !== "device-lost") {
        this.#events = this.#events.filter(
          (earlier) =>
            earlier.type !== event.type ||
            (earlier.type === "ingest" &&
              event.type === "ingest" &&
              earlier.progress.documentId !== event.progress.documentId),
        );
      }
      this.#events.push(event);
    }
    this.#schedule();
  }

  /** Sends what is there now: before a call returns, its events have arrived. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#events.length === 0 || !this.#listener) return;
    const events = this.#events;
    this.#events = [];
    this.#listener(events);
  }

  #schedule(): void {
    if (this.#timer !== undefined || !this.#listener || this.#events.length === 0) return;
    this.#timer = setTimeout(() => this.flush(), BATCH_MS);
  }
}
