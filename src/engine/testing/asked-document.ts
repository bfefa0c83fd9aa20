// Test support: a text as it is asked, with a word index made here. Tests only.
import type { AskedDocument } from "../ask/ask-documents.ts";
import { WordIndexBuilder } from "../words/word-index.ts";

export function askedDocument(
  documentId: string,
  text: string,
  tokenStarts: Uint32Array = Uint32Array.from(text, (_, i) => i),
): AskedDocument {
  const builder = new WordIndexBuilder();
  builder.add(text);
  return {
    documentId,
    title: documentId,
    text,
    sections: [],
    words: builder.finish(),
    tokenStarts,
  };
}
