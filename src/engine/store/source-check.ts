// Checks the source columns of a received document as they pass by: text, token ids and token starts
// must belong together, and the text must be the one its hash names.
import { Sha256 } from "../model-cache/sha256.ts";
import type { FileHeader } from "./file-header.ts";
import { invalid, wrongChecksum } from "./file-problems.ts";
import type { SourceColumn } from "./manifest.ts";

/** Far above every vocabulary. */
const MAX_TOKEN_ID = 2 ** 24;
/** A character that becomes 18 others when it is normalised, of 3 bytes each, and every byte a token. */
const MAX_TOKENS_AT_ONE_START = 54;

export class SourceCheck {
  readonly #header: FileHeader;
  readonly #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  readonly #hash = new Sha256();
  #characters = 0;
  readonly #words = { tokenIds: 0, tokenStarts: 0 };
  #lastStart = 0;
  #sameStart = 0;

  constructor(header: FileHeader) {
    this.#header = header;
  }

  add(column: SourceColumn, payload: Uint8Array): void {
    if (column === "sections") return; // parsed as a whole when everything is there
    if (column === "text") {
      this.#hash.update(payload);
      this.#characters += this.#decode(payload, true).length;
      return;
    }
    if (payload.byteLength % 4 !== 0) throw invalid("its token columns are cut short");
    this.#words[column] += payload.byteLength / 4;
    const words = new Uint32Array(payload.slice().buffer);
    if (column === "tokenStarts") this.#checkStarts(words);
    else if (words.some((id) => id >= MAX_TOKEN_ID)) throw invalid("its token ids are no ids");
  }

  finish(): void {
    const { characters, tokens, textHash } = this.#header;
    this.#characters += this.#decode(new Uint8Array(0), false).length;
    if (this.#characters !== characters) throw invalid("its text has another length");
    if (this.#hash.hex() !== textHash) throw wrongChecksum("text");
    const { tokenIds, tokenStarts } = this.#words;
    if (tokenIds !== tokens || tokenStarts !== tokens) throw invalid("it has another token count");
  }

  #decode(bytes: Uint8Array, stream: boolean): string {
    try {
      return this.#decoder.decode(bytes, { stream });
    } catch {
      throw invalid("its text is not UTF-8");
    }
  }

  #checkStarts(starts: Uint32Array): void {
    for (const start of starts) {
      if (start < this.#lastStart || start > this.#header.characters) {
        throw invalid("its token starts are not in order");
      }
      this.#sameStart = start === this.#lastStart ? this.#sameStart + 1 : 1;
      if (this.#sameStart > MAX_TOKENS_AT_ONE_START) throw invalid("its tokens stand at one place");
      this.#lastStart = start;
    }
  }
}
