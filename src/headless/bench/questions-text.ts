// Questions about whole texts: what a file of them holds, and where in the text their evidence stands.
// Evidence is written as exact quotes; one that the text does not hold exactly once is refused.
import * as v from "valibot";
import { EngineError } from "../../engine/errors.ts";
import type { EarlierTurn } from "../../engine/passages/follow-up.ts";

export interface TextRange {
  /** Half-open, UTF-16 units of the text. */
  readonly start: number;
  readonly end: number;
}

export interface TextQuestion {
  readonly kind: string;
  readonly question: string;
  /** Accepted answers; empty for a question that the text does not answer. */
  readonly answers: readonly string[];
  /** Any of them is the place; empty where there is none. */
  readonly evidence: readonly TextRange[];
  /** The turn that the question leans on. */
  readonly after?: EarlierTurn | undefined;
}

/** A text and its questions. */
export interface QuestionedText {
  readonly title: string;
  readonly text: string;
  readonly questions: readonly TextQuestion[];
}

export const QUESTION_KINDS = [
  "shared words",
  "paraphrase",
  "names and numbers",
  "why and how",
  "absent",
] as const;

/** Of files of their own: follow-ups, and German ones whose words stand in the text in another form. */
const OTHER_KINDS = ["follow-up", "inflected forms", "compounds"] as const;

const sentence = v.pipe(v.string(), v.minLength(1));
const schema = v.object({
  title: sentence,
  /** Where the text comes from and under which licence. */
  source: sentence,
  /**
   * How the documents begin that make up the text, where its file holds others too: one behind the other,
   * between lines that hold U+001E alone.
   */
  parts: v.optional(v.array(sentence)),
  questions: v.array(
    v.object({
      kind: v.picklist([...QUESTION_KINDS, ...OTHER_KINDS]),
      question: sentence,
      answers: v.array(sentence),
      evidence: v.array(sentence),
      after: v.optional(v.object({ question: sentence, answer: sentence })),
    }),
  ),
});

const BETWEEN_DOCUMENTS = "\n\u001e\n";

/** The text that the questions are about, of the file that holds it. */
export function bookText(json: string, file: string): string {
  const { parts } = parseQuestions(json);
  if (!parts) return file;
  const documents = file.split(BETWEEN_DOCUMENTS);
  const chosen = parts.map((beginning) => {
    const found = documents.filter((document) => document.startsWith(beginning));
    if (found.length === 1) return found[0]!;
    throw new EngineError(
      "format-invalid",
      `${found.length} documents of the file begin with «${beginning}» instead of one.`,
    );
  });
  return chosen.join("\n\n");
}

/** Throws `format-invalid` for a file of another form, and for a quote that is not once in the text. */
export function questionedText(json: string, text: string): QuestionedText {
  const { title, questions } = parseQuestions(json);
  return {
    title,
    text,
    questions: questions.map(({ evidence, ...question }) => {
      if ((question.kind === "absent") !== (evidence.length === 0)) {
        throw new EngineError("format-invalid", `"${question.question}" needs other evidence.`);
      }
      return { ...question, evidence: evidence.map((quote) => rangeOf(quote, text)) };
    }),
  };
}

export function parseQuestions(json: string): v.InferOutput<typeof schema> {
  const result = v.safeParse(schema, JSON.parse(json));
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new EngineError(
    "format-invalid",
    `The questions cannot be read (${v.getDotPath(issue) ?? "root"}: ${issue.message}).`,
  );
}

function rangeOf(quote: string, text: string): TextRange {
  const start = text.indexOf(quote);
  if (start < 0 || text.includes(quote, start + 1)) {
    const problem = start < 0 ? "does not stand" : "stands more than once";
    throw new EngineError("format-invalid", `«${quote}» ${problem} in the text.`);
  }
  return { start, end: start + quote.length };
}
