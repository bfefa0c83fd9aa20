// The text of an answer as it grows: without the white space that belongs to the template, and up to a
// text that ends it (models without a template go on with a question of their own). What may be the
// beginning of such an end is held back until it is decided.

export class AnswerText {
  readonly #stops: readonly string[];
  readonly #onText: (text: string) => void;
  #held = "";
  text = "";
  /** A stop was found; nothing is added any more. */
  isEnded = false;

  /** `onText` gets every piece that is shown, never an empty one. */
  constructor(stops: readonly string[], onText: (text: string) => void) {
    this.#stops = stops;
    this.#onText = onText;
  }

  push(piece: string): void {
    if (this.isEnded || piece === "") return;
    this.#held += piece;
    // The answer begins behind a line break for the stops that begin with one.
    const lead = this.text === "" ? "\n" : "";
    const seen = lead + this.#held;
    const ends = this.#stops.map((stop) => seen.indexOf(stop)).filter((at) => at >= 0);
    if (ends.length > 0) {
      this.isEnded = true;
      this.#show(seen.slice(lead.length, Math.max(lead.length, Math.min(...ends))).trimEnd());
      this.#held = "";
      return;
    }
    const kept = Math.min(this.#held.length, this.#kept(seen));
    const shown = this.#held.slice(0, this.#held.length - kept);
    this.#held = this.#held.slice(this.#held.length - kept);
    this.#show(shown);
  }

  end(): void {
    if (!this.isEnded) this.#show(this.#held);
    this.#held = "";
  }

  /** Length of the end of `seen` that may belong to a stop: its beginning, and the blanks before it. */
  #kept(seen: string): number {
    const undecided = this.#undecided(seen);
    const sure = seen.slice(0, seen.length - undecided);
    return this.#stops.length === 0 ? 0 : undecided + sure.length - sure.trimEnd().length;
  }

  /** Length of the longest end of `seen` that is the beginning of a stop. */
  #undecided(seen: string): number {
    let longest = 0;
    for (const stop of this.#stops) {
      for (let length = Math.min(stop.length - 1, seen.length); length > longest; length--) {
        if (stop.startsWith(seen.slice(seen.length - length))) longest = length;
      }
    }
    return longest;
  }

  #show(piece: string): void {
    const shown = this.text === "" ? piece.trimStart() : piece;
    this.text += shown;
    if (shown !== "") this.#onText(shown);
  }
}
