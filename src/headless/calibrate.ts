// `calibrate`: measures the head weights of a model and stores them beside it; other commands read them
// from there.
import { readFile, writeFile } from "node:fs/promises";
import type { Backend } from "../../kernels/index.ts";
import {
  askKnownTexts,
  calibrateByCopying,
  weightsByQuestions,
} from "../engine/attention/heads/calibrate-heads.ts";
import {
  HEAD_MEASURES,
  type HeadWeights,
  readHeadWeights,
} from "../engine/attention/heads/head-weights.ts";
import { type KnownText, knownSentences } from "../engine/attention/heads/known-sentences.ts";
import { EngineError } from "../engine/errors.ts";
import type { LoadedModel } from "../engine/transformer/loaded-model.ts";
import { TokenCounter } from "../engine/transformer/token-counter.ts";
import { Arguments } from "./arguments.ts";
import { readEncyclopedia } from "./bench/human-questions.ts";
import { questionedSentences } from "./bench/questioned-sentences.ts";
import { compareHeads } from "./compare-heads.ts";
import { modelPath, openChosen, OPENING_OPTIONS, printJson } from "./open-headless.ts";

const TEXTS = 8;
/** Of a text that is made of paragraphs of an encyclopedia: enough sentences to compete. */
const CHARACTERS = 4000;

export async function calibrate(args: readonly string[]): Promise<void> {
  const names = ["model", "texts", "out", "by", "encyclopedia", "from", "most", "compare"];
  const options = new Arguments(args, [...names, ...OPENING_OPTIONS], []);
  const model = options.optional("model") ?? "nano";
  const by = options.optional("by") ?? "copying";
  if (by !== "copying" && by !== "questions") {
    const known = HEAD_MEASURES.join(", ");
    throw new EngineError("invalid-argument", `--by ${by}: known are ${known}.`);
  }
  const { backend, loaded } = await openChosen(model, options);
  const measured =
    by === "copying"
      ? await measure(backend, loaded, options.integer("texts", TEXTS))
      : await byQuestions(backend, loaded, options);
  await writeFile(options.optional("out") ?? recordPath(model), `${JSON.stringify(measured)}\n`);
  printJson(measured);
}

/** With `--compare NAME=FILE` also what other head weights find of the same questions. */
async function byQuestions(
  backend: Backend,
  loaded: LoadedModel,
  options: Arguments,
): Promise<HeadWeights> {
  const others = await Promise.all(
    options.all("compare").map(async (one) => {
      const [name = "", file = ""] = one.split("=");
      return { name, weights: await readHeads(file, loaded) };
    }),
  );
  const asked = await askKnownTexts(backend, loaded, await knownTexts(options), progress());
  if (others.length > 0) for (const row of compareHeads(loaded, asked, others)) printJson(row);
  return weightsByQuestions(loaded, asked.flat());
}

/** Questions that people asked, where a file of them is given, else synthetic ones. */
async function knownTexts(options: Arguments): Promise<KnownText[]> {
  const file = options.optional("encyclopedia");
  if (file === undefined) return knownSentences(options.integer("texts", TEXTS));
  const from = options.integer("from", 0);
  const most = options.integer("most", Number.MAX_SAFE_INTEGER);
  return questionedSentences(await readEncyclopedia(file, most, from), CHARACTERS);
}

/** A record that `calibrate` wrote, of this model. */
export async function readHeads(
  file: string,
  loaded: LoadedModel,
): Promise<HeadWeights["weights"]> {
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new EngineError("not-found", `Cannot read the head weights ${file}.`, { cause });
  });
  return readHeadWeights(JSON.parse(text), loaded.model).weights;
}

/** From the record beside the model; measured now where there is none, or one of another model. */
export async function headWeightsOf(
  model: string,
  backend: Backend,
  loaded: LoadedModel,
): Promise<HeadWeights["weights"]> {
  const text = await readFile(recordPath(model), "utf8").catch(() => undefined);
  if (text !== undefined) {
    try {
      return readHeadWeights(JSON.parse(text), loaded.model).weights;
    } catch (error) {
      process.stderr.write(`${String(error)} Measuring them again.\n`);
    }
  }
  return (await measure(backend, loaded, TEXTS)).weights;
}

function measure(backend: Backend, loaded: LoadedModel, texts: number): Promise<HeadWeights> {
  return calibrateByCopying(backend, loaded, texts, progress());
}

function progress() {
  const counter = new TokenCounter();
  const onProgress = (done: number, total: number) => {
    process.stderr.write(`\rhead weights: ${done} of ${total} tokens${done === total ? "\n" : ""}`);
  };
  return { counter, onProgress };
}

function recordPath(model: string): string {
  return `${modelPath(model).replace(/\.gguf$|\.json$|\/$/, "")}.heads.json`;
}
