// XML parts of EPUB and DOCX as a small tree. External entities do not exist for this parser.
import { parseDocument } from "htmlparser2";

export interface XmlElement {
  /** Without its namespace prefix. */
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** Text of the element and everything in it. */
  readonly text: string;
}

interface RawNode {
  readonly type: string;
  readonly name?: string;
  readonly data?: string;
  readonly attribs?: Record<string, string>;
  readonly children?: readonly RawNode[];
}

/** Elements as deep as this are made to break parsers, not to be read. */
const MAX_DEPTH = 200;

export function parseXml(source: string): XmlElement {
  const root = parseDocument(source, { xmlMode: true }) as unknown as RawNode;
  return convert(root, 0);
}

function convert(node: RawNode, depth: number): XmlElement {
  const children: XmlElement[] = [];
  let text = "";
  for (const child of depth < MAX_DEPTH ? (node.children ?? []) : []) {
    if (child.type === "text") text += child.data ?? "";
    else if (child.type === "cdata") text += convert(child, depth + 1).text;
    else if (child.type === "tag") {
      const element = convert(child, depth + 1);
      children.push(element);
      text += element.text;
    }
  }
  return { name: localName(node.name ?? ""), attributes: node.attribs ?? {}, children, text };
}

export function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

/** Every element of this name, in document order. */
export function* findAll(element: XmlElement, name: string): Generator<XmlElement> {
  for (const child of element.children) {
    if (child.name === name) yield child;
    yield* findAll(child, name);
  }
}

export function findFirst(element: XmlElement, name: string): XmlElement | undefined {
  return findAll(element, name).next().value as XmlElement | undefined;
}
