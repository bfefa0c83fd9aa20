// Where the spans of one layer lie in the token stream. Their vectors and bytes are elsewhere.

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

  length(ordinal: number): number {
    const length = this.lengths[ordinal];
    if (length === undefined) throw new Error(`span ${ordinal} of ${this.count}`);
    return length;
  }
}
