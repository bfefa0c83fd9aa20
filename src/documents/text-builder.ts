// Collects running text from a stream of pieces: white space is collapsed, blocks are separated, and
// places (headings, anchors, pages) are known by the offset of the text that follows them.
import { EngineError } from "../engine/errors.ts";
import type { Section } from "../engine/sections.ts";

/** Far beyond any book (the Bible has 4 million); a guard against text made to fill memory. */
export const MAX_CHARACTERS = 50_000_000;
const MAX_LABEL = 120;

export class TextBuilder {
  readonly #pieces: string[] = [];
  readonly #marks: ((offset: number) => void)[] = [];
  #length = 0;
  #separator = "";
  #space = false;
  #blockStarted = false;

  /** Text in which white space means nothing more than itself. */
  write(text: string): void {
    const plain = text.replace(/[\u00ad\u200b\ufeff]/g, "").replace(/[\s\u00a0]+/g, " ");
    const words = plain.trim();
    if (words === "") {
      if (plain !== "") this.#space = true;
      return;
    }
    const lead = this.#blockStarted
      ? this.#space || plain.startsWith(" ")
        ? " "
        : ""
      : this.#length > 0
        ? this.#separator
        : "";
    this.#push(lead);
    for (const mark of this.#marks.splice(0)) mark(this.#length);
    this.#push(words);
    this.#blockStarted = true;
    this.#separator = "";
    this.#space = plain.endsWith(" ");
  }

  /** A line end inside a block, or between the rows and items of one. */
  endLine(): void {
    this.#end("\n");
  }

  endBlock(): void {
    this.#end("\n\n");
  }

  /** Tells the offset of the next text; never, if there is none. */
  mark(at: (offset: number) => void): void {
    this.#marks.push(at);
  }

  get length(): number {
    return this.#length;
  }

  text(): string {
    return this.#pieces.join("");
  }

  #end(separator: string): void {
    this.#blockStarted = false;
    this.#space = false;
    if (separator.length > this.#separator.length) this.#separator = separator;
  }

  #push(piece: string): void {
    if (piece === "") return;
    this.#length += piece.length;
    if (this.#length > MAX_CHARACTERS) throw tooMuchText();
    this.#pieces.push(piece);
  }
}

export function tooMuchText(): EngineError {
  return new EngineError(
    "too-large",
    `The file holds more than ${MAX_CHARACTERS / 1e6} million characters. Add it in parts.`,
  );
}

/** A heading as a label: one line, cut at a word. */
export function sectionLabel(heading: string): string {
  const line = heading.replace(/\s+/g, " ").trim();
  if (line.length <= MAX_LABEL) return line;
  return `${line.slice(0, MAX_LABEL - 1).replace(/\s+\S*$/, "")}…`;
}

/** In document order; of several at one place the last counts, which is the innermost heading. */
export function orderSections(sections: readonly Section[]): Section[] {
  const byStart = new Map<number, Section>();
  for (const section of sections) if (section.label) byStart.set(section.start, section);
  return [...byStart.values()].sort((a, b) => a.start - b.start);
}
