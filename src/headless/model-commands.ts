// Commands that need a model and no document: logits, generate, tokenize, info.
import { createWriteStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { finished } from "node:stream/promises";
import { completeTokens } from "../engine/ask/completion.ts";
import { DEFAULT_ENGINE } from "../engine/attention/engine-names.ts";
import { fittingEngine } from "../engine/attention/engines.ts";
import { bindDocuments } from "../engine/attention/binding.ts";
import { openStream } from "../engine/attention/plain/open-stream.ts";
import { EngineError } from "../engine/errors.ts";
import { describeModel } from "../engine/transformer/loaded-model.ts";
import { openModel } from "../engine/model/open-model.ts";
import { ltriParameters, parameterOverrides } from "../engine/attention/parameters.ts";
import { TokenCounter } from "../engine/transformer/token-counter.ts";
import { createTokenizer } from "../engine/tokenizer/tokenizer.ts";
import { Arguments } from "./arguments.ts";
import { modelSources } from "./node-host.ts";
import { openChosen, OPENING_OPTIONS, printJson } from "./open-headless.ts";
import { GREEDY } from "../engine/attention/sampler.ts";

const CHUNK = 128;

export async function logits(args: readonly string[]): Promise<void> {
  const options = new Arguments(args, ["model", "ids", "out", "set", ...OPENING_OPTIONS], []);
  const ids = await readIds(options.text("ids"));
  const { backend, loaded } = await openChosen(options.text("model"), options);
  const { config } = loaded.model;
  checkIds(ids, config.vocab);
  const p = ltriParameters(config.contextLength, parameterOverrides(options.settings()));
  const chunk = Math.min(p.chunk, CHUNK, Math.max(1, ids.length));
  const shape = { totalTokens: ids.length, chunk, kvDtype: p.kvDtype, logitRows: chunk };
  const stream = openStream(backend, loaded, new TokenCounter(), shape);
  const out = createWriteStream(options.text("out"));
  await stream.read(
    Uint32Array.from(ids),
    (rows) => out.write(new Uint8Array(rows.buffer)),
    () => undefined,
  );
  out.end();
  await finished(out);
  printJson({ shape: [ids.length, config.vocab], out: options.text("out") });
}

export async function generate(args: readonly string[]): Promise<void> {
  const options = new Arguments(
    args,
    ["model", "ids", "max-tokens", "set", ...OPENING_OPTIONS],
    [],
  );
  const ids = await readIds(options.text("ids"));
  const { backend, loaded } = await openChosen(options.text("model"), options);
  const { config } = loaded.model;
  checkIds(ids, config.vocab);
  const maxTokens = options.integer("max-tokens", 32);
  const binding = bindDocuments(
    loaded,
    fittingEngine(config, DEFAULT_ENGINE),
    parameterOverrides(options.settings()),
  );
  const model = { backend, loaded, binding, counter: new TokenCounter() };
  const generation = await completeTokens(model, ids, {
    maxTokens,
    sampling: GREEDY,
    stopIds: new Set(),
    onToken: () => undefined,
    signal: undefined,
    now: () => performance.now(),
  });
  const decoded = generation.ids.length - 1;
  printJson({
    ids: generation.ids,
    stats: {
      prefillTokensPerSecond: (ids.length * 1000) / generation.timeToFirstTokenMs,
      decodeTokensPerSecond: decoded > 0 ? (decoded * 1000) / generation.decodeMs : 0,
    },
  });
}

export async function tokenize(args: readonly string[]): Promise<void> {
  const options = new Arguments(args, ["model", "text-file"], ["special", "bos"]);
  const model = await openModel(await modelSources(options.text("model")));
  const tokenizer = await createTokenizer(model.tokenizer);
  const text = await readFile(options.text("text-file"), "utf8");
  const ids = tokenizer.encode(text, {
    special: options.flag("special"),
    bos: options.flag("bos"),
  });
  printJson({ ids: Array.from(ids) });
}

export async function info(args: readonly string[]): Promise<void> {
  const options = new Arguments(args, ["model", ...OPENING_OPTIONS], []);
  const { backend, loaded, report } = await openChosen(options.text("model"), options);
  const { ropeTables: _, layerConfigs, ...config } = loaded.model.config;
  printJson({
    ...describeModel(loaded),
    config,
    layers: layerConfigs,
    adapter: loaded.model.adapter?.name ?? null,
    device: report,
    gpuBytes: backend.ledger(),
  });
}

async function readIds(file: string): Promise<number[]> {
  const value: unknown = JSON.parse(await readFile(file, "utf8"));
  const list = Array.isArray(value) ? value : (value as { ids?: unknown } | null)?.ids;
  if (!Array.isArray(list) || list.length === 0 || !list.every((id) => Number.isInteger(id))) {
    throw new EngineError("format-invalid", `${file} holds no list of token ids.`);
  }
  return list as number[];
}

function checkIds(ids: readonly number[], vocabulary: number): void {
  const bad = ids.find((id) => id < 0 || id >= vocabulary);
  if (bad !== undefined) {
    throw new EngineError(
      "invalid-argument",
      `Token ${bad} is outside the vocabulary of ${vocabulary}.`,
    );
  }
}
