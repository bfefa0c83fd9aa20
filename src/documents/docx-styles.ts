// What the styles of a Word document say about text: heading, hidden, numbered. A style takes what it
// does not say itself from the one it is based on.
import { isOff } from "./office-package.ts";
import { findAll, findChild, type XmlElement } from "./xml.ts";

const HEADING_LEVELS = 3;
/** Chains of styles are short; a longer one runs in a circle. */
const MAX_CHAIN = 20;

export interface NumberedAt {
  readonly numId: string | undefined;
  readonly level: number | undefined;
}

export interface WordStyle {
  readonly isHeading: boolean;
  readonly isHidden: boolean;
  readonly numbered: NumberedAt | undefined;
}

export const PLAIN_STYLE: WordStyle = { isHeading: false, isHidden: false, numbered: undefined };

/** A style that the file does not describe, such as one of a damaged part, is known by its usual id. */
export function unknownStyle(id: string): WordStyle {
  return { ...PLAIN_STYLE, isHeading: /^(?:title|heading ?[1-3])$/i.test(id) };
}

export function readStyles(part: XmlElement): ReadonlyMap<string, WordStyle> {
  const elements = new Map<string, XmlElement>();
  for (const style of findAll(part, "style")) {
    const id = style.attribute("styleId");
    if (id !== undefined) elements.set(id, style);
  }
  return new Map([...elements.keys()].map((id) => [id, resolve(id, elements)]));
}

function resolve(id: string, elements: ReadonlyMap<string, XmlElement>): WordStyle {
  let isHeading: boolean | undefined;
  let isHidden: boolean | undefined;
  let numId: string | undefined;
  let level: number | undefined;
  let style = elements.get(id);
  for (let i = 0; style && i < MAX_CHAIN; i++) {
    const paragraph = findChild(style, "pPr");
    isHeading ??= headingOf(style, paragraph, i === 0);
    isHidden ??= hiddenOf(findChild(style, "rPr"));
    const numbers = paragraph && findChild(paragraph, "numPr");
    if (numbers) {
      numId ??= findChild(numbers, "numId")?.attribute("val");
      level ??= levelOf(findChild(numbers, "ilvl")?.attribute("val"));
    }
    style = elements.get(findChild(style, "basedOn")?.attribute("val") ?? "");
  }
  const isNumbered = numId !== undefined || level !== undefined;
  return {
    isHeading: isHeading ?? false,
    isHidden: isHidden ?? false,
    numbered: isNumbered ? { numId, level } : undefined,
  };
}

/** By the outline level, or by the name, which is never translated; undefined where neither says. */
function headingOf(
  style: XmlElement,
  paragraph: XmlElement | undefined,
  isOwn: boolean,
): boolean | undefined {
  const level = paragraph && findChild(paragraph, "outlineLvl")?.attribute("val");
  if (level !== undefined) return Number(level) < HEADING_LEVELS;
  const name = findChild(style, "name")?.attribute("val") ?? "";
  const named = /^(title$|heading ([1-9])(?!\d))/i.exec(name);
  // What is based on a heading is one; a style of another heading's name is that one.
  if (named) return Number(named[2] ?? 0) <= HEADING_LEVELS;
  return isOwn && /^(?:toc|index)\b/i.test(name) ? false : undefined;
}

function hiddenOf(run: XmlElement | undefined): boolean | undefined {
  const vanish = run && findChild(run, "vanish");
  if (!vanish) return undefined;
  return !isOff({ val: vanish.attribute("val") ?? "" });
}

/** A level of a list, 0 to 8. */
export function levelOf(value: string | undefined): number | undefined {
  const level = Number(value ?? Number.NaN);
  return Number.isInteger(level) && level >= 0 && level <= 8 ? level : undefined;
}
