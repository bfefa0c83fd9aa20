// `calibrate`: measures the head weights of a model and stores them beside it; other commands read them
// from there.
import { readFile, writeFile } from "node:fs/promises";
import type { Backend } from "../../kernels/index.ts";
import { calibrateHeads } from "../engine/attention/heads/calibrate-heads.ts";
import { type HeadWeights, readHeadWeights } from "../engine/attention/heads/head-weights.ts";
import type { LoadedModel } from "../engine/transformer/loaded-model.ts";
import { TokenCounter } from "../engine/transformer/token-counter.ts";
import { Arguments } from "./arguments.ts";
import { modelPath, openHeadless, printJson } from "./open-headless.ts";

const TEXTS = 8;

export async function calibrate(args: readonly string[]): Promise<void> {
  const options = new Arguments(args, ["model", "texts", "out", "device"], []);
  const model = options.optional("model") ?? "nano";
  const { backend, loaded } = await openHeadless(model, options.optional("device"));
  const measured = await measure(backend, loaded, options.integer("texts", TEXTS));
  await writeFile(options.optional("out") ?? recordPath(model), `${JSON.stringify(measured)}\n`);
  printJson(measured);
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
  const counter = new TokenCounter();
  const onProgress = (done: number, total: number) => {
    process.stderr.write(`\rhead weights: ${done} of ${total} tokens${done === total ? "\n" : ""}`);
  };
  return calibrateHeads(backend, loaded, { texts, counter, onProgress });
}

function recordPath(model: string): string {
  return `${modelPath(model).replace(/\.gguf$|\.json$|\/$/, "")}.heads.json`;
}
