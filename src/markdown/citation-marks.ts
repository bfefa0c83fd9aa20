// Citation markers through Markdown: a character for private use and a number stand in the text while it is
// rendered, and are replaced in the rendered nodes. An answer cannot write them itself.

/** A sentence of an answer and the passages that it stands in, from 0. */
export interface CitedSentence {
  /** UTF-16 units of the answer, behind its last character. */
  readonly end: number;
  readonly passages: readonly number[];
}

const OPEN = "\uE0F1";
const CLOSE = "\uE0F2";
const MARK = /\uE0F1(\d+)\uE0F2/;
const OWN = /[\uE0F1\uE0F2]/g;
/** Where a sentence ends inside emphasis, its marker stands behind that. */
const EMPHASIS_END = /^[*_~`]+/;

/** The text with marks behind its cited sentences. */
export function marksInText(text: string, cited: readonly CitedSentence[]): string {
  let marked = "";
  let at = 0;
  for (const { end, passages } of cited.toSorted((a, b) => a.end - b.end)) {
    if (passages.length === 0 || end < at || end > text.length) continue;
    const behind = end + (EMPHASIS_END.exec(text.slice(end))?.[0].length ?? 0);
    marked += text.slice(at, behind).replace(OWN, "");
    marked += passages.map((passage) => `${OPEN}${passage}${CLOSE}`).join("");
    at = behind;
  }
  return marked + text.slice(at).replace(OWN, "");
}

/** Replaces the marks in the nodes. */
export function takeMarks(root: Node, marker: (passage: number) => Node): void {
  const document = root.ownerDocument ?? globalThis.document;
  for (const child of [...root.childNodes]) {
    if (child.nodeType !== Node.TEXT_NODE) {
      takeMarks(child, marker);
      continue;
    }
    const pieces = (child.nodeValue ?? "").split(MARK);
    if (pieces.length === 1) continue;
    // Every second piece is a number.
    child.replaceWith(
      ...pieces.map((piece, i) =>
        i % 2 === 1 ? marker(Number(piece)) : document.createTextNode(piece),
      ),
    );
  }
}
