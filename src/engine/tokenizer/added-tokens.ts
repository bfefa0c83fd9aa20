// Added tokens of tokenizer.json: of those that overlap the leftmost counts, of those that begin at
// one place the longest. Tokens that are not normalised are looked for in the text as it is, the
// others in what is left of it, normalised. After added_vocabulary.rs of the tokenizers library.
import { EngineError } from "../errors.ts";
import type { Normaliser } from "./original-offsets.ts";
import {
  type Fragment,
  type SelfToken,
  type SelfTokenFinder,
  TokenTrie,
  isSpace,
} from "./special-tokens.ts";

export interface AddedToken extends SelfToken {
  /** Counts only where no letter, digit or joiner stands beside it. */
  readonly isSingleWord: boolean;
  readonly isNormalized: boolean;
}

/** How texts are normalised before the normalised tokens are looked for. */
interface Normalising {
  readonly normalise: Normaliser;
  /** Put in front of every stretch of text by the normaliser; empty: nothing. */
  readonly prefix: string;
}

const TEXT_LIMIT = 1024;

interface Stage {
  readonly trusted: TokenTrie;
  /** Without control tokens. */
  readonly untrusted: TokenTrie;
}

export class AddedTokens implements SelfTokenFinder {
  readonly #byId: ReadonlyMap<number, AddedToken>;
  readonly #plain: Stage;
  readonly #normalised: Stage | undefined;
  readonly #normalising: Normalising;

  constructor(tokens: readonly AddedToken[], normalising: Normalising) {
    const long = tokens.find(({ text }) => text.length > TEXT_LIMIT);
    if (long) {
      throw new EngineError(
        "format-invalid",
        `tokenizer.json: the added token ${long.id} has ${long.text.length} characters; at most ${TEXT_LIMIT} are supported.`,
      );
    }
    this.#byId = new Map(tokens.map((token) => [token.id, token]));
    this.#normalising = normalising;
    this.#plain = stage(tokens.filter((token) => !token.isNormalized));
    const { normalise, prefix } = normalising;
    const normalised = tokens
      .filter((token) => token.isNormalized)
      .map((token) => ({ ...token, text: prefix + normalise(token.text).text }));
    this.#normalised = normalised.length > 0 ? stage(normalised) : undefined;
  }

  split(text: string, withControl: boolean): Fragment[] {
    const trie = withControl ? this.#plain.trusted : this.#plain.untrusted;
    const fragments = this.#cut(text, trie);
    const second = this.#normalised;
    if (!second) return fragments;
    return fragments.flatMap((fragment) =>
      fragment.id >= 0
        ? [fragment]
        : this.#cutNormalised(text, fragment, withControl ? second.trusted : second.untrusted),
    );
  }

  #cut(text: string, trie: TokenTrie): Fragment[] {
    const fragments: Fragment[] = [];
    let done = 0;
    for (let at = 0; at < text.length;) {
      const found = trie.longestAt(text, at);
      if (!found) {
        at++;
        continue;
      }
      const token = this.#byId.get(found.id)!;
      let start = at;
      let end = at + found.length;
      at = end;
      if (token.isSingleWord && !standsAlone(text, start, end)) continue;
      if (token.stripsLeft) while (start > done && isSpace(text[start - 1]!)) start--;
      if (token.stripsRight) while (end < text.length && isSpace(text[end]!)) end++;
      // The library counts white space twice that one token swallows and the next one begins with.
      if (start > done) fragments.push({ start: done, end: start, id: -1 });
      fragments.push({ start, end, id: token.id });
      done = end;
    }
    if (done < text.length) fragments.push({ start: done, end: text.length, id: -1 });
    return fragments;
  }

  #cutNormalised(text: string, whole: Fragment, trie: TokenTrie): Fragment[] {
    const { normalise, prefix } = this.#normalising;
    const { text: normalised, origins } = normalise(text.slice(whole.start, whole.end));
    const cuts = this.#cut(prefix + normalised, trie);
    if (cuts.length <= 1 && cuts[0]?.id === -1) return [whole];
    const original = (at: number): number => {
      const unprefixed = at - prefix.length;
      if (unprefixed <= 0) return whole.start;
      if (unprefixed >= normalised.length) return whole.end;
      return whole.start + (origins?.[unprefixed] ?? unprefixed);
    };
    return cuts
      .map((cut, index) => ({
        start: original(cut.start),
        end: original(cut.end),
        id: cut.id,
        // What the normaliser puts in front stood in front of the whole stretch.
        ...(cut.id < 0 && index > 0 && prefix !== "" ? { continues: true } : {}),
      }))
      .filter(({ start, end, id }, index) => id >= 0 || end > start || index === 0);
  }
}

function stage(tokens: readonly AddedToken[]): Stage {
  return {
    trusted: new TokenTrie(tokens),
    untrusted: new TokenTrie(tokens.filter((token) => !token.isControl)),
  };
}

/** What the library's \w matches. */
const WORD = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]/u;

function standsAlone(text: string, start: number, end: number): boolean {
  const before = /(?:[\ud800-\udbff][\udc00-\udfff]|[\s\S])$/.exec(
    text.slice(Math.max(0, start - 2), start),
  );
  const after = text.codePointAt(end);
  return (
    !(before && WORD.test(before[0])) &&
    !(after !== undefined && WORD.test(String.fromCodePoint(after)))
  );
}
