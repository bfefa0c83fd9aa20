// Finds the document of the library that holds exactly this text.
import type { DocumentSummary } from "../../workers/protocol.ts";

/** UTF-8 takes up to three bytes for a UTF-16 unit. */
const MAX_BYTES_PER_UNIT = 3;

/** `text` as it is added; the store holds it with line feeds and without white space around it. */
export async function sameDocument(
  text: string | Blob,
  documents: readonly DocumentSummary[],
  storedText: (documentId: string) => Promise<string>,
): Promise<DocumentSummary | undefined> {
  // White space around a text is not stored, so a document may be shorter than its source.
  const size = typeof text === "string" ? text.length : text.size;
  if (!documents.some(({ characters }) => mayHold(size, characters))) return undefined;
  const whole = typeof text === "string" ? text : await text.text();
  const wanted = whole.replaceAll("\r\n", "\n").trim();
  for (const document of documents) {
    if (document.characters !== wanted.length) continue;
    // A damaged record cannot be compared; the text is then added anew.
    const stored = await storedText(document.id).catch(() => undefined);
    if (stored === wanted) return document;
  }
  return undefined;
}

function mayHold(size: number, characters: number): boolean {
  return size >= characters && size <= characters * MAX_BYTES_PER_UNIT + 10_000;
}
