// What stands behind an answer, for people: passages as whole sentences, which of them support which
// sentence of it, and the closest place where none does. Pure.
import type { AnswerGrounding, Evidence } from "../api.ts";
import { groundAnswer, type Grounding } from "../evidence/grounding.ts";
import { evidenceFor, readablePassages } from "../evidence/readable.ts";
import type { RankedRange } from "../passages/fuse-rankings.ts";
import type { AskedText } from "./asked-texts.ts";
import type { FoundPassages } from "./find-passages.ts";
import type { WrittenAnswer } from "./write-answer.ts";

export interface ExplainedAnswer {
  /** Best first; the closest leads where nothing supports the answer. */
  readonly evidence: readonly Evidence[];
  readonly grounding: AnswerGrounding;
}

const MOST_PASSAGES = 5;

/** What an answer names as its sources: ranges of the texts, behind the answer up to `at`. */
export interface NamedSource {
  readonly at: number;
  readonly ranges: readonly RankedRange[];
}

/**
 * `found` in any order; their weights rank them. Sources that the answer names are cited where they support
 * what they are named for, before those that were not named; the others are dropped.
 */
export function explainAnswer(
  { text: answer, stopped }: Pick<WrittenAnswer, "text" | "stopped">,
  question: string,
  found: FoundPassages,
  texts: readonly AskedText[],
  named: readonly NamedSource[] = [],
): ExplainedAnswer {
  const most = named.length > 0 ? found.ranges.length : MOST_PASSAGES;
  const candidates = readablePassages(found.ranges, texts, most);
  const grounding = groundAnswer(
    answer,
    question,
    candidates.map(({ text }) => text),
    stopped === "length",
  );
  const judged = withNamed(grounding, answer, question, named, candidates);
  const cited = new Set(judged.sentences.flatMap(({ passages }) => passages));
  // Of many that were given, the first and those that are cited.
  const order = orderOf(judged, candidates.length).filter(
    (i, place) => place < MOST_PASSAGES || cited.has(i),
  );
  const shown = order.map((i) => candidates[i]!);
  const { kind, passages } = evidenceFor(judged.state, shown, found.telling);
  const place = (candidate: number) => order.indexOf(candidate);
  const evidence = passages.map((passage): Evidence => {
    const { document, start, end, text, strength, weight } = passage;
    const { documentId } = texts[document]!;
    const evidence = { documentId, start, end, text, weight, strength };
    return passage.place === undefined ? evidence : { ...evidence, place: passage.place };
  });
  const citations = judged.sentences
    .map(({ start, end, passages }) => ({ start, end, passages: passages.map(place) }))
    .filter((citation) => citation.passages.length > 0);
  const shownGrounding = { state: judged.state, kind, citations };
  const { closest } = judged;
  if (!closest) return { evidence, grounding: shownGrounding };
  const passage = place(closest.passage);
  const { start } = shown[passage]!;
  const sentence = { passage, start: start + closest.start, end: start + closest.end };
  return { evidence, grounding: { ...shownGrounding, closest: sentence } };
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

type Candidate = ReturnType<typeof readablePassages>[number];

const MOST_CITED = 3;

function withNamed(
  grounding: Grounding,
  answer: string,
  question: string,
  named: readonly NamedSource[],
  candidates: readonly Candidate[],
): Grounding {
  const sentences = grounding.sentences.map((sentence) => {
    // A marker may stand behind the stop of its sentence.
    const own = named.filter(({ at }) => at > sentence.start && at <= sentence.end);
    const meant = own.flatMap(({ ranges }) =>
      candidates.flatMap((one, i) => (ranges.some((range) => overlaps(one, range)) ? [i] : [])),
    );
    const words = answer.slice(sentence.start, sentence.end);
    const verified = meant.filter((i) => {
      const alone = groundAnswer(words, question, [candidates[i]!.text]);
      return alone.sentences.some(({ passages }) => passages.length > 0);
    });
    const passages = [...new Set([...verified, ...sentence.passages])].slice(0, MOST_CITED);
    return { ...sentence, passages };
  });
  return { ...grounding, sentences };
}

function overlaps(a: RankedRange, b: RankedRange): boolean {
  return a.document === b.document && a.start < b.end && b.start < a.end;
}
