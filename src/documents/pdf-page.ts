// One page of a PDF: its pieces of text as they come from the parser, and what was filled into its forms.
import type { PDFDocumentProxy, TextContent } from "pdfjs-dist/types/src/display/api";
import { piecesOfForm } from "./pdf-forms.ts";
import { linesOfPage } from "./pdf-lines.ts";
import type { TextPiece } from "./pdf-pieces.ts";
import type { PageLines } from "./pdf-running-lines.ts";
import { tooMuchText } from "./text-builder.ts";

/** Takes what it reads from `budget` while it reads: one page can hold more than memory does. */
export async function readPage(
  document: Pick<PDFDocumentProxy, "getPage">,
  number: number,
  budget: { characters: number },
  alive: () => void,
): Promise<PageLines> {
  const page = await document.getPage(number);
  const pieces: TextPiece[] = [];
  const reader = (page.streamTextContent() as ReadableStream<TextContent>).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    alive();
    for (const item of value.items) {
      if (!("str" in item)) continue;
      // A piece costs memory beside its characters.
      budget.characters -= item.str.length + 1;
      pieces.push(item);
    }
    if (budget.characters < 0) {
      void reader.cancel(new Error("too much text")).catch(() => undefined); // the parser ends with the file
      throw tooMuchText();
    }
  }
  const annotations = await page.getAnnotations().catch(() => []);
  pieces.push(...piecesOfForm(annotations));
  const [, bottom = 0, , top = 0] = page.view;
  page.cleanup();
  return { lines: linesOfPage(pieces), bottom, top };
}
