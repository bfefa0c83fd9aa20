// The text of an answer without its citation markers, as it grows, and which passages each place named. What
// may be the beginning of a marker is held back until it is decided.
import type { NamedPassages } from "../ask/write-answer.ts";

/** `[1]`, `[2, 5]`, with the blank before it. */
const MARKER = /[^\S\n]*\[\s*(\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*)\s*\]/g;
const BEGINNING = /[^\S\n]*(?:\[[\d\s,;–-]{0,24})?$/;

export class CitedText {
  readonly markers: NamedPassages[] = [];
  text = "";
  readonly #passages: number;
  readonly #onText: (text: string) => void;
  #held = "";

  /** `onText` gets every piece that is shown, never an empty one. */
  constructor(passages: number, onText: (text: string) => void) {
    this.#passages = passages;
    this.#onText = onText;
  }

  push(piece: string): void {
    this.#held += piece;
    let from = 0;
    for (const match of this.#held.matchAll(MARKER)) {
      this.#show(this.#held.slice(from, match.index));
      from = match.index + match[0].length;
      const named = numbersIn(match[1]!).filter((one) => one >= 0 && one < this.#passages);
      if (named.length > 0) this.markers.push({ at: this.text.length, passages: named });
    }
    const rest = this.#held.slice(from);
    const kept = BEGINNING.exec(rest)![0].length;
    this.#show(rest.slice(0, rest.length - kept));
    this.#held = rest.slice(rest.length - kept);
  }

  end(): void {
    this.#show(this.#held.trimEnd());
    this.#held = "";
  }

  #show(piece: string): void {
    const shown = this.text === "" ? piece.trimStart() : piece;
    this.text += shown;
    if (shown !== "") this.#onText(shown);
  }
}

/** `2, 5` and `2-5`, counted from 0. */
function numbersIn(inner: string): number[] {
  return inner.split(/[,;]/).flatMap((part) => {
    const [low, high = low] = part.split(/[–-]/).map((one) => Number(one.trim()) - 1);
    const length = Math.max(0, Math.min(high! - low! + 1, 100));
    return Array.from({ length }, (_, i) => low! + i);
  });
}
