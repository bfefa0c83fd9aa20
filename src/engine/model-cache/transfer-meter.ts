// Progress of one download or check: rate over the last seconds, time left, and when to tell it.
import type { ModelTransfer } from "./types.ts";

const TELL_EVERY_MS = 200;
const WINDOW_MS = 5000;

export class TransferMeter {
  readonly #now: () => number;
  readonly #marks: { at: number; bytes: number }[] = [];
  #told = -Infinity;
  #end: () => void = () => {};
  readonly ended = new Promise<void>((resolve) => (this.#end = resolve));
  reading: ModelTransfer = {
    phase: "download",
    doneBytes: 0,
    totalBytes: 0,
    bytesPerSecond: 0,
    secondsLeft: Infinity,
  };

  constructor(now: () => number) {
    this.#now = now;
  }

  end(): void {
    this.#end();
  }

  /** True when it is time to tell. */
  count(phase: ModelTransfer["phase"], doneBytes: number, totalBytes: number): boolean {
    const now = this.#now();
    if (phase !== this.reading.phase) this.#marks.length = 0;
    this.#marks.push({ at: now, bytes: doneBytes });
    while (this.#marks.length > 2 && now - this.#marks[0]!.at > WINDOW_MS) this.#marks.shift();
    const first = this.#marks[0]!;
    const seconds = (now - first.at) / 1000;
    const bytesPerSecond = seconds > 0 ? (doneBytes - first.bytes) / seconds : 0;
    const left = bytesPerSecond > 0 ? (totalBytes - doneBytes) / bytesPerSecond : Infinity;
    this.reading = {
      phase,
      doneBytes,
      totalBytes,
      bytesPerSecond,
      secondsLeft: totalBytes > 0 ? left : Infinity,
    };
    if (now - this.#told < TELL_EVERY_MS) return false;
    this.#told = now;
    return true;
  }
}
