// `bench depth`: what reading would cost that stops at a layer, beside the whole model: processor seconds, in turns. The
// cut model's reading tells nothing and is thrown away; only its time counts.
import { readFileSync } from "node:fs";
import path from "node:path";
import type { Backend } from "../../../kernels/index.ts";
import { bindDocuments } from "../../engine/attention/binding.ts";
import type { EngineName } from "../../engine/attention/engine-names.ts";
import { EngineError } from "../../engine/errors.ts";
import type { LoadedModel } from "../../engine/transformer/loaded-model.ts";
import { TokenCounter } from "../../engine/transformer/token-counter.ts";
import { Transformer } from "../../engine/transformer/transformer.ts";
import { Arguments } from "../arguments.ts";
import { openHeadless, printJson, PUBLIC } from "../open-headless.ts";
import { readDocument } from "../read-document.ts";
import { clocks } from "./clocks.ts";

const CHARACTERS_PER_TOKEN = 4;

export async function depth(args: readonly string[]): Promise<void> {
  const options = new Arguments(args, ["model", "layers", "tokens", "rounds"], []);
  const { backend, loaded } = await openHeadless(options.optional("model") ?? "default", "cpu");
  const { layers: all } = loaded.model.config;
  const layers = options.integer("layers", all);
  if (layers < 1 || layers > all) {
    throw new EngineError("invalid-argument", `--layers is 1 to ${all} for this model.`);
  }
  const book = readFileSync(path.join(PUBLIC, "sample/treasure-island.txt"), "utf8");
  const text = book.slice(0, options.integer("tokens", 2048) * CHARACTERS_PER_TOKEN);
  const cut = firstLayers(backend, loaded, layers);
  // `streaming` finds no spans: the least that a reading does.
  const arms: readonly [string, LoadedModel, EngineName][] = [
    ["ltri", loaded, "ltri"],
    ["streaming", loaded, "streaming"],
    [`ltri, ${layers} layers`, cut, "ltri"],
    [`streaming, ${layers} layers`, cut, "streaming"],
  ];
  const seconds = arms.map((): number[] => []);
  let tokens = 0;
  for (let round = 0; round < options.integer("rounds", 3); round++) {
    for (const [i, [, model, engine]] of arms.entries()) {
      const binding = bindDocuments(model, engine, {});
      const bound = { backend, loaded: model, binding, counter: new TokenCounter() };
      const start = clocks().used;
      const { session } = await readDocument(bound, { title: "book", text }, (_, count) => {
        tokens = count;
      });
      seconds[i]!.push(clocks().used - start);
      session.destroy();
    }
  }
  // The least of the rounds: whatever else the machine does only adds to it.
  printJson({
    tokens,
    rows: arms.map(([name], i) => ({
      name,
      processorSeconds: seconds[i],
      tokensPerSecond: tokens / Math.min(...seconds[i]!),
    })),
  });
}

/** Shares the weights of the whole model, which must not be disposed of first. */
function firstLayers(backend: Backend, loaded: LoadedModel, layers: number): LoadedModel {
  const { model, weights } = loaded;
  const config = {
    ...model.config,
    layers,
    layerConfigs: model.config.layerConfigs.slice(0, layers),
  };
  const kept = { ...weights, layers: weights.layers.slice(0, layers) };
  return {
    ...loaded,
    model: { ...model, config },
    weights: kept,
    transformer: new Transformer(backend, config, kept),
  };
}
