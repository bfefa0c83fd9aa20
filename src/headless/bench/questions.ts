// `npm run bench -- questions`: natural questions about whole texts. For every arm: whether the true
// passage is among the first 1, 3, 5 shown, how many characters these have, and whether the answer is
// right. Texts and questions come from files; the arm `words` needs no model.
import { readFile, writeFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import { EngineError } from "../../engine/errors.ts";
import { BM25 } from "../../engine/words/rank-passages.ts";
import { PASSAGE_CHARACTERS } from "../../engine/words/passage-cuts.ts";
import { Arguments } from "../arguments.ts";
import { printJson } from "../open-headless.ts";
import { readEncyclopedia, readStories } from "./human-questions.ts";
import { type QuestionArm, wordsArm } from "./question-arms.ts";
import { questionRows, type ScoredQuestion, scoreQuestion } from "./question-rows.ts";
import { questionsPage, type QuestionsResult } from "./questions-page.ts";
import { bookText, type QuestionedText, questionedText } from "./questions-text.ts";

export async function questions(args: readonly string[]): Promise<void> {
  const names = ["book", "questions", "stories", "encyclopedia", "most", "arms", "set", "out"];
  const options = new Arguments(args, names, ["verbose"]);
  const texts = await textsOf(options);
  const arms = (options.optional("arms") ?? "words").split(",").map((name) => armOf(name, options));
  const rows = [];
  for (const arm of arms) {
    const scored: ScoredQuestion[] = [];
    for (const text of texts) {
      scored.push(...(await askAll(arm, text)));
    }
    if (options.flag("verbose")) {
      for (const one of scored) process.stderr.write(`${JSON.stringify(one)}\n`);
    }
    rows.push(...questionRows(arm.name, scored));
  }
  const result: QuestionsResult = {
    benchmark: "questions",
    command: `npm run bench -- questions ${args.join(" ")}`.trim(),
    date: new Date().toISOString().slice(0, 10),
    title: texts.length === 1 ? texts[0]!.title : `${texts.length} texts`,
    characters: texts.reduce((sum, { text }) => sum + text.length, 0),
    rows,
  };
  const out = options.optional("out");
  if (out) {
    await writeFile(`${out}.json`, `${JSON.stringify(result, null, 2)}\n`);
    await writeFile(`${out}.md`, questionsPage(result));
  }
  printJson(result);
}

async function askAll(arm: QuestionArm, questioned: QuestionedText): Promise<ScoredQuestion[]> {
  const session = await arm.open(questioned.text);
  const scored: ScoredQuestion[] = [];
  for (const question of questioned.questions) {
    const answer = await session.ask(question.question);
    scored.push(scoreQuestion(questioned.text, question, answer));
  }
  await session.close();
  return scored;
}

async function textsOf(options: Arguments): Promise<readonly QuestionedText[]> {
  const stories = options.optional("stories");
  if (stories !== undefined) return readStories(stories);
  const encyclopedia = options.optional("encyclopedia");
  if (encyclopedia !== undefined) {
    return [await readEncyclopedia(encyclopedia, options.integer("most", Number.MAX_SAFE_INTEGER))];
  }
  const json = await readFile(options.text("questions"), "utf8");
  const file = await readFile(options.text("book"));
  const isPacked = file[0] === 0x1f && file[1] === 0x8b;
  const text = (isPacked ? gunzipSync(file) : file).toString("utf8");
  return [questionedText(json, bookText(json, text))];
}

function armOf(name: string, options: Arguments): QuestionArm {
  if (name !== "words") {
    throw new EngineError("not-found", `Unknown arm "${name}". Known: words.`);
  }
  const settings = options.settings();
  const number = (key: string, fallback: number) => Number(settings[key] ?? fallback);
  const bm25 = { k1: number("k1", BM25.k1), b: number("b", BM25.b) };
  return wordsArm(number("passageCharacters", PASSAGE_CHARACTERS), bm25);
}
