// Counts the tokens that enter the transformer, by what they are. "0 document tokens recomputed" is
// asserted from this counter and never from timing. Whether a step reads document or session tokens
// follows from the token index alone, so a caller cannot count wrongly.

export class TokenCounter {
  /** Tokens of the prompt prefix and of documents, since the start. */
  documentTokens = 0;
  /** Questions, history and answers, since the start. */
  sessionTokens = 0;

  /** A step over tokens [start, start + count) of a stream whose document ends at `documentEnd`. */
  count(start: number, count: number, documentEnd: number): void {
    const ofDocument = Math.max(0, Math.min(start + count, documentEnd) - start);
    this.documentTokens += ofDocument;
    this.sessionTokens += count - ofDocument;
  }
}
