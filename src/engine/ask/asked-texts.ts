// The texts that a question goes to, with what finds their passages by words. They are there as soon as a
// document is added, whatever the state of its index.
import { EngineError } from "../errors.ts";
import type { EvidenceDocument } from "../evidence/readable.ts";
import type { DocumentRepository } from "../store/repository.ts";
import type { WordIndex } from "../words/word-index.ts";

export interface AskedText extends EvidenceDocument {
  readonly documentId: string;
  readonly title: string;
  readonly words: WordIndex;
}

/** In the order given. Throws `invalid-argument` for none or one named twice, `text-damaged`, `not-found`. */
export async function openTexts(
  documentIds: readonly string[],
  repository: DocumentRepository,
): Promise<AskedText[]> {
  if (documentIds.length === 0 || new Set(documentIds).size < documentIds.length) {
    throw new EngineError("invalid-argument", "Choose one or several different documents to ask.");
  }
  const texts: AskedText[] = [];
  for (const documentId of documentIds) {
    const text = await repository.text(documentId);
    const sections = await repository.sections(documentId);
    const words = await repository.words(documentId);
    const { manifest } = await repository.open(documentId);
    texts.push({ documentId, title: manifest.title, text, sections, words });
  }
  return texts;
}
