// Which document is being read and which ones wait: one reading at a time, in the order asked for.
// Keeps why a reading stopped before its end. Not here: the reading itself (reading.ts).
import type { EngineErrorData } from "../api.ts";
import { Reading, type ReadingParts } from "./reading.ts";

export class ReadingQueue {
  readonly #open: () => ReadingParts | undefined;
  readonly #onChange: () => Promise<void>;
  readonly #waiting: string[] = [];
  readonly #problems = new Map<string, EngineErrorData>();
  #current: Reading | undefined;

  /** `open` gives undefined while no model is loaded. `onChange`: a reading began or ended. */
  constructor(open: () => ReadingParts | undefined, onChange: () => Promise<void>) {
    this.#open = open;
    this.#onChange = onChange;
  }

  reading(documentId: string): Reading | undefined {
    return this.#current?.documentId === documentId ? this.#current : undefined;
  }

  isWaiting(documentId: string): boolean {
    return this.#waiting.includes(documentId);
  }

  /** Nothing is being read, and nothing waits for it. */
  get isIdle(): boolean {
    return this.#current === undefined && this.#waiting.length === 0;
  }

  /** Index vectors of the present reading that are in RAM. */
  get indexRamBytes(): number {
    return this.#current?.indexRamBytes ?? 0;
  }

  /** Why the last reading of the document stopped before its end. */
  problem(documentId: string): EngineErrorData | undefined {
    return this.#problems.get(documentId);
  }

  add(documentId: string): void {
    if (this.isWaiting(documentId) || this.reading(documentId)) return;
    this.#waiting.push(documentId);
    void this.#next();
  }

  /** Resolves when nothing is being written to the document any more. */
  async pause(documentId: string): Promise<void> {
    const waiting = this.#waiting.indexOf(documentId);
    if (waiting >= 0) this.#waiting.splice(waiting, 1);
    await this.reading(documentId)?.pause();
  }

  async stop(): Promise<void> {
    this.#waiting.length = 0;
    await this.#current?.pause();
  }

  async #next(): Promise<void> {
    if (this.#current) return;
    const parts = this.#open();
    const documentId = parts && this.#waiting.shift();
    if (documentId === undefined) return;
    const reading = new Reading(documentId, parts!);
    this.#current = reading;
    this.#problems.delete(documentId);
    await this.#onChange();
    await reading.run();
    this.#current = undefined;
    if (reading.problem) this.#problems.set(documentId, reading.problem);
    await this.#onChange();
    await this.#next();
  }
}
