// Finds tokens that stand for themselves in a text (control and user-defined tokens) before anything
// is merged. Longer tokens are looked for first, each over the whole text, as llama.cpp does.

export interface SelfToken {
  readonly id: number;
  readonly text: string;
  /** Control tokens are recognised only in trusted text (templates), never in documents. */
  readonly isControl: boolean;
  /** White space before or after belongs to the token. */
  readonly stripsLeft: boolean;
  readonly stripsRight: boolean;
}

/** A stretch of text, or a token with `id` >= 0. */
export interface Fragment {
  readonly start: number;
  readonly end: number;
  readonly id: number;
}

export class SelfTokens {
  readonly #byLength: readonly SelfToken[];
  /** First UTF-16 unit → length → texts: finds the few tokens that occur among thousands. */
  readonly #starts = new Map<number, Map<number, Set<string>>>();

  constructor(tokens: readonly SelfToken[]) {
    this.#byLength = tokens
      .filter((token) => token.text.length > 0)
      .sort((a, b) => b.text.length - a.text.length);
    for (const { text } of this.#byLength) {
      const first = text.charCodeAt(0);
      const lengths = this.#starts.get(first) ?? new Map<number, Set<string>>();
      this.#starts.set(first, lengths);
      const texts = lengths.get(text.length) ?? new Set<string>();
      lengths.set(text.length, texts);
      texts.add(text);
    }
  }

  #occurring(text: string): Set<string> {
    const found = new Set<string>();
    for (let at = 0; at < text.length; at++) {
      const lengths = this.#starts.get(text.charCodeAt(at));
      if (!lengths) continue;
      for (const [length, texts] of lengths) {
        const part = text.slice(at, at + length);
        if (texts.has(part)) found.add(part);
      }
    }
    return found;
  }

  split(text: string, withControl: boolean): Fragment[] {
    let fragments: Fragment[] = text.length > 0 ? [{ start: 0, end: text.length, id: -1 }] : [];
    const occurring = this.#occurring(text);
    if (occurring.size === 0) return fragments;
    for (const token of this.#byLength) {
      if ((token.isControl && !withControl) || !occurring.has(token.text)) continue;
      fragments = fragments.flatMap((fragment) =>
        fragment.id >= 0 ? [fragment] : cutOut(text, fragment, token),
      );
    }
    return fragments;
  }
}

function cutOut(text: string, fragment: Fragment, token: SelfToken): Fragment[] {
  const fragments: Fragment[] = [];
  let start = fragment.start;
  for (;;) {
    const found = text.indexOf(token.text, start);
    if (found < 0 || found + token.text.length > fragment.end) break;
    let left = found;
    let right = found + token.text.length;
    if (token.stripsLeft) while (left > start && isSpace(text[left - 1]!)) left--;
    if (token.stripsRight) while (right < fragment.end && isSpace(text[right]!)) right++;
    if (left > start) fragments.push({ start, end: left, id: -1 });
    fragments.push({ start: left, end: right, id: token.id });
    start = right;
  }
  if (start < fragment.end) fragments.push({ start, end: fragment.end, id: -1 });
  return fragments;
}

const isSpace = (character: string): boolean => /\s/u.test(character);
