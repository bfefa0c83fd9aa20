import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { normalSpacing } from "./human-questions.ts";
import { wordsArm } from "./question-arms.ts";
import { inDocuments } from "./question-documents.ts";
import { plantedQuestions } from "./planted-questions.ts";
import { questionRows, scoreQuestion } from "./question-rows.ts";
import { questionsPage } from "./questions-page.ts";
import { bookText, parseQuestions, questionedText, QUESTION_KINDS } from "./questions-text.ts";

const FOLDER = "src/headless/bench/question-sets";
const book =
  "The barge left at dawn. Her captain was Tobias Merrow.\n\n" +
  "The lighthouse burnt down in 1871, for the keeper slept.\n\n".padEnd(
    900,
    "Rain fell on the sea. ",
  );
const set = (questions: readonly object[], more: object = {}) =>
  JSON.stringify({ title: "Barge", source: "made up", questions, ...more });
const captain = {
  kind: "names and numbers",
  question: "Who was the captain of the barge?",
  answers: ["Tobias Merrow"],
  evidence: ["Her captain was Tobias Merrow."],
};
const light = {
  kind: "names and numbers",
  question: "When did the lighthouse burn down?",
  answers: ["1871"],
  evidence: ["The lighthouse burnt down in 1871"],
};
const absent = { kind: "absent", question: "Who owned the inn?", answers: [], evidence: [] };

describe("the question sets", () => {
  const files = readdirSync(FOLDER);

  test("are three", () => expect(files).toHaveLength(3));

  test.each(files)(
    "%s has forty questions of all kinds, each with evidence and answers, or absent",
    (file) => {
      const { questions, source } = parseQuestions(readFileSync(`${FOLDER}/${file}`, "utf8"));
      expect(source).toMatch(/public domain/);
      expect(questions).toHaveLength(40);
      expect(new Set(questions.map(({ question }) => question)).size).toBe(40);
      for (const kind of QUESTION_KINDS) {
        expect(questions.filter((one) => one.kind === kind).length).toBeGreaterThanOrEqual(6);
      }
      for (const { kind, answers, evidence } of questions) {
        expect(answers.length > 0).toBe(kind !== "absent");
        expect(evidence.length > 0).toBe(kind !== "absent");
      }
    },
  );
});

describe("the German sets", () => {
  const folder = "src/headless/bench/german-sets";
  test.each([
    ["debian-packages.json", 46, 4],
    ["debian-handbook.json", 20, 2],
  ])("%s names text and licence; all but absent questions have evidence", (file, all, absent) => {
    const { questions, source } = parseQuestions(readFileSync(`${folder}/${file}`, "utf8"));
    expect(source).toMatch(/CC BY-SA/);
    expect(new Set(questions.map(({ question }) => question)).size).toBe(all);
    expect(questions.filter(({ kind }) => kind === "absent")).toHaveLength(absent);
    for (const { kind, answers, evidence } of questions) {
      expect(answers.length > 0).toBe(kind !== "absent");
      expect(evidence.length > 0).toBe(kind !== "absent");
    }
  });
});

describe("a question file", () => {
  test("gives the exact range of each quote", () => {
    const { questions } = questionedText(set([captain, absent]), book);
    const [range] = questions[0]!.evidence;
    expect(book.slice(range!.start, range!.end)).toBe(captain.evidence[0]);
    expect(questions[1]!.evidence).toEqual([]);
  });

  test.each([
    ["a quote that is not in the text", [{ ...captain, evidence: ["Her captain was Peter."] }]],
    ["a quote that stands twice", [{ ...captain, evidence: ["Rain fell on the sea."] }]],
    ["an absent question with evidence", [{ ...absent, evidence: ["The barge left"] }]],
    ["a question without evidence", [{ ...captain, evidence: [] }]],
    ["an unknown kind", [{ ...captain, kind: "riddle" }]],
  ])("is refused for %s", (_, questions) => {
    expect(() => questionedText(set(questions), book)).toThrow(
      expect.objectContaining({ code: "format-invalid" }),
    );
  });

  test("may name the documents of a collection that make up its text", () => {
    const file = "First one.\nMore.\n\u001e\nOther.\n\u001e\nSecond one.";
    expect(bookText(set([], { parts: ["Second", "First"] }), file)).toBe(
      "Second one.\n\nFirst one.\nMore.",
    );
    expect(() => bookText(set([], { parts: ["Third"] }), file)).toThrow("0 documents");
  });
});

