// Answers as Markdown. Whatever the model writes is sanitised: no images, links, styles or scripts,
// so an answer cannot load anything or lead away from the page.
import DOMPurify from "dompurify";
import { marked } from "marked";
import { type CitedSentence, marksInText, takeMarks } from "./citation-marks.ts";

const ALLOWED_TAGS = [
  ...["p", "br", "em", "strong", "del", "code", "pre", "blockquote", "ul", "ol", "li", "hr"],
  ...["h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"],
];
const RULES = {
  ALLOWED_TAGS,
  ALLOWED_ATTR: [],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
};

const render = (text: string): string =>
  marked.parse(text, { async: false, gfm: true, breaks: true });

export function markdownHtml(text: string): string {
  return DOMPurify.sanitize(render(text), RULES);
}

/**
 * Nodes instead of text: works on pages that demand Trusted Types. Behind every cited sentence stands what
 * `marker` makes for each of its passages.
 */
export function markdownNodes(
  text: string,
  cited: readonly CitedSentence[] = [],
  marker: (passage: number) => Node = () => document.createTextNode(""),
): DocumentFragment {
  const nodes = DOMPurify.sanitize(render(marksInText(text, cited)), {
    ...RULES,
    RETURN_DOM_FRAGMENT: true,
  });
  takeMarks(nodes, marker);
  return nodes;
}
