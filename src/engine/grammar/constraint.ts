// Holds one answer to a grammar: which tokens may come next, so that every answer that ends is a text of the
// grammar, and every answer ends within its tokens.
import type { Tokenizer } from "../tokenizer/tokenizer.ts";
import { type Grammar, refused } from "./expression.ts";
import { Program } from "./program.ts";
import { type GrammarState, GrammarStates } from "./states.ts";
import { type TokenTrie, tokenTrie } from "./token-trie.ts";

/** Masks that are kept; each has one byte per token. */
const KEPT_MASKS = 256;

interface Mask {
  readonly allowed: Uint8Array; // [V], 1: may be next
  /** Fewest bytes to the end behind the worst of the tokens. */
  readonly furthest: number;
}

export class Constraint {
  readonly #states: GrammarStates;
  readonly #trie: TokenTrie;
  readonly #ends: ReadonlySet<number>;
  readonly #masks = new Map<GrammarState, Mask>();
  #state: GrammarState;

  /** Throws `invalid-argument` for a grammar that is too large, or that these tokens cannot write. */
  constructor(grammar: Grammar, tokenizer: Tokenizer) {
    this.#trie = tokenTrie(tokenizer);
    this.#ends = tokenizer.eogIds;
    const { singles } = this.#trie;
    this.#states = new GrammarStates(new Program(grammar, (byte) => singles[byte] === 1));
    this.#state = this.#states.start;
    if (this.#state.distance === Infinity) {
      throw refused("No text of this form can be written with the model's tokens.");
    }
  }

  /** The text so far may end. */
  get isComplete(): boolean {
    return this.#state.accepts;
  }

  /** The text is complete and nothing can follow. */
  get isOver(): boolean {
    return this.#state.accepts && this.#state.isLast;
  }

  /** With so many more tokens the text can be completed, whatever is chosen among those allowed. */
  get tokensNeeded(): number {
    return this.#state.distance;
  }

  /** Before the first token. Throws `invalid-argument`. */
  requireRoom(tokens: number): void {
    const distance = this.tokensNeeded;
    if (distance <= tokens) return;
    throw refused(
      `The shortest answer of this form may take ${distance} tokens, and it has ${tokens}. Ask for more tokens or for less.`,
    );
  }

  /** u8 [V]: 1 where the token may be next. With it `tokensLeft` are enough to complete the text. */
  allowed(tokensLeft: number): Uint8Array {
    let mask = this.#masks.get(this.#state);
    if (!mask) {
      mask = this.#mask(Infinity);
      if (this.#masks.size >= KEPT_MASKS) this.#masks.clear();
      this.#masks.set(this.#state, mask);
    }
    return mask.furthest < tokensLeft ? mask.allowed : this.#mask(tokensLeft - 1).allowed;
  }

  /** The token that was chosen; one that ends the answer changes nothing. */
  take(id: number): void {
    if (this.#ends.has(id)) return;
    for (const byte of this.#trie.bytes(id)) {
      const next = this.#states.next(this.#state, byte);
      if (!next) throw new Error(`grammar: token ${id} is not allowed here`);
      this.#state = next;
    }
  }

  /** Tokens behind which at most `most` bytes are missing. */
  #mask(most: number): Mask {
    const { vocabulary, byte, firstChild, sibling, tokens } = this.#trie;
    const allowed = new Uint8Array(vocabulary);
    let furthest = 0;
    if (this.#state.accepts) for (const id of this.#ends) allowed[id] = 1;
    const waiting: { node: number; state: GrammarState }[] = [{ node: 0, state: this.#state }];
    for (let top = waiting.pop(); top; top = waiting.pop()) {
      for (let child = firstChild[top.node]!; child !== 0; child = sibling[child]!) {
        const state = this.#states.next(top.state, byte[child]!);
        if (!state) continue;
        waiting.push({ node: child, state });
        const ending = tokens.get(child);
        if (!ending || state.distance > most) continue;
        furthest = Math.max(furthest, state.distance);
        for (const id of ending) allowed[id] = 1;
      }
    }
    return { allowed, furthest };
  }
}
