// `npm run bench -- questions`: natural questions about whole texts. For every arm: whether the true
// passage is among the first 1, 3, 5 shown, how many characters these have, and whether the answer is
// right. Texts and questions come from files; the arm `words` needs no model.
import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import { EngineError } from "../../engine/errors.ts";
import { BM25 } from "../../engine/words/rank-passages.ts";
import { PASSAGE_CHARACTERS } from "../../engine/words/passage-cuts.ts";
import { bindDocuments } from "../../engine/attention/binding.ts";
import type { BoundModel } from "../../engine/attention/bound-model.ts";
import { DEFAULT_ENGINE } from "../../engine/attention/engine-names.ts";
import { requireEngineName } from "../../engine/attention/engines.ts";
import type { LoadedModel } from "../../engine/transformer/loaded-model.ts";
import { TokenCounter } from "../../engine/transformer/token-counter.ts";
import { Arguments } from "../arguments.ts";
import { readHeads } from "../calibrate.ts";
import { openHeadless } from "../open-headless.ts";
import {
  MODEL_ARMS,
  type ModelArm,
  modelArm,
  READING_ORDERS,
  type ReadingOrder,
} from "./model-arms.ts";
import { excerptAround } from "./question-excerpt.ts";
import { readEncyclopedia, readStories } from "./human-questions.ts";
import { type QuestionArm, wordsArm } from "./question-arms.ts";
import { plantedQuestions } from "./planted-questions.ts";
import { questionRows, type ScoredQuestion, scoreQuestion } from "./question-rows.ts";
import { questionsPage, type QuestionsResult } from "./questions-page.ts";
import { bookText, type QuestionedText, questionedText } from "./questions-text.ts";
import { writeResult } from "./write-result.ts";

/** About 16,000 tokens of the embedded model. */
const PLANTED_CHARACTERS = 40_000;

export async function questions(args: readonly string[]): Promise<void> {
  const names = [
    "book",
    "questions",
    "stories",
    "encyclopedia",
    "planted",
    "from",
    "most",
    "characters",
    "arms",
  ];
  names.push(
    "set",
    "model",
    "device",
    "adapter",
    "engine",
    "passages",
    "order",
    "heads",
    "documents",
    "out",
  );
  const options = new Arguments(args, names, ["verbose", "alone"]);
  const texts = await textsOf(options);
  const wanted = (options.optional("arms") ?? "words").split(",");
  const models = wanted.some(isModelArm) ? await modelsOf(options) : [];
  const arms = wanted.flatMap((name) => armsOf(name, options, models));
  const rows = [];
  for (const arm of arms) {
    const scored: ScoredQuestion[] = [];
    for (const text of texts) {
      scored.push(...(await askAll(arm, text, options)));
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
  await writeResult(options.optional("out"), result, questionsPage);
}

async function askAll(
  arm: QuestionArm,
  questioned: QuestionedText,
  options: Arguments,
): Promise<ScoredQuestion[]> {
  // Without the turns before them follow-ups show what those turns bring.
  const isAlone = options.flag("alone");
  const session = await arm.open(questioned.text);
  const scored: ScoredQuestion[] = [];
  for (const question of questioned.questions) {
    const earlier = question.after && !isAlone ? [question.after] : [];
    const answer = await session.ask(question.question, earlier);
    const score = scoreQuestion(questioned.text, question, answer);
    scored.push(score);
    const { answer: text, isAbsent } = answer;
    if (options.flag("verbose")) {
      process.stderr.write(`${JSON.stringify({ arm: arm.name, ...score, text, isAbsent })}\n`);
    }
  }
  await session.close();
  return scored;
}

async function textsOf(options: Arguments): Promise<readonly QuestionedText[]> {
  const stories = options.optional("stories");
  if (stories !== undefined) return readStories(stories);
  const encyclopedia = options.optional("encyclopedia");
  if (encyclopedia !== undefined) {
    const most = options.integer("most", Number.MAX_SAFE_INTEGER);
    return [await readEncyclopedia(encyclopedia, most, options.integer("from", 0))];
  }
  const file = await readFile(options.text("book"));
  const isPacked = file[0] === 0x1f && file[1] === 0x8b;
  const text = (isPacked ? gunzipSync(file) : file).toString("utf8");
  const planted = options.optional("planted");
  if (planted !== undefined) {
    return plantedQuestions(text, planted, options.integer("characters", PLANTED_CHARACTERS));
  }
  const json = await readFile(options.text("questions"), "utf8");
  const most = options.integer("characters", Number.MAX_SAFE_INTEGER);
  return [excerptAround(questionedText(json, bookText(json, text)), most)];
}

const isModelArm = (name: string): name is ModelArm => MODEL_ARMS.some((one) => one === name);

/** Several where several numbers of passages, or heads, are compared. */
function armsOf(name: string, options: Arguments, models: readonly NamedModel[]): QuestionArm[] {
  const documents = options.integer("documents", 1);
  const settings = options.settings();
  const number = (key: string, fallback: number) => Number(settings[key] ?? fallback);
  const passageCharacters = number("passageCharacters", PASSAGE_CHARACTERS);
  if (isModelArm(name)) {
    const counts = options.optional("passages")?.split(",").map(Number);
    const isCounted = counts && (name === "reread" || name === "unread");
    const order = requireOrder(options.optional("order") ?? "document");
    return models.flatMap(({ heads, model }) => {
      const arms = (isCounted ? counts : [undefined]).map((passages) =>
        modelArm(name, model, { passages, order, passageCharacters }, documents),
      );
      return heads === "" ? arms : arms.map((arm) => ({ ...arm, name: `${arm.name}, ${heads}` }));
    });
  }
  if (name !== "words") {
    const known = ["words", ...MODEL_ARMS].join(", ");
    throw new EngineError("not-found", `Unknown arm "${name}". Known: ${known}.`);
  }
  const bm25 = { k1: number("k1", BM25.k1), b: number("b", BM25.b) };
  return [wordsArm(passageCharacters, bm25, documents)];
}

function requireOrder(name: string): ReadingOrder {
  const order = READING_ORDERS.find((one) => one === name);
  if (order) return order;
  const known = READING_ORDERS.join(", ");
  throw new EngineError("not-found", `Unknown order "${name}". Known: ${known}.`);
}

interface NamedModel {
  /** Whose keys are asked; empty: those of the model's own heads that retrieve. */
  readonly heads: string;
  readonly model: BoundModel;
}

/** One for each `--heads NAME=FILE` and `--heads all`, or the loaded model as it is shipped. */
async function modelsOf(options: Arguments): Promise<NamedModel[]> {
  const engine = requireEngineName(options.optional("engine") ?? DEFAULT_ENGINE);
  const { backend, loaded } = await openHeadless(
    options.optional("model") ?? "default",
    options.optional("device"),
    options.optional("adapter"),
  );
  const counter = new TokenCounter();
  const named = options.all("heads");
  if (named.length === 0) {
    return [
      {
        heads: "",
        model: { backend, loaded, binding: bindDocuments(loaded, engine, {}), counter },
      },
    ];
  }
  return Promise.all(
    named.map(async (one) => {
      const [heads = "", file = ""] = one.split("=");
      const weights = heads === "all" ? allHeads(loaded) : await readHeads(file, loaded);
      return {
        heads,
        model: { backend, loaded, binding: bindDocuments(loaded, engine, {}, weights), counter },
      };
    }),
  );
}

function allHeads({ model }: LoadedModel): number[][] {
  const { layers, kvHeads } = model.config;
  return Array.from({ length: layers }, () => Array.from({ length: kvHeads }, () => 1));
}
