// Questions over many short documents for RULER's two reading tasks: SQuAD 2.0 (qa_1) and HotpotQA
// (qa_2), as a user brings their development sets. Nothing of them ships.
import * as v from "valibot";
import { check, json, utf8Text } from "../data-files.ts";

export interface QuestionSet {
  readonly documents: readonly string[];
  readonly questions: readonly DocumentQuestion[];
}

export interface DocumentQuestion {
  readonly question: string;
  readonly answers: readonly string[];
  /** Indices of documents that hold the answer. */
  readonly documents: readonly number[];
  /** Indices of related documents, the first choice for distraction. */
  readonly related: readonly number[];
}

const FILES = { "dev-v2.0.json": "qa_1", "hotpot_dev_distractor_v1.json": "qa_2" } as const;
type QuestionFileName = keyof typeof FILES;

export function isQuestionFileName(name: string): name is QuestionFileName {
  return Object.hasOwn(FILES, name);
}

/** @throws EngineError `format-invalid`, `too-large` */
export function parseQuestionSet(
  name: QuestionFileName,
  bytes: Uint8Array,
): { readonly task: "qa_1" | "qa_2"; readonly set: QuestionSet } {
  const task = FILES[name];
  const value = json(name, utf8Text(name, bytes));
  const set = task === "qa_1" ? fromSquad(name, value) : fromHotpot(name, value);
  check(name, v.pipe(v.array(v.unknown()), v.minLength(1, "no answerable question")), [
    ...set.questions,
  ]);
  return { task, set };
}

const text = v.pipe(v.string(), v.maxLength(200_000));

const Squad = v.object({
  data: v.array(
    v.object({
      paragraphs: v.array(
        v.object({
          context: text,
          qas: v.array(
            v.object({
              question: text,
              is_impossible: v.boolean(),
              answers: v.array(v.object({ text })),
            }),
          ),
        }),
      ),
    }),
  ),
});

const Hotpot = v.array(
  v.object({
    question: text,
    answer: text,
    context: v.array(v.tuple([text, v.array(text)])),
  }),
);

function fromSquad(name: string, value: unknown): QuestionSet {
  const { data } = check(name, Squad, value);
  const documents = sortedUnique(
    data.flatMap(({ paragraphs }) => paragraphs.map(({ context }) => context)),
  );
  const index = indexOf(documents);
  const questions = data.flatMap(({ paragraphs }) => {
    const article = [...new Set(paragraphs.map(({ context }) => index.get(context)!))];
    return paragraphs.flatMap(({ context, qas }) => {
      const own = index.get(context)!;
      const related = article.filter((other) => other !== own);
      return qas
        .filter((qa) => !qa.is_impossible && qa.answers.length > 0)
        .map((qa) => ({
          question: qa.question,
          answers: [...new Set(qa.answers.map((answer) => answer.text))],
          documents: [own],
          related,
        }));
    });
  });
  return { documents, questions };
}

function fromHotpot(name: string, value: unknown): QuestionSet {
  const rows = check(name, Hotpot, value);
  const document = ([title, sentences]: readonly [string, readonly string[]]) =>
    `${title}\n${sentences.join("")}`;
  const documents = sortedUnique(rows.flatMap(({ context }) => context.map(document)));
  const index = indexOf(documents);
  const questions = rows.map(({ question, answer, context }) => ({
    question,
    answers: [answer],
    documents: [...new Set(context.map((part) => index.get(document(part))!))],
    related: [],
  }));
  return { documents, questions };
}

/** By code unit, as sorting differs between locales. */
function sortedUnique(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

const indexOf = (texts: readonly string[]) => new Map(texts.map((one, i) => [one, i]));
