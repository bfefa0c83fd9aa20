// Finds tokens that stand for themselves in a text (control and user-defined tokens) before anything
// is merged, as llama.cpp does: longer tokens are looked for first, each over the whole text. The
// rules of tokenizer.json are in added-tokens.ts.

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
  /** This text stood in one piece with the token before it: nothing is put in front of it. */
  readonly continues?: boolean;
}

/** Cuts a text into tokens that stand for themselves and the text between them. */
export interface SelfTokenFinder {
  split(text: string, withControl: boolean): Fragment[];
}

/** Whether a token of these begins at a place of a text, and which. */
export class TokenTrie {
  readonly #root: TrieNode = { next: new Map(), id: -1 };

  constructor(tokens: Iterable<{ readonly text: string; readonly id: number }>) {
    for (const { text, id } of tokens) {
      let node = this.#root;
      for (let i = 0; i < text.length; i++) {
        const unit = text.charCodeAt(i);
        let next = node.next.get(unit);
        if (!next) node.next.set(unit, (next = { next: new Map(), id: -1 }));
        node = next;
      }
      if (node !== this.#root) node.id = id;
    }
  }

  /** The longest token at `at`: its id and length; undefined when none begins there. */
  longestAt(
    text: string,
    at: number,
  ): { readonly id: number; readonly length: number } | undefined {
    let node: TrieNode | undefined = this.#root;
    let found: { id: number; length: number } | undefined;
    for (let end = at; ;) {
      node = node.next.get(text.charCodeAt(end));
      if (!node || end >= text.length) return found;
      end++;
      if (node.id >= 0) found = { id: node.id, length: end - at };
    }
  }
}

interface TrieNode {
  readonly next: Map<number, TrieNode>;
  id: number;
}

export class SelfTokens implements SelfTokenFinder {
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

/** White space as Unicode counts it; JavaScript's \s knows U+FEFF but not U+0085. */
export const isSpace = (character: string): boolean => /\p{White_Space}/u.test(character);