describe("scores", () => {
  const [captainQuestion, absentQuestion] = questionedText(set([captain, absent]), book).questions;
  const range = captainQuestion!.evidence[0]!;
  const elsewhere = { start: 200, end: 300 };

  test("count the place of the first true passage and of the first that holds the answer", () => {
    const passages = [elsewhere, range, { start: 0, end: 10 }];
    const scored = scoreQuestion(book, captainQuestion!, { passages });
    expect(scored).toMatchObject({ rank: 2, answerRank: 2, isRight: null });
    expect(scored.characters).toEqual([100, 140, 140]);
    expect(scoreQuestion(book, captainQuestion!, { passages: [elsewhere] }).rank).toBe(0);
  });

  test.each([
    ["It was Tobias  MERROW.", false, true],
    ["Tobias Merrows", false, false],
    ["Tobias Merrow", true, false],
  ])("an answer %j said to be absent %j is right: %j", (answer, isAbsent, isRight) => {
    const scored = scoreQuestion(book, captainQuestion!, { passages: [], answer, isAbsent });
    expect(scored.isRight).toBe(isRight);
  });

  test("what the text does not tell is right when that is said, and has no place", () => {
    const answer = { passages: [elsewhere], answer: "Not in the text.", isAbsent: true };
    expect(scoreQuestion(book, absentQuestion!, answer)).toMatchObject({
      rank: null,
      isRight: true,
    });
    const unclaimed = { ...answer, answer: "Peter", isAbsent: false, isClaimed: false };
    expect(scoreQuestion(book, absentQuestion!, unclaimed).isRight).toBe(true);
    const wrong = { ...answer, answer: "Peter", isAbsent: false };
    expect(scoreQuestion(book, absentQuestion!, wrong).isRight).toBe(false);
  });

  test("become rows by kind and over all, and a page", async () => {
    const session = await wordsArm().open(book);
    const scored = await Promise.all(
      [captainQuestion!, absentQuestion!].map(async (one) =>
        scoreQuestion(book, one, await session.ask(one.question, [])),
      ),
    );
    const rows = questionRows("words", scored);
    expect(rows.map(({ kind }) => kind)).toEqual(["names and numbers", "absent", "all"]);
    expect(rows.at(-1)).toMatchObject({ questions: 2, placed: 1, found: [1, 1, 1], right: null });
    const page = questionsPage({
      benchmark: "questions",
      command: "npm run bench -- questions",
      date: "2026-01-01",
      title: "Barge",
      characters: book.length,
      rows,
    });
    expect(page).toContain("| words | all | 2 | 100 % | 100 % | 100 % (21–100) |");
  });
});

test.each([
  ["He said , `` No , '' and left ( it 's 98 % ) .", "He said, “No,” and left (it's 98%)."],
  ["Goeppert - Mayer ( 1963 ) did n't", "Goeppert-Mayer (1963) didn't"],
  ["from 1940 -- 1942 .", "from 1940–1942."],
])("spacing of %j", (given, expected) => {
  expect(normalSpacing(given)).toBe(expected);
});

describe("a text in several documents", () => {
  test("keeps every character once, and parts end behind a blank line", () => {
    const text = Array.from({ length: 40 }, (_, i) => `Paragraph ${i}.`.padEnd(30 + i, " x")).join(
      "\n\n",
    );
    const parts = inDocuments(text, 7);
    expect(parts).toHaveLength(7);
    expect(parts.map((part) => part.text).join("")).toBe(text);
    for (const { text: part, start } of parts) {
      expect(text.startsWith(part, start)).toBe(true);
      expect(part).toMatch(/^Paragraph/);
    }
    expect(inDocuments("One line.", 7)).toEqual([{ text: "One line.", start: 0 }]);
  });

  test("is searched as one, and ranges are those of the whole", async () => {
    const { questions } = questionedText(set([captain, light]), book);
    const session = await wordsArm(undefined, undefined, 2).open(book);
    for (const { question, evidence } of questions) {
      const { passages } = await session.ask(question, []);
      expect(passages[0]!.start).toBeLessThanOrEqual(evidence[0]!.start);
      expect(passages[0]!.end).toBeGreaterThanOrEqual(evidence[0]!.end);
    }
  });
});

describe("planted facts", () => {
  const hay = "The barge left at dawn, and nobody saw it go. ".repeat(200);

  test("stand where their evidence says, and are found in one document and in ten", async () => {
    const [planted] = plantedQuestions(hay, "12x1", 6000);
    expect(planted!.questions).toHaveLength(12);
    for (const documents of [1, 10]) {
      const session = await wordsArm(undefined, undefined, documents).open(planted!.text);
      for (const question of planted!.questions) {
        const [{ start, end }] = question.evidence as [{ start: number; end: number }];
        expect(planted!.text.slice(start, end)).toContain(question.answers[0]);
        const scored = scoreQuestion(
          planted!.text,
          question,
          await session.ask(question.question, []),
        );
        expect(scored.rank).toBe(1);
      }
    }
  });

  test("are refused in another form", () => {
    expect(() => plantedQuestions(hay, "12", 6000)).toThrow("FACTSxTEXTS");
  });
});

describe("follow-ups", () => {
  const folder = "src/headless/bench/follow-up-sets";

  test("are at least thirty, each after a turn and with evidence", () => {
    const all = readdirSync(folder).flatMap(
      (file) => parseQuestions(readFileSync(`${folder}/${file}`, "utf8")).questions,
    );
    expect(all.length).toBeGreaterThanOrEqual(30);
    for (const { kind, after, answers, evidence } of all) {
      expect(kind).toBe("follow-up");
      expect(after?.answer).not.toBe(undefined);
      expect(answers.length).toBeGreaterThan(0);
      expect(evidence).toHaveLength(1);
    }
  });

  test("are searched with the words of the turn before", async () => {
    const long = `${book}\n\n${"He had a dog, and so had his neighbour. ".repeat(40)}`;
    const session = await wordsArm().open(long);
    const earlier = [{ question: captain.question, answer: "Tobias Merrow." }];
    const { passages } = await session.ask("What else had he?", earlier);
    expect(passages.some(({ start, end }) => long.slice(start, end).includes("Merrow"))).toBe(true);
    const alone = await session.ask("What else had he?", []);
    expect(alone.passages.some(({ start, end }) => long.slice(start, end).includes("Merrow"))).toBe(
      false,
    );
  });
});
