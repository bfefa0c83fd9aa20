// Finds the stored document that was made of a text in an earlier visit, and forgets the one that an
// older version of the same page had left.
import type { DocumentSummary, Inkspan } from "../library/index.ts";

export async function findDocument(
  inkspan: Inkspan,
  text: string,
): Promise<DocumentSummary | undefined> {
  const wanted = text.trim();
  for (const document of await inkspan.documents.list()) {
    if (document.characters !== wanted.length) continue;
    // A damaged record cannot be compared; the text is then read anew.
    const stored = await inkspan.documents.text(document.id).catch(() => undefined);
    if (stored === wanted) return document;
  }
  return undefined;
}

const key = (source: string): string => `inkspan-chat ${source}`;

/** Notes which document stands for `source` now; resolves with the one that did before. */
export function replaceDocument(source: string, documentId: string): string | null {
  try {
    const before = localStorage.getItem(key(source));
    localStorage.setItem(key(source), documentId);
    return before === documentId ? null : before;
  } catch {
    return null; // storage blocked: the older text stays until the person clears it
  }
}
