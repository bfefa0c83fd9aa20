// XML parts of EPUB and DOCX as a small tree. External entities do not exist for this parser; HTML's
// names of characters do, because tables of contents use them without saying so.
import { decodeHTML, decodeHTMLAttribute } from "entities";
import { EngineError } from "../engine/errors.ts";
import { createParser } from "./bounded-parser.ts";
import { decodeText } from "./decode-text.ts";

/** Lists of files, styles and chapters: a million entries. */
const MAX_PART_CHARACTERS = 32_000_000;

export class XmlElement {
  /** Without its namespace prefix, whose choice is free. */
  readonly name: string;
  readonly children: XmlElement[] = [];
  readonly #attributes: Readonly<Record<string, string>>;
  readonly #content: (XmlElement | string)[] = [];

  constructor(name: string, attributes: Readonly<Record<string, string>>) {
    this.name = localName(name);
    this.#attributes = attributes;
  }

  append(part: XmlElement | string): void {
    this.#content.push(part);
    if (typeof part !== "string") this.children.push(part);
  }

  /** By its name with or without prefix. */
  attribute(name: string): string | undefined {
    const value = attributeOf(this.#attributes, name);
    return value === undefined ? undefined : decodeHTMLAttribute(value);
  }

  /** Text of the element and everything in it. */
  get text(): string {
    return this.#content.map((part) => (typeof part === "string" ? part : part.text)).join("");
  }
}

/** Throws `too-large`. */
export function parseXml(source: string): XmlElement {
  if (source.length > MAX_PART_CHARACTERS) {
    const message = `A part that only lists others has more than ${MAX_PART_CHARACTERS / 1e6} million characters.`;
    throw new EngineError("too-large", message);
  }
  const root = new XmlElement("", {});
  const open = [root];
  let isCharacterData = false;
  const parser = createParser(
    {
      onopentag(name, attributes) {
        const element = new XmlElement(name, attributes);
        open.at(-1)!.append(element);
        open.push(element);
      },
      ontext: (text) => open.at(-1)!.append(isCharacterData ? text : decodeHTML(text)),
      oncdatastart: () => (isCharacterData = true),
      oncdataend: () => (isCharacterData = false),
      onclosetag: () => open.pop(),
    },
    { xmlMode: true, decodeEntities: false },
  );
  parser.end(source);
  return root;
}

/** `name`: of the file, for the error. */
export function decodeXml(name: string, bytes: Uint8Array): string {
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, 200));
  const declared = /^\s*<\?xml[^>]{0,180}encoding\s{0,9}=\s{0,9}["']([\w-]+)/.exec(head)?.[1];
  return decodeText(name, bytes, declared);
}

export function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

/** An attribute by its local name, whatever prefix the namespace has. */
export function attributeOf(
  attributes: Readonly<Record<string, string>>,
  name: string,
): string | undefined {
  if (Object.hasOwn(attributes, name)) return attributes[name];
  for (const key in attributes) if (localName(key) === name) return attributes[key];
  return undefined;
}

/** Every element of this name, in document order. */
export function findAll(element: XmlElement, name: string): XmlElement[] {
  const found: XmlElement[] = [];
  const visit = (one: XmlElement) => {
    for (const child of one.children) {
      if (child.name === name) found.push(child);
      visit(child);
    }
  };
  visit(element);
  return found;
}

export function findFirst(element: XmlElement, name: string): XmlElement | undefined {
  for (const child of element.children) {
    const found = child.name === name ? child : findFirst(child, name);
    if (found) return found;
  }
  return undefined;
}

export function findChild(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find((child) => child.name === name);
}
