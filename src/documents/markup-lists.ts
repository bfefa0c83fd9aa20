// The marks that a browser sets before the items of lists: numbers and letters, which other places of a
// text refer to, and dashes.
import { createParser } from "./bounded-parser.ts";
import { alphabetic, roman } from "./counting.ts";
import type { TextBuilder } from "./text-builder.ts";

type Attributes = Readonly<Record<string, string>>;

interface OpenList {
  readonly element: string;
  readonly isOrdered: boolean;
  readonly style: string;
  readonly step: 1 | -1;
  next: number;
}

const LIST_ELEMENTS = new Set(["ol", "ul", "menu", "dir"]);
const MAX_NUMBER = 1_000_000;

export class MarkupLists {
  readonly #open: OpenList[] = [];
  /** Items of the lists that count down, in the order of their beginnings. */
  readonly #reversed: number[];

  constructor(markup: string) {
    this.#reversed = /\breversed\b/i.test(markup) ? countReversed(markup) : [];
  }

  open(name: string, attributes: Attributes, into: TextBuilder): void {
    if (LIST_ELEMENTS.has(name)) this.#open.push(this.#begin(name, attributes));
    if (name === "li") into.lead(this.#mark(attributes));
  }

  close(name: string): void {
    if (!LIST_ELEMENTS.has(name)) return;
    while (this.#open.length > 0 && this.#open.pop()?.element !== name);
  }

  #begin(element: string, attributes: Attributes): OpenList {
    const isReversed = element === "ol" && "reversed" in attributes;
    const count = isReversed ? (this.#reversed.shift() ?? 1) : 1;
    return {
      element,
      isOrdered: element === "ol",
      style: styleOf(attributes),
      step: isReversed ? -1 : 1,
      next: wholeNumber(attributes["start"]) ?? count,
    };
  }

  #mark(attributes: Attributes): string {
    const list = this.#open.at(-1);
    if (!list?.isOrdered) return list?.style === "none" ? "" : "- ";
    const value = wholeNumber(attributes["value"]) ?? list.next;
    list.next = value + list.step;
    const style = "type" in attributes ? styleOf(attributes) : list.style;
    const number = numeral(value, style);
    return number === "" ? "" : `${number}${style === "disc" ? "" : "."} `;
  }
}

function styleOf(attributes: Attributes): string {
  return listStyle(attributes["style"] ?? "") ?? attributes["type"] ?? "1";
}

/** The kind of marks that an element's own style names. */
export function listStyle(style: string): string | undefined {
  const named = /list-style(?:-type)?\s{0,9}:\s{0,9}([\w-]+)/i.exec(style.slice(0, 500));
  return named?.[1]?.toLowerCase();
}

function numeral(value: number, style: string): string {
  switch (style) {
    case "a":
    case "lower-alpha":
    case "lower-latin":
      return alphabetic(value);
    case "A":
    case "upper-alpha":
    case "upper-latin":
      return alphabetic(value).toUpperCase();
    case "i":
    case "lower-roman":
      return roman(value);
    case "I":
    case "upper-roman":
      return roman(value).toUpperCase();
    case "lower-greek":
      return alphabetic(value, "greek");
    case "decimal-leading-zero":
      return String(value).padStart(2, "0");
    case "none":
      return "";
    case "disc":
    case "circle":
    case "square":
      return "-";
    default:
      return String(value);
  }
}

function wholeNumber(text: string | undefined): number | undefined {
  if (text === undefined || !/^\s*[+-]?\d{1,7}/.test(text)) return undefined;
  return Math.max(-MAX_NUMBER, Math.min(MAX_NUMBER, Number.parseInt(text, 10)));
}

/** A list that counts down begins at the number of its items, which stand behind its beginning. */
function countReversed(markup: string): number[] {
  const counts: number[] = [];
  const open: (number | undefined)[] = [];
  const parser = createParser(
    {
      onopentag(name, attributes) {
        if (LIST_ELEMENTS.has(name)) {
          const isReversed = name === "ol" && "reversed" in attributes;
          open.push(isReversed ? counts.push(0) - 1 : undefined);
        }
        const list = open.at(-1);
        if (name === "li" && list !== undefined) counts[list]!++;
      },
      onclosetag(name) {
        if (LIST_ELEMENTS.has(name)) open.pop();
      },
    },
    { recognizeSelfClosing: true },
  );
  parser.end(markup);
  return counts;
}
