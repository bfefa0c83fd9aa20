// Main text of an HTML file. It is sanitised before it becomes a document: nothing in it can run or
// load, and pages that demand Trusted Types allow it.
import DOMPurify from "dompurify";
import { readDocument } from "./page-text.ts";

export function readHtml(html: string, name: string): { title: string; text: string } {
  const page = document.implementation.createHTMLDocument(name);
  const clean = DOMPurify.sanitize(html, {
    RETURN_DOM_FRAGMENT: true,
    FORBID_TAGS: ["style"],
    ALLOW_DATA_ATTR: false,
  });
  page.body.append(page.importNode(clean, true));
  const title = /<title[^>]*>([^<]{1,300})<\/title>/i.exec(html)?.[1]?.trim();
  return { title: title || name, text: readDocument(page) };
}
