// A shorter text for the same questions: what stands around each evidence, in the order of the book. For models
// whose reading of a whole book takes hours here. Easier than the book: everything far from an answer is left out.
import type { QuestionedText, TextRange } from "./questions-text.ts";

const BETWEEN = "\n\n";

/** About `characters` of the text; all of it where it has no more. */
export function excerptAround(questioned: QuestionedText, characters: number): QuestionedText {
  const { text, questions } = questioned;
  if (text.length <= characters) return questioned;
  const places = questions.flatMap(({ evidence }) => evidence);
  const margin = Math.floor(characters / Math.max(1, places.length) / 2);
  const kept: TextRange[] = [];
  for (const { start, end } of [...places].sort((a, b) => a.start - b.start)) {
    const range = { start: Math.max(0, start - margin), end: Math.min(text.length, end + margin) };
    const last = kept.at(-1);
    if (last && range.start <= last.end) {
      kept[kept.length - 1] = { start: last.start, end: Math.max(last.end, range.end) };
    } else kept.push(range);
  }
  const begins: number[] = [];
  let excerpt = "";
  for (const { start, end } of kept) {
    begins.push(excerpt.length);
    excerpt += text.slice(start, end) + BETWEEN;
  }
  const moved = (range: TextRange): TextRange => {
    const part = kept.findIndex(({ start, end }) => range.start >= start && range.end <= end);
    const shift = begins[part]! - kept[part]!.start;
    return { start: range.start + shift, end: range.end + shift };
  };
  return {
    ...questioned,
    text: excerpt,
    questions: questions.map((one) => ({ ...one, evidence: one.evidence.map(moved) })),
  };
}
