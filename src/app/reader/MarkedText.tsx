// A stretch of the text as text nodes, its marks around them.
import { type Mark, markPieces, type Paragraph } from "./paragraphs.ts";

interface MarkedTextProps {
  readonly text: string;
  readonly range: Paragraph;
  readonly marks: readonly Mark[];
}

export function MarkedText({ text, range, marks }: MarkedTextProps) {
  return markPieces(text, range, marks).map(({ text: piece, start, kind }) =>
    kind === null ? (
      piece
    ) : (
      <mark
        key={start}
        data-kind={kind}
        data-active={kind === "passage" || undefined}
        data-current={kind === "current" || undefined}
      >
        {piece}
      </mark>
    ),
  );
}
