// The text of a completion as it grows, told once per token. An answer ends at the stops of the prompt and
// begins behind the white space of the template; a continued text is taken as it is written.
import { AnswerText } from "../tokenizer/answer-text.ts";

export class CompletionText {
  readonly #answer: AnswerText | undefined;
  #shown = "";
  text = "";

  /** `stops` of an answer; null for a text that is continued. */
  constructor(stops: readonly string[] | null) {
    this.#answer = stops ? new AnswerText(stops, (shown) => (this.#shown += shown)) : undefined;
  }

  /** A stop was written: what follows is no part of the answer. */
  get isEnded(): boolean {
    return this.#answer?.isEnded ?? false;
  }

  /** What `piece` adds to the text: nothing while it may be the beginning of a stop. */
  push(piece: string): string {
    if (this.#answer) this.#answer.push(piece);
    else this.#shown = piece;
    return this.#take();
  }

  /** What was held back and turned out to be text. */
  end(): string {
    this.#answer?.end();
    return this.#take();
  }

  #take(): string {
    const shown = this.#shown;
    this.#shown = "";
    this.text += shown;
    return shown;
  }
}
