// Questions that people asked, as questions about whole texts: stories with their reading questions, one
// text a story; search-engine questions with the paragraph that answers, one text of all paragraphs.
import { gunzipSync } from "node:zlib";
import { readFile } from "node:fs/promises";
import * as v from "valibot";
import type { QuestionedText, TextQuestion, TextRange } from "./questions-text.ts";

const stories = v.object({
  stories: v.record(v.string(), v.array(v.string())),
  questions: v.array(
    v.object({
      story: v.string(),
      sections: v.array(v.number()), // from 1
      question: v.string(),
      answers: v.array(v.string()),
      explicit: v.boolean(),
    }),
  ),
});

const paragraph = v.object({
  passage: v.string(),
  question: v.string(),
  answers: v.array(v.string()),
  sentence: v.nullable(v.string()),
});

const BETWEEN = "\n\n";

/** FairytaleQA. Evidence is the section; `explicit` answers stand in the text as they are. */
export async function readStories(file: string): Promise<QuestionedText[]> {
  const data = v.parse(stories, JSON.parse(gunzipSync(await readFile(file)).toString("utf8")));
  return Object.entries(data.stories).map(([title, sections]) => {
    const places = joined(sections);
    const questions = data.questions
      .filter(({ story }) => story === title)
      .map(({ question, answers, explicit, sections: numbers }) => ({
        kind: explicit ? "explicit" : "implicit",
        question,
        answers,
        evidence: numbers.map((number) => places[number - 1]!),
      }));
    return { title, text: sections.join(BETWEEN), questions };
  });
}

/**
 * QED: all paragraphs as one text. Evidence is the sentence that supports the answer; where people saw no
 * single one, the paragraph. `most` questions, without the first `from`.
 */
export async function readEncyclopedia(
  file: string,
  most = Infinity,
  from = 0,
): Promise<QuestionedText> {
  const lines = gunzipSync(await readFile(file))
    .toString("utf8")
    .trim()
    .split("\n");
  const rows = lines.slice(from, from + most).map((line) => v.parse(paragraph, JSON.parse(line)));
  const passages = [...new Set(rows.map(({ passage }) => normalSpacing(passage)))];
  const places = joined(passages);
  const questions = rows.map((row): TextQuestion => {
    const passage = normalSpacing(row.passage);
    const place = places[passages.indexOf(passage)]!;
    const at = row.sentence === null ? -1 : passage.indexOf(normalSpacing(row.sentence));
    const answers = row.answers.map(normalSpacing);
    const { question } = row;
    if (at < 0) return { kind: "paragraph", question, answers, evidence: [place] };
    const start = place.start + at;
    const evidence = [{ start, end: start + normalSpacing(row.sentence!).length }];
    return { kind: "sentence", question, answers, evidence };
  });
  return { title: "Encyclopedia", text: passages.join(BETWEEN), questions };
}

function joined(parts: readonly string[]): TextRange[] {
  let at = 0;
  return parts.map((part) => {
    const start = at;
    at += part.length + BETWEEN.length;
    return { start, end: start + part.length };
  });
}

/** Takes back the spaces that were put around punctuation. */
export function normalSpacing(text: string): string {
  return text
    .replace(/`` /g, "“")
    .replace(/ ''/g, "”")
    .replace(/ -- /g, "–")
    .replace(/(?<=\w) - (?=\w)/g, "-")
    .replace(/ (?=[,.;:!?%)\]]|n't\b|'(?:s|re|ve|ll|d|m)?\b)/g, "")
    .replace(/(?<=[([$£€]) /g, "")
    .trim();
}
