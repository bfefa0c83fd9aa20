// Measured rates and the time left of a run. What an item will take is known from its coordinates:
// the first of a group is read whole, later ones from their depth on. Pure, given the clock's values.

import type { PlannedItem } from "../types.ts";

/** Document and question around the haystack; a chain of facts has nothing else. */
const AROUND_TOKENS = 60;
const TOKENS_PER_FACT = 25;

/** Tokens that reading each item will take, in the order given. */
export function expectedReading(items: readonly PlannedItem[]): number[] {
  const begun = new Set<string>();
  return items.map(({ group, length, depth, needles }) => {
    const whole = (length ?? 0) + needles * TOKENS_PER_FACT + AROUND_TOKENS;
    const isFirst = !begun.has(group);
    begun.add(group);
    // Without a depth the needles may begin anywhere: nothing is known to be shared.
    return isFirst || depth === null ? whole : whole * (1 - depth / 100) + AROUND_TOKENS;
  });
}

export interface Rates {
  readonly readTokensPerSecond: number;
  readonly answerTokensPerSecond: number;
}

export class WorkMeter {
  readonly #expected = new Map<string, number>();
  #expectedLeft = 0;
  #readTokens = 0;
  #readMs = 0;
  #answerTokens = 0;
  #answerMs = 0;
  #answered = 0;
  /** Tokens read for the item at work. */
  #within = 0;
  #itemsLeft: number;

  constructor(items: readonly PlannedItem[]) {
    const reading = expectedReading(items);
    items.forEach(({ id }, i) => {
      this.#expected.set(id, reading[i]!);
      this.#expectedLeft += reading[i]!;
    });
    this.#itemsLeft = items.length;
  }

  read(tokens: number, ms: number): void {
    this.#readTokens += tokens;
    this.#readMs += ms;
    this.#within += tokens;
  }

  answered(tokens: number, ms: number): void {
    this.#answerTokens += tokens;
    this.#answerMs += ms;
    this.#answered++;
  }

  /** The item has a result, of whatever kind. */
  finish(id: string): void {
    this.#expectedLeft -= this.#expected.get(id) ?? 0;
    this.#within = 0;
    this.#itemsLeft--;
  }

  /** Null until both have been measured. */
  get rates(): Rates | null {
    if (this.#readMs === 0 || this.#answerMs === 0) return null;
    return {
      readTokensPerSecond: (this.#readTokens * 1000) / this.#readMs,
      answerTokensPerSecond: (this.#answerTokens * 1000) / this.#answerMs,
    };
  }

  get readTokensPerSecond(): number {
    return this.#readMs > 0 ? (this.#readTokens * 1000) / this.#readMs : 0;
  }

  /** Null until something was read. Answers count once one was given. */
  get secondsLeft(): number | null {
    if (this.#readMs === 0) return null;
    const toRead = Math.max(0, this.#expectedLeft - this.#within);
    const perAnswer = this.#answered > 0 ? this.#answerMs / this.#answered : 0;
    const ms = (toRead * this.#readMs) / Math.max(1, this.#readTokens);
    return (ms + this.#itemsLeft * perAnswer) / 1000;
  }
}
