import { useMemo } from "react";
import { markdownHtml } from "../markdown/index.ts";

export function Markdown({ text }: { text: string }) {
  const html = useMemo(() => markdownHtml(text), [text]);
  return <div className="markdown" dangerouslySetInnerHTML={{ __html: html }} />;
}
