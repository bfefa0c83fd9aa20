// What is offered of a document before anybody has asked: first questions.
import * as v from "valibot";

export interface DocumentOverview {
  /** The document's; null for one in which no questions are made. */
  readonly language: "en" | null;
  /** In its language, by a model that can write one; null where none did. */
  readonly summary: string | null;
  /** In the document's language; the loaded model has answered each of them rightly from the text. */
  readonly questions: readonly string[];
}

const MOST_QUESTIONS = 10;
const LONGEST_SUMMARY = 600;
const MOST_CHARACTERS = 300;

const schema = v.object({
  language: v.nullable(v.literal("en")),
  // Overviews of earlier releases have none.
  summary: v.optional(
    v.nullable(v.pipe(v.string(), v.minLength(1), v.maxLength(LONGEST_SUMMARY))),
    null,
  ),
  questions: v.pipe(
    v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(MOST_CHARACTERS))),
    v.maxLength(MOST_QUESTIONS),
  ),
});

/** Undefined for what is no overview. */
export function parseOverview(value: unknown): DocumentOverview | undefined {
  const result = v.safeParse(schema, value);
  return result.success ? result.output : undefined;
}
