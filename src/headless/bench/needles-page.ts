// The result of `bench needles` as a page for people.
import { shareInterval } from "./share-interval.ts";

export interface NeedlesRow {
  readonly engine: string;
  /** Asked for, and read on average. */
  readonly length: number;
  readonly tokens: number;
  readonly task: string;
  readonly questions: number;
  readonly exact: number;
  /** Answers that hold the expected one, or say in any words that the text does not tell; null: not counted. */
  readonly held: number | null;
  /** Sets of questions that belong together, and those that are right as a whole. */
  readonly groups: number;
  readonly wholeGroups: number;
  /** Null where the text has no answer. */
  readonly evidenceRecall: number | null;
  readonly evidenceShown: number | null;
}

export interface NeedlesResult {
  readonly benchmark: "needles";
  readonly command: string;
  readonly date: string;
  readonly model: string;
  readonly trainedTokens: number;
  readonly adapter: string;
  readonly book: string;
  readonly seed: number;
  readonly rows: readonly NeedlesRow[];
}

const TITLES: Readonly<Record<string, string>> = {
  needle: "single needle, exact value",
  "4 needles": "4 needles, one question each",
  "8 distractors": "needle among 8 near-duplicates",
  absent: "says that it is not in the text",
  quote: "quote the sentence, natural book",
  cloze: "one missing word, natural book",
};

export function needlesPage(result: NeedlesResult): string {
  const lines = [
    `# bench needles: ${result.model}`,
    "",
    "The tasks of the model's evaluation set, in wordings that training never saw, asked of documents beyond the",
    `${result.trainedTokens} tokens it was trained on. Greedy, exact match of the whole answer, 95 % intervals in brackets. Recall: share`,
    "of the evidence's tokens in the attended set, mean over layers and decode steps. A document holds the planted statements of",
    "all tasks: a question has 34 (4,000 tokens) or 102 of them around its own, where the evaluation set has none or its group.",
    "",
    `- Command: \`${result.command}\``,
    `- ${result.date}; ${result.adapter}`,
    `- ${result.book}, seed ${result.seed} (\`training/inkspan_train/long_documents.py\`)`,
  ];
  const isHeld = result.rows.some(({ held }) => held !== null);
  if (isHeld) {
    lines.push(
      "- Holds the answer: the expected one stands in it word for word; where the text has none, the answer says so.",
    );
  }
  const engines = [...new Set(result.rows.map(({ engine }) => engine))];
  for (const engine of engines) {
    lines.push(
      "",
      `## ${engine}`,
      "",
      `| task | length | tokens read | exact answers |${isHeld ? " holds the answer |" : ""} questions | evidence recall | passage shown |`,
      `| --- | ---: | ---: | ---: |${isHeld ? " ---: |" : ""} ---: | ---: | ---: |`,
      ...result.rows.filter((row) => row.engine === engine).map(line),
    );
  }
  return `${lines.join("\n")}\n`;
}

function line(row: NeedlesRow): string {
  const whole =
    row.groups < row.questions ? `; all of a set right: ${row.wholeGroups} of ${row.groups}` : "";
  const cells = [
    TITLES[row.task] ?? row.task,
    row.length,
    row.tokens,
    `${share(row.exact, row.questions)}${whole}`,
    ...(row.held === null ? [] : [share(row.held, row.questions)]),
    row.questions,
    row.evidenceRecall === null ? "" : `${percent(row.evidenceRecall)} %`,
    row.evidenceShown === null ? "" : `${percent(row.evidenceShown)} %`,
  ];
  return `| ${cells.join(" | ")} |`;
}

function share(right: number, questions: number): string {
  const { low, high } = shareInterval(right, questions);
  return `${percent(right / questions)} % [${percent(low)}–${percent(high)}]`;
}

const percent = (share: number) => (100 * share).toFixed(0);
