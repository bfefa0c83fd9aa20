// Where the spans of one layer lie in the token stream. Their vectors and bytes are elsewhere.
import { firstAtLeast } from "../../first-at-least.ts";

/** Spans of one layer; ordinals are indices. */
export class SpanTable {
  readonly starts: number[] = [];
  readonly lengths: number[] = [];
  /** Tokens in all spans. */
  tokens = 0;

  get count(): number {
    return this.starts.length;
  }

  push(start: number, length: number): void {
    this.starts.push(start);
    this.lengths.push(length);
    this.tokens += length;
  }

  start(ordinal: number): number {
    const start = this.starts[ordinal];
    if (start === undefined) throw new Error(`span ${ordinal} of ${this.count}`);
    return start;
  }

  /** Ordinals of the last spans that have at most `tokens` tokens together, in document order. */
  last(tokens: number): number[] {
    let first = this.count;
    for (let left = tokens; first > 0 && this.length(first - 1) <= left; first--) {
      left -= this.length(first - 1);
    }
    return Array.from({ length: this.count - first }, (_, i) => first + i);
  }

  /** Ordinals of the spans with a token from `token` on, in document order. */
  reaching(token: number): number[] {
    let first = this.count;
    while (first > 0 && this.start(first - 1) + this.length(first - 1) > token) first--;
    return Array.from({ length: this.count - first }, (_, i) => first + i);
  }

  /** The span with this token; undefined for a sink, or one that is in no span. */
  holding(token: number): number | undefined {
    const ordinal = firstAtLeast(this.starts, token + 1) - 1;
    if (ordinal < 0 || token >= this.start(ordinal) + this.length(ordinal)) return undefined;
    return ordinal;
  }

  length(ordinal: number): number {
    const length = this.lengths[ordinal];
    if (length === undefined) throw new Error(`span ${ordinal} of ${this.count}`);
    return length;
  }
}
