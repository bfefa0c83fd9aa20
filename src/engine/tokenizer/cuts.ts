// Places where a text can be cut without changing its tokens: between two characters that stand next
// to each other in no token. Merging never crosses such a place, because every merge is a token.

export class SafeCuts {
  /** Pairs of UTF-16 units that occur inside tokens. */
  readonly #pairs = new Set<number>();

  constructor(tokenTexts: Iterable<string>) {
    for (const text of tokenTexts) {
      for (let i = 1; i < text.length; i++) {
        this.#pairs.add(text.charCodeAt(i - 1) * 65536 + text.charCodeAt(i));
      }
    }
  }

  /** Whether the text may be cut before position `at`. */
  isSafe(text: string, at: number): boolean {
    const before = text.charCodeAt(at - 1);
    const after = text.charCodeAt(at);
    // A surrogate pair is one character.
    if (before >= 0xd800 && before < 0xdc00 && after >= 0xdc00 && after < 0xe000) return false;
    return !this.#pairs.has(before * 65536 + after);
  }

  /** Calls `emit` with the smallest pieces; together they are the text. */
  forEachPiece(text: string, emit: (piece: string) => void): void {
    let start = 0;
    for (let at = 1; at < text.length; at++) {
      if (!this.isSafe(text, at)) continue;
      emit(text.slice(start, at));
      start = at;
    }
    if (start < text.length) emit(text.slice(start));
  }
}

const letterSpaceLetter = /\p{L} (?=\p{L})/gu;

/**
 * First place at or after `from` where every supported pre-tokenizer starts a new piece and where
 * Unicode normalisation does not reach across: a space between two letters. The length if none.
 */
export function cutBeforeWord(text: string, from: number): number {
  if (from >= text.length) return text.length;
  letterSpaceLetter.lastIndex = from;
  const match = letterSpaceLetter.exec(text);
  return match ? match.index + match[0].length - 1 : text.length;
}
