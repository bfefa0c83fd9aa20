// The main text of the host's page, put together from its own text nodes, so that a passage can be
// shown where it stands. Readability works on a copy and only decides which nodes belong; the page is
// never changed. Not here: highlighting (page-highlight.ts).
import { Readability } from "@mozilla/readability";
import { type TextMap, TextMapBuilder } from "./text-map.ts";

const NEVER_TEXT = "script, style, template, noscript, inkspan-chat, [hidden], [aria-hidden=true]";
/** Less than this share of the text found by Readability means that it guessed wrong. */
const LEAST_SHARE = 0.2;

const BLOCKS = new Set(
  (
    "ADDRESS ARTICLE ASIDE BLOCKQUOTE CAPTION DD DETAILS DIV DL DT FIELDSET FIGCAPTION FIGURE FOOTER " +
    "FORM H1 H2 H3 H4 H5 H6 HEADER HR LI MAIN NAV OL P PRE SECTION SUMMARY TABLE TD TH TR UL"
  ).split(" "),
);
/** Items and cells follow each other on lines of their own, not as paragraphs. */
const LINES = new Set(["LI", "TR", "DD", "DT", "TD", "TH", "BR"]);

/** `element` must be in the page: what is not displayed is left out. */
export function readPage(element: Element): TextMap {
  const copy = document.implementation.createHTMLDocument(document.title);
  const clone = copy.importNode(element, true);
  const live = new Map<Node, Text>();
  const unwanted: Element[] = [];
  pair(element, clone, (original, twin) => {
    if (original instanceof Text) live.set(twin, original);
    else if (original instanceof Element && isUnwanted(original)) unwanted.push(twin as Element);
  });
  for (const one of unwanted) one.remove();
  const isBody = clone instanceof HTMLElement && clone.tagName === "BODY";
  if (isBody) copy.documentElement.replaceChild(clone, copy.body);
  else copy.body.append(clone);

  const whole = joinText(clone, live);
  const article = new Readability<Node>(copy, {
    charThreshold: 1, // a retry would parse the page again and lose its nodes
    disableJSONLD: true,
    serializer: (found) => found,
  }).parse()?.content;
  const main = article ? joinText(article, live) : whole;
  return main.text.length < whole.text.length * LEAST_SHARE ? whole : main;
}

/** Walks an element and its exact copy side by side. */
function pair(original: Node, twin: Node, visit: (original: Node, twin: Node) => void): void {
  visit(original, twin);
  let other = twin.firstChild;
  for (const child of original.childNodes) {
    if (!other) return;
    const next = other.nextSibling;
    pair(child, other, visit);
    other = next;
  }
}

function isUnwanted(element: Element): boolean {
  if (element.matches(NEVER_TEXT)) return true;
  // Closed details are text all the same: showing a passage opens them.
  if (element.closest("details:not([open])")) return false;
  return !element.checkVisibility();
}

/** `live`: the text nodes of the page that those of the copy stand for; others are left out. */
function joinText(root: Node, live: ReadonlyMap<Node, Text>): TextMap {
  const builder = new TextMapBuilder();
  const visit = (node: Node, preserved: boolean): void => {
    if (node instanceof Text) {
      const source = live.get(node);
      if (source) builder.add(source, preserved);
      return;
    }
    const name = node.nodeName;
    const kind = LINES.has(name) ? "line" : BLOCKS.has(name) ? "paragraph" : "none";
    builder.breakBefore(kind);
    for (const child of node.childNodes) visit(child, preserved || name === "PRE");
    if (name !== "BR") builder.breakBefore(kind);
  };
  visit(root, false);
  return builder.finish();
}
