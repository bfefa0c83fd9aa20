// `bench needles`: the tasks of the model's evaluation set, answered by an engine in documents far beyond
// the trained context. Greedy; an answer is exact only if it is the expected one to the last character. With
// `--held`, for models that answer in sentences, also whether it holds the expected one.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { ANSWER_MODES, type AnswerMode, isAnswerMode } from "../../engine/ask/answer-modes.ts";
import { askDocuments } from "../../engine/ask/ask-documents.ts";
import type { BoundModel } from "../../engine/attention/bound-model.ts";
import { DEFAULT_ENGINE } from "../../engine/attention/engine-names.ts";
import { requireEngineName } from "../../engine/attention/engines.ts";
import { bindDocuments } from "../../engine/attention/binding.ts";
import { TokenCounter } from "../../engine/transformer/token-counter.ts";
import { parameterOverrides } from "../../engine/attention/parameters.ts";
import { EngineError } from "../../engine/errors.ts";
import { Arguments } from "../arguments.ts";
import { openHeadless, PUBLIC, ROOT } from "../open-headless.ts";
import { readDocument, type ReadDocument } from "../read-document.ts";
import { mean, needleTokens, share } from "./ask-needles.ts";
import { taskDocument, type TaskFile, type TaskQuestion } from "./needle-tasks.ts";
import { holdsAnswer } from "./holds-answer.ts";
import { type NeedlesResult, needlesPage, type NeedlesRow } from "./needles-page.ts";
import { writeResult } from "./write-result.ts";
import { GREEDY } from "../../engine/attention/sampler.ts";

const TASKS = path.join(ROOT, "src/headless/bench/needle-tasks.json");
const OPTIONS = [
  ...["model", "device", "adapter", "lengths", "documents", "engines", "answer-mode"],
  ...["set", "out"],
];
/** Longer than every sentence that is asked for. */
const ANSWER_TOKENS = 96;

interface Asked extends TaskQuestion {
  readonly isExact: boolean;
  /** What the text does not tell is right when the answer says so in any words. */
  readonly isHeld: boolean;
  /** Share of the evidence's tokens in the attended set, mean over layers and decode steps; none where passages are read again. */
  readonly recall: number | undefined;
  /** A passage shown overlaps the evidence. */
  readonly isShown: boolean | undefined;
}

export async function needles(args: readonly string[]): Promise<void> {
  const options = new Arguments(args, OPTIONS, ["verbose", "held"]);
  const tasks = JSON.parse(await readFile(TASKS, "utf8")) as TaskFile;
  const book = await readFile(path.join(PUBLIC, "sample", tasks.book), "utf8");
  const known = tasks.lengths.map(({ tokens }) => tokens).join(",");
  const lengths = (options.optional("lengths") ?? known).split(",").map(Number);
  const engines = (options.optional("engines") ?? DEFAULT_ENGINE).split(",").map(requireEngineName);
  const documents = options.integer("documents", Number.MAX_SAFE_INTEGER);
  const answerMode = options.optional("answer-mode") ?? "recalled";
  if (!isAnswerMode(answerMode)) {
    const modes = ANSWER_MODES.join(", ");
    throw new EngineError("invalid-argument", `--answer-mode ${answerMode}: known are ${modes}.`);
  }
  const { backend, loaded, report } = await openHeadless(
    options.optional("model") ?? "nano",
    options.optional("device"),
    options.optional("adapter"),
  );
  const overrides = parameterOverrides(options.settings());
  const rows: NeedlesRow[] = [];
  for (const engine of engines) {
    const binding = bindDocuments(loaded, engine, overrides);
    for (const { tokens, documents: stretches } of tasks.lengths) {
      if (!lengths.includes(tokens)) continue;
      const asked: Asked[] = [];
      const read: number[] = [];
      for (const [i, stretch] of stretches.slice(0, documents).entries()) {
        const { text, questions } = taskDocument(book, stretch);
        const model = { backend, loaded, binding, counter: new TokenCounter() };
        const document = await readDocument(model, { title: "haystack", text });
        read.push(document.document.tokenStarts.length);
        for (const question of questions) {
          const group = `${i} ${question.group}`;
          asked.push({ ...(await ask(document, model, question, answerMode)), group });
          if (options.flag("verbose")) process.stderr.write(`${JSON.stringify(asked.at(-1))}\n`);
        }
        document.session.destroy();
      }
      const made = rowsOf(engine, tokens, Math.round(mean(read)), asked, options.flag("held"));
      for (const row of made) process.stderr.write(`${JSON.stringify(row)}\n`);
      rows.push(...made);
    }
  }
  const result: NeedlesResult = {
    benchmark: "needles",
    command: `npm run bench -- needles ${args.join(" ")}`.trim(),
    date: new Date().toISOString().slice(0, 10),
    model: loaded.model.config.name,
    trainedTokens: loaded.model.config.contextLength,
    adapter: report.adapter,
    book: tasks.book,
    seed: tasks.seed,
    rows,
  };
  await writeResult(options.optional("out"), result, needlesPage);
}

async function ask(
  { session, document }: ReadDocument,
  model: BoundModel,
  question: TaskQuestion,
  answerMode: AnswerMode,
): Promise<Asked> {
  const { evidence } = question;
  const { binding } = model;
  const prefix = binding.prompt.prefixIds.length;
  const tokens = evidence && needleTokens(document.tokenStarts, evidence, prefix);
  const shares: number[] = [];
  const asked = { session, documents: [document] };
  const answer = await askDocuments(model, asked, {
    question: question.question,
    answerMode,
    history: [],
    maxTokens: ANSWER_TOKENS,
    sampling: GREEDY,
    signal: undefined,
    onText: () => undefined,
    onChoice: ({ used }) => {
      if (tokens) shares.push(share(used, tokens, binding.parameters.nSink));
    },
    now: () => performance.now(),
  });
  return {
    ...question,
    isExact: answer.text.trim() === question.answer,
    isHeld: evidence
      ? holdsAnswer(answer.text, [question.answer])
      : answer.grounding.state === "absent",
    // Without a decode step nothing was chosen: the answer was empty.
    recall: tokens && answer.mode === "recalled" ? mean(shares) : undefined,
    isShown:
      evidence &&
      answer.evidence.some(({ start, end }) => start < evidence.end && end > evidence.start),
  };
}

function rowsOf(
  engine: string,
  length: number,
  tokens: number,
  asked: readonly Asked[],
  isHeldCounted: boolean,
): NeedlesRow[] {
  const tasks = [...new Set(asked.map(({ task }) => task))];
  return tasks.map((task) => {
    const own = asked.filter((one) => one.task === task);
    const groups = [...new Set(own.map(({ group }) => group))].map((group) =>
      own.filter((one) => one.group === group).every(({ isExact }) => isExact),
    );
    const placed = own.filter(({ evidence }) => evidence);
    const recalls = placed.flatMap(({ recall }) => recall ?? []);
    return {
      engine,
      length,
      tokens,
      task,
      questions: own.length,
      exact: own.filter(({ isExact }) => isExact).length,
      held: isHeldCounted ? own.filter(({ isHeld }) => isHeld).length : null,
      groups: groups.length,
      wholeGroups: groups.filter(Boolean).length,
      evidenceRecall: recalls.length > 0 ? mean(recalls) : null,
      evidenceShown: placed.length > 0 ? mean(placed.map(({ isShown }) => Number(isShown))) : null,
    };
  });
}
