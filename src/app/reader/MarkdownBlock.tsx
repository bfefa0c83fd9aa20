// One block of a Markdown text. The parser tells where each node stands in the source, so marks fall on
// the same characters as in the text itself. Only known nodes become elements; HTML and links stay text.
import type { Nodes, Parent, Table } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmStrikethroughFromMarkdown } from "mdast-util-gfm-strikethrough";
import { gfmTableFromMarkdown } from "mdast-util-gfm-table";
import { gfmStrikethrough } from "micromark-extension-gfm-strikethrough";
import { gfmTable } from "micromark-extension-gfm-table";
import { Fragment, type ReactNode, useMemo } from "react";
import { MarkedText } from "./MarkedText.tsx";
import type { Mark, Paragraph } from "./paragraphs.ts";

interface MarkdownBlockProps {
  readonly text: string;
  readonly range: Paragraph;
  readonly marks: readonly Mark[];
}

const EXTENSIONS = {
  extensions: [gfmTable(), gfmStrikethrough()],
  mdastExtensions: [gfmTableFromMarkdown(), gfmStrikethroughFromMarkdown()],
};

export default function MarkdownBlock({ text, range, marks }: MarkdownBlockProps) {
  const source = text.slice(range.start, range.end);
  const tree = useMemo(() => fromMarkdown(source, EXTENSIONS), [source]);
  /** The source of a node's own words; where escapes make it longer, marks cover all of it. */
  const words = (node: Nodes, value: string, lead = 0): ReactNode => {
    const from = range.start + (node.position?.start.offset ?? 0) + lead;
    const to = range.start + (node.position?.end.offset ?? 0);
    if (text.slice(from, from + value.length) === value) {
      return (
        <MarkedText text={text} range={{ start: from, end: from + value.length }} marks={marks} />
      );
    }
    const touching = marks.filter((mark) => mark.start < to && mark.end > from);
    const whole = touching.map(({ kind }) => ({ kind, start: 0, end: value.length }));
    return <MarkedText text={value} range={{ start: 0, end: value.length }} marks={whole} />;
  };
  const inside = (node: Parent): ReactNode =>
    node.children.map((child, index) => <Fragment key={index}>{draw(child)}</Fragment>);
  const draw = (node: Nodes): ReactNode => {
    switch (node.type) {
      case "text":
      case "html":
        return words(node, node.value);
      case "inlineCode":
        return (
          <code>
            {words(
              node,
              node.value,
              source.indexOf(node.value, node.position?.start.offset) -
                (node.position?.start.offset ?? 0),
            )}
          </code>
        );
      case "code": {
        const at = node.position?.start.offset ?? 0;
        const lead = Math.max(0, source.indexOf(node.value, at + (node.lang?.length ?? 0)) - at);
        return (
          <pre tabIndex={0}>
            <code>{words(node, node.value, lead)}</code>
          </pre>
        );
      }
      case "heading": {
        // The page's own headings come before those of a document.
        const Level = `h${Math.min(6, node.depth + 2)}` as "h3";
        return (
          <Level dir="auto" data-depth={node.depth}>
            {inside(node)}
          </Level>
        );
      }
      case "paragraph":
        return <p dir="auto">{inside(node)}</p>;
      case "strong":
        return <strong>{inside(node)}</strong>;
      case "emphasis":
        return <em>{inside(node)}</em>;
      case "delete":
        return <del>{inside(node)}</del>;
      case "blockquote":
        return <blockquote dir="auto">{inside(node)}</blockquote>;
      case "list":
        return node.ordered ? (
          <ol dir="auto" start={node.start ?? 1}>
            {inside(node)}
          </ol>
        ) : (
          <ul dir="auto">{inside(node)}</ul>
        );
      case "listItem":
        return <li>{inside(node)}</li>;
      case "table":
        return <TableView table={node} inside={inside} />;
      case "thematicBreak":
        return <hr />;
      case "break":
        return <br />;
      case "image":
        return node.alt;
      case "link":
        return <span title={node.url}>{inside(node)}</span>;
      default:
        return "children" in node ? inside(node) : null;
    }
  };
  return <div className="markdown">{inside(tree)}</div>;
}

interface TableViewProps {
  readonly table: Table;
  readonly inside: (node: Parent) => ReactNode;
}

function TableView({ table, inside }: TableViewProps) {
  const [head, ...rows] = table.children;
  return (
    <div className="table-scroller" tabIndex={0}>
      <table dir="auto">
        <thead>
          <tr>
            {head?.children.map((cell, index) => (
              <th key={index} scope="col">
                {inside(cell)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              {row.children.map((cell, column) => (
                <td key={column}>{inside(cell)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
