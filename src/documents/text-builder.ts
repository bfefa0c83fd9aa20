// Collects running text from a stream of pieces: white space is collapsed, blocks are separated, and
// places (headings, anchors, pages) are known by the offset of the text that follows them.
import { EngineError } from "../engine/errors.ts";
import type { Section } from "../engine/sections.ts";
import { withoutControls } from "./clean-text.ts";

/** Far beyond any book (the Bible has 4 million); a guard against text made to fill memory. */
export const MAX_CHARACTERS = 50_000_000;
const MAX_LABEL = 120;
/** Places that wait for text to follow; far more than can begin at one place. */
const MAX_WAITING = 100_000;
const MAX_LEAD = 1000;

export class TextBuilder {
  readonly #pieces: string[] = [];
  #marks: ((offset: number) => void)[] = [];
  #length = 0;
  #separator = "";
  #space = false;
  #blockStarted = false;
  #lead = "";

  /** Text in which white space means nothing more than itself. */
  write(text: string): void {
    const plain = withoutControls(text)
      .replace(/[\u00ad\u200b]/g, "")
      .replace(/[\s\u00a0]+/g, " ");
    const words = plain.trim();
    if (words === "") {
      if (plain !== "") this.#space = true;
      return;
    }
    this.#begin(this.#blockStarted && (this.#space || plain.startsWith(" ")) ? " " : "");
    this.#push(words);
    this.#space = plain.endsWith(" ");
  }

  /** One line of text in which white space is meant; several where it has line feeds. */
  writeVerbatim(text: string): void {
    withoutControls(text)
      .split("\n")
      .forEach((line, i) => {
        if (i > 0) {
          // Blank lines inside are kept, in front of the first text they are not.
          if (this.#length > 0) this.#separator += "\n";
          this.#blockStarted = false;
          this.#dropBlankLead();
        }
        if (line === "") return;
        if (line.trim() === "" && !this.#blockStarted) {
          this.lead(line);
          return;
        }
        this.#begin("");
        this.#push(line);
        this.#space = false;
      });
  }

  /** The number or mark of an item: stands before the next text, and is not written without one. */
  lead(mark: string): void {
    if (this.#lead.length < MAX_LEAD) this.#lead += mark;
  }

  dropLead(): void {
    this.#lead = "";
  }

  /** A line end inside a block, or between the rows and items of one. */
  endLine(): void {
    this.#end("\n");
  }

  endBlock(): void {
    this.#end("\n\n");
  }

  /** Takes back the line and block ends since the last text: what follows goes on in its line. */
  continueLine(): void {
    if (this.#length === 0) return;
    this.#blockStarted = true;
    this.#separator = "";
    this.#space = true;
  }

  /** Tells the offset of the next text; never, if there is none. */
  mark(at: (offset: number) => void): void {
    if (this.#marks.length < MAX_WAITING) this.#marks.push(at);
  }

  get length(): number {
    return this.#length;
  }

  text(): string {
    return this.#pieces.join("");
  }

  #begin(space: string): void {
    if (this.#blockStarted) this.#push(space);
    else if (this.#length > 0) this.#push(this.#separator);
    const marks = this.#marks;
    this.#marks = [];
    for (const mark of marks) mark(this.#length);
    this.#push(this.#lead);
    this.#lead = "";
    this.#blockStarted = true;
    this.#separator = "";
  }

  #end(separator: string): void {
    this.#blockStarted = false;
    this.#space = false;
    this.#dropBlankLead();
    if (separator.length > this.#separator.length) this.#separator = separator;
  }

  /** The indentation of a line that was blank to its end. */
  #dropBlankLead(): void {
    if (this.#lead.trim() === "") this.#lead = "";
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
  const line = withoutControls(heading.trim().slice(0, 4 * MAX_LABEL))
    .replace(/[\u00ad\u200b]/g, "")
    .replace(/\s+/g, " ")
    .trim();
  if (line.length <= MAX_LABEL) return line;
  const cut = line.slice(0, MAX_LABEL - 1);
  const word = cut.lastIndexOf(" ");
  return `${cut.slice(0, word > 0 ? word : cut.length)}…`;
}

/** In document order; of several at one place the last counts, which is the innermost heading. */
export function orderSections(sections: readonly Section[]): Section[] {
  const byStart = new Map<number, Section>();
  for (const section of sections) if (section.label) byStart.set(section.start, section);
  return [...byStart.values()].sort((a, b) => a.start - b.start);
}
