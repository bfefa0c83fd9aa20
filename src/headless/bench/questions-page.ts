// The results of natural questions as a page.
import type { QuestionRow } from "./question-rows.ts";
import { shareInterval } from "./share-interval.ts";

export interface QuestionsResult {
  readonly benchmark: "questions";
  readonly command: string;
  readonly date: string;
  readonly title: string;
  readonly characters: number;
  readonly rows: readonly QuestionRow[];
}

export function questionsPage({ command, date, title, characters, rows }: QuestionsResult): string {
  return [
    `# Natural questions: ${title}`,
    "",
    `\`${command}\`, ${date}; ${characters.toLocaleString("en")} characters. Found: a passage among the first 1, 3, 5 overlaps`,
    "the true range; in brackets the 95 % interval at 5. Answer shown: an accepted answer stands in them word for word.",
    "",
    "| arm | kind | n | found @1 | @3 | @5 | answer shown @1, @3, @5 | characters @1, @3, @5 | right | right where found |",
    "| --- | --- | ---: | ---: | ---: | ---: | --- | --- | ---: | ---: |",
    ...rows.map(line),
    "",
  ].join("\n");
}

function line(row: QuestionRow): string {
  const { placed, found, answerShown, right, rightWhenFound } = row;
  const share = (hits: number, of = placed) =>
    of === 0 ? "–" : `${Math.round((100 * hits) / of)} %`;
  const { low, high } = shareInterval(found[2], placed);
  const interval = placed === 0 ? "" : ` (${Math.round(100 * low)}–${Math.round(100 * high)})`;
  const cells = [
    row.arm,
    row.kind,
    row.questions,
    share(found[0]),
    share(found[1]),
    `${share(found[2])}${interval}`,
    answerShown.map((hits) => share(hits)).join(", "),
    row.characters.join(", "),
    right === null ? "–" : share(right, row.questions),
    rightWhenFound === null ? "–" : share(rightWhenFound, found[2]),
  ];
  return `| ${cells.join(" | ")} |`;
}
