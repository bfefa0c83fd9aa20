// The vocabulary as a tree of bytes: all tokens that go on in one way are left out at once.
import type { Tokenizer } from "../tokenizer/tokenizer.ts";

export class TokenTrie {
  readonly vocabulary: number;
  /** Per node; the children of a node are a list from `firstChild` along `sibling`, 0 at its end. */
  readonly byte: number[] = [0];
  readonly firstChild: number[] = [0];
  readonly sibling: number[] = [0];
  /** Per node the tokens that end there, mostly none. */
  readonly tokens = new Map<number, number[]>();
  /** Bytes that are tokens by themselves. */
  readonly singles = new Uint8Array(256);
  readonly #bytesOf: (id: number) => Uint8Array;

  constructor(tokenizer: Tokenizer) {
    this.vocabulary = tokenizer.vocabSize;
    this.#bytesOf = (id) => tokenizer.pieceBytes(id);
    const children = new Map<number, number>(); // node · 256 + byte → child
    for (let id = 0; id < this.vocabulary; id++) {
      const bytes = tokenizer.pieceBytes(id);
      if (tokenizer.isControl(id) || tokenizer.eogIds.has(id) || bytes.length === 0) continue;
      let node = 0;
      for (const byte of bytes) {
        const key = node * 256 + byte;
        let child = children.get(key);
        if (child === undefined) {
          child = this.byte.push(byte) - 1;
          this.firstChild.push(0);
          this.sibling.push(this.firstChild[node]!);
          this.firstChild[node] = child;
          children.set(key, child);
        }
        node = child;
      }
      const ending = this.tokens.get(node);
      if (ending) ending.push(id);
      else this.tokens.set(node, [id]);
      if (bytes.length === 1) this.singles[bytes[0]!] = 1;
    }
  }

  bytes(id: number): Uint8Array {
    return this.#bytesOf(id);
  }
}

const known = new WeakMap<Tokenizer, TokenTrie>();

/** Made once per tokenizer. */
export function tokenTrie(tokenizer: Tokenizer): TokenTrie {
  let trie = known.get(tokenizer);
  if (!trie) known.set(tokenizer, (trie = new TokenTrie(tokenizer)));
  return trie;
}
