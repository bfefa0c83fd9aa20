import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { taskDocument, type TaskFile } from "./needle-tasks.ts";
import { needlesPage } from "./needles-page.ts";

const tasks = JSON.parse(readFileSync("src/headless/bench/needle-tasks.json", "utf8")) as TaskFile;
const book = readFileSync(`public/sample/${tasks.book}`, "utf8");

test("evidence holds the answer, stands once in the document, and nothing of the book is lost", () => {
  for (const { documents } of tasks.lengths) {
    for (const stretch of documents) {
      const { text, questions } = taskDocument(book, stretch);
      for (const { task, answer, evidence } of questions) {
        if (task === "absent") {
          expect(evidence).toBeUndefined();
          continue;
        }
        const found = text.slice(evidence!.start, evidence!.end);
        // A value that begins its sentence has a capital there.
        expect(found.toLowerCase()).toContain(answer.toLowerCase());
        expect(text.split(found)).toHaveLength(2);
      }
      let bare = text;
      for (const [, words] of stretch.statements) bare = bare.replace(` ${words}`, "");
      expect(bare).toBe(book.slice(stretch.begin, stretch.end));
    }
  }
});

test("every length has every task, and as many questions", () => {
  const counts = tasks.lengths.map(({ documents }) => {
    const all = documents.flatMap(({ questions }) => questions.map(({ task }) => task));
    return Object.fromEntries([...new Set(all)].map((t) => [t, all.filter((x) => x === t).length]));
  });
  expect(Object.keys(counts[0]!)).toHaveLength(6);
  for (const count of counts) expect(count).toEqual(counts[0]);
});

test("the page says shares, intervals and sets", () => {
  const row = { engine: "ltri", length: 4000, tokens: 4010, task: "4 needles" };
  const pageOf = (held: number | null) =>
    needlesPage({
      ...{ benchmark: "needles", command: "c", date: "d", model: "m", trainedTokens: 1024 },
      ...{ adapter: "a", book: "b", seed: 1 },
      rows: [
        {
          ...row,
          ...{ questions: 8, exact: 4, held, groups: 2, wholeGroups: 1 },
          ...{ evidenceRecall: 0.987, evidenceShown: null },
        },
      ],
    });
  expect(pageOf(null)).toContain(
    "| 4 needles, one question each | 4000 | 4010 | 50 % [22–78]; all of a set right: 1 of 2 | 8 | 99 % |  |",
  );
  // Counted beside it, never instead of it.
  expect(pageOf(7)).toContain(
    "| 50 % [22–78]; all of a set right: 1 of 2 | 88 % [53–98] | 8 | 99 % |  |",
  );
});
