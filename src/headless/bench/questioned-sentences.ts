// Questions about paragraphs as questions about known sentences, for measuring which heads find: the text in
// pieces of whole paragraphs, each with the questions that a single sentence of it answers.
import type { KnownText } from "../../engine/attention/heads/known-sentences.ts";
import { sentencesIn } from "../../engine/evidence/sentences.ts";
import type { QuestionedText } from "./questions-text.ts";

const PARAGRAPH_END = /\n\n/g;

/** Pieces of at least `characters` characters, but for the last. */
export function questionedSentences(
  { text, questions }: QuestionedText,
  characters: number,
): KnownText[] {
  const pieces: KnownText[] = [];
  let begin = 0;
  const ends = [...text.matchAll(PARAGRAPH_END)].map(({ index }) => index);
  for (const end of [...ends, text.length]) {
    if (end - begin < characters && end < text.length) continue;
    const range = { start: begin, end };
    const sentences = sentencesIn(text, range).map(({ start }) => start);
    const asked = questions.flatMap(({ kind, question, evidence }) => {
      const place = kind === "sentence" ? evidence[0]! : undefined;
      if (!place || place.start < begin || place.end > end) return [];
      return [{ question, sentence: sentences.findLastIndex((start) => start <= place.start) }];
    });
    if (asked.length > 0) {
      const starts = sentences.map((start, i) => (i === 0 ? 0 : start - begin));
      pieces.push({ text: text.slice(begin, end), sentences: starts, questions: asked });
    }
    begin = end + 2;
  }
  return pieces;
}
