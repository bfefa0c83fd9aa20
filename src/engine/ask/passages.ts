// The evidence of an answer as passages of the documents that were asked: attention on spans of the
// joined stream → exact characters of one document each.
import type { Evidence } from "../api.ts";
import { placeOf, type Section } from "../sections.ts";
import { type AttendedInterval, findEvidence } from "./evidence.ts";

/** Documents stand in the order of the stream. */
export interface AskedDocument {
  readonly documentId: string;
  readonly text: string;
  readonly tokenStarts: Uint32Array; // [tokens] UTF-16 units
  /** Pages or chapters, where the document has them. */
  readonly sections?: readonly Section[];
}

/** Strongest first. `firstToken` is the stream's token of the first document's first token. */
export function findPassages(
  attended: readonly (readonly AttendedInterval[])[],
  firstToken: number,
  documents: readonly AskedDocument[],
): Evidence[] {
  const textLength = documents.reduce((sum, { text }) => sum + text.length, 0);
  const source = { tokenStarts: joinedStarts(documents), textLength, firstToken };
  return findEvidence(attended, source).flatMap(({ start, end, strength }) => {
    const { document, begin } = mostOf(documents, start, end);
    const from = Math.max(0, start - begin);
    const to = Math.min(document.text.length, end - begin);
    return to > from ? [passage(document, from, to, strength)] : [];
  });
}

function joinedStarts(documents: readonly AskedDocument[]): Uint32Array {
  const [first] = documents;
  if (first && documents.length === 1) return first.tokenStarts;
  const joined = new Uint32Array(documents.reduce((sum, one) => sum + one.tokenStarts.length, 0));
  let at = 0;
  let begin = 0;
  for (const { tokenStarts, text } of documents) {
    tokenStarts.forEach((start, i) => (joined[at + i] = begin + start));
    at += tokenStarts.length;
    begin += text.length;
  }
  return joined;
}

/** Hot tokens on both sides of a boundary are one run: it belongs to the document with more of it. */
function mostOf(
  documents: readonly AskedDocument[],
  start: number,
  end: number,
): { document: AskedDocument; begin: number } {
  let begin = 0;
  let most = -1;
  let found = { document: documents[0]!, begin };
  for (const document of documents) {
    const shared = Math.min(end, begin + document.text.length) - Math.max(start, begin);
    if (shared > most) {
      most = shared;
      found = { document, begin };
    }
    begin += document.text.length;
  }
  return found;
}

function passage(document: AskedDocument, from: number, to: number, weight: number): Evidence {
  // A span may begin with the end of the sentence before it; a quote should not.
  const quote = document.text.slice(from, to);
  const lead = /^[\s.,;:!?)\]”’]*/.exec(quote)?.[0].length ?? 0;
  const shift = lead < quote.length ? lead : 0;
  const start = from + shift;
  // A passage that runs over a page's end belongs where most of it stands.
  const place = placeOf(document.sections ?? [], Math.floor((start + to) / 2));
  return {
    documentId: document.documentId,
    start,
    end: to,
    text: quote.slice(shift),
    weight,
    ...(place === undefined ? {} : { place }),
  };
}
