// Collects events and hands them on about every 30 ms: a call across the worker boundary per token
// would cost more than the token.
import type { EngineEvent } from "./protocol.ts";

const BATCH_MS = 30;

/** Across the worker boundary it resolves when the events have been taken. */
type Listener = (events: readonly EngineEvent[]) => void | Promise<void>;

export class EventBatch {
  #events: EngineEvent[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #listener: Listener | undefined;
  #arrived: Promise<void> = Promise.resolve();

  listen(listener: Listener): void {
    this.#listener = listener;
    this.#schedule();
  }

  push(event: EngineEvent): void {
    const last = this.#events.at(-1);
    if (event.type === "token" && last?.type === "token" && last.jobId === event.jobId) {
      this.#events[this.#events.length - 1] = { ...last, text: last.text + event.text };
    } else if (event.type === "pieces" && last?.type === "pieces" && last.jobId === event.jobId) {
      const pieces = [...last.pieces, ...event.pieces];
      this.#events[this.#events.length - 1] = { ...last, pieces };
    } else {
      // Of states only the newest counts; order among kinds stays.
      if (!["token", "pieces", "device-lost"].includes(event.type)) {
        this.#events = this.#events.filter((earlier) => subject(earlier) !== subject(event));
      }
      this.#events.push(event);
    }
    this.#schedule();
  }

  /**
   * Sends what is there now, and resolves when all that was ever sent has arrived. Events travel another
   * way than results: only waiting for them makes them come before the result of their call.
   */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#events.length === 0 || !this.#listener) return this.#arrived;
    const events = this.#events;
    this.#events = [];
    const arrived = Promise.resolve(this.#listener(events)).catch(() => {}); // the page's own matter
    this.#arrived = Promise.all([this.#arrived, arrived]).then(() => undefined);
    return this.#arrived;
  }

  #schedule(): void {
    if (this.#timer !== undefined || !this.#listener || this.#events.length === 0) return;
    this.#timer = setTimeout(() => void this.flush(), BATCH_MS);
  }
}

/** What an event tells about; of the events about one thing the newest says all. */
function subject(event: EngineEvent): string {
  if (event.type === "ingest") return `ingest ${event.progress.documentId}`;
  if (event.type === "transfer") return `transfer ${event.progress.jobId}`;
  return event.type;
}
