// What stands behind an answer, for people: passages as whole sentences, which of them support which
// sentence of it, and the closest place where none does. Pure.
import type { AnswerGrounding, Evidence } from "../api.ts";
import { groundAnswer, type Grounding } from "../evidence/grounding.ts";
import { evidenceFor, readablePassages } from "../evidence/readable.ts";
import type { AskedText } from "./asked-texts.ts";
import type { FoundPassages } from "./find-passages.ts";

export interface ExplainedAnswer {
  /** Best first; the closest leads where nothing supports the answer. */
  readonly evidence: readonly Evidence[];
  readonly grounding: AnswerGrounding;
}

const MOST_PASSAGES = 5;

export function explainAnswer(
  answer: string,
  question: string,
  found: FoundPassages,
  texts: readonly AskedText[],
): ExplainedAnswer {
  const candidates = readablePassages(found.ranges, texts, MOST_PASSAGES);
  const judged = groundAnswer(
    answer,
    question,
    candidates.map(({ text }) => text),
  );
  const order = orderOf(judged, candidates.length);
  const shown = order.map((i) => candidates[i]!);
  const { kind, passages } = evidenceFor(judged.state, shown, found.coverage);
  const place = (candidate: number) => order.indexOf(candidate);
  const evidence = passages.map((passage): Evidence => {
    const { document, start, end, text, strength, weight } = passage;
    const { documentId } = texts[document]!;
    const evidence = { documentId, start, end, text, weight, strength };
    return passage.place === undefined ? evidence : { ...evidence, place: passage.place };
  });
  const citations = judged.sentences
    .map(({ start, end, passages: cited }) => ({ start, end, passages: cited.map(place) }))
    .filter((citation) => citation.passages.length > 0);
  const grounding = { state: judged.state, kind, citations };
  const { closest } = judged;
  if (!closest) return { evidence, grounding };
  const passage = place(closest.passage);
  const { start } = shown[passage]!;
  const sentence = { passage, start: start + closest.start, end: start + closest.end };
  return { evidence, grounding: { ...grounding, closest: sentence } };
}

/**
 * As they were found, but the closest first where nothing is cited. Cited ones do not lead: a weak model's wrong
 * answer stands in a wrong passage.
 */
function orderOf({ closest }: Grounding, count: number): number[] {
  const order = Array.from({ length: count }, (_, i) => i);
  if (!closest) return order;
  return [closest.passage, ...order.filter((i) => i !== closest.passage)];
}
