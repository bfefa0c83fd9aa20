// Answers as Markdown. Whatever the model writes is sanitised: no images, links, styles or scripts,
// so an answer cannot load anything or lead away from the page.
import DOMPurify from "dompurify";
import { marked } from "marked";
import { useMemo } from "react";

const ALLOWED_TAGS = [
  ...["p", "br", "em", "strong", "del", "code", "pre", "blockquote", "ul", "ol", "li", "hr"],
  ...["h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"],
];

export function Markdown({ text }: { text: string }) {
  const html = useMemo(() => {
    const rendered = marked.parse(text, { async: false, gfm: true, breaks: true });
    return DOMPurify.sanitize(rendered, { ALLOWED_TAGS, ALLOWED_ATTR: [] });
  }, [text]);
  return <div className="markdown" dangerouslySetInnerHTML={{ __html: html }} />;
}
