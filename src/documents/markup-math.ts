// Formulas in MathML as one line of text: what stands raised, lowered or under a bar on the page is
// marked, spaces between the elements mean nothing.
import { superscript } from "./counting.ts";

/** What stands between the parts of an element. */
const BETWEEN: Readonly<Record<string, readonly string[]>> = {
  mfrac: ["/"],
  msup: ["^"],
  msub: ["_"],
  msubsup: ["_", "^"],
  munder: ["_"],
  mover: ["^"],
  munderover: ["_", "^"],
  mroot: [", "],
};
/** Elements whose text is shown. */
const TOKENS = new Set(["mi", "mn", "mo", "mtext", "ms"]);

interface OpenElement {
  readonly name: string;
  /** Parts that have begun. */
  parts: number;
  /** Written since its beginning; for parts that are raised. */
  text: string;
}

export class MarkupMath {
  readonly #show: (text: string) => void;
  readonly #open: OpenElement[] = [];

  /** `show` takes the text of a whole formula. */
  constructor(show: (text: string) => void) {
    this.#show = show;
  }

  /** Whether the tag belongs to a formula. */
  open(name: string): boolean {
    if (name !== "math" && this.#open.length === 0) return false;
    const parent = this.#open.at(-1);
    if (parent) parent.parts++;
    if (name === "mtr" && parent && parent.parts > 1) this.#write("; ");
    if (name === "mtd" && parent && parent.parts > 1) this.#write(", ");
    if (name === "msqrt" || name === "mroot") this.#write("√(");
    if (name === "mspace") this.#write(" ");
    this.#open.push({ name, parts: 0, text: "" });
    return true;
  }

  text(text: string): boolean {
    const element = this.#open.at(-1);
    if (!element) return false;
    if (TOKENS.has(element.name)) {
      this.#write(element.name === "mtext" ? text : text.replace(/[\s\u2061-\u2064]+/g, ""));
    } else if (this.#open.length === 1 && text.trim() !== "") this.#write(text); // no markup inside
    return true;
  }

  close(name: string): boolean {
    if (this.#open.length === 0) return false;
    const element = this.#open.pop()!;
    const parent = this.#open.at(-1);
    if (!parent) {
      this.#show(element.text);
      return true;
    }
    if (name === "msqrt" || name === "mroot") element.text += ")";
    const before = BETWEEN[parent.name]?.[parent.parts - 2];
    if (parent.parts >= 2 && before !== undefined) {
      const up = before === "^" ? superscript(element.text) : undefined;
      const isOne = before === "/" ? !/[^\w.]/.test(element.text) : /^.?$/u.test(element.text);
      parent.text += up ?? before + (isOne ? element.text : `(${element.text})`);
    } else if (parent.name === "mfrac" && /[^\w.]/.test(element.text)) {
      parent.text += `(${element.text})`;
    } else {
      // Names of functions stand apart from what follows them.
      const isName = name === "mi" && element.text.length > 1;
      parent.text += isName ? `${element.text} ` : element.text;
    }
    return true;
  }

  #write(text: string): void {
    const element = this.#open.at(-1);
    if (element) element.text += text;
  }
}
