// `bench cpu`: how fast the processor reads and writes, beside native llama.cpp on the same machine in the same run.
// The two take turns. Rates count processor seconds as well as the clock: on a busy machine only the former compare.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { DEFAULT_ENGINE } from "../../engine/attention/engine-names.ts";
import { bindDocuments } from "../../engine/attention/binding.ts";
import { completeTokens } from "../../engine/ask/completion.ts";
import { EngineError } from "../../engine/errors.ts";
import { TokenCounter } from "../../engine/transformer/token-counter.ts";
import { Arguments } from "../arguments.ts";
import { openHeadless, printJson, ROOT } from "../open-headless.ts";
import { clocks, type Rates, rates } from "./clocks.ts";

const NATIVE = "node-llama-cpp@3.21.1";

interface Speed {
  readonly prefill: Rates;
  readonly decode: Rates;
}

export async function cpu(args: readonly string[]): Promise<void> {
  const options = new Arguments(args, ["model", "prompt", "tokens", "rounds"], ["no-native"]);
  const model = path.resolve(options.text("model"));
  const prompt = options.integer("prompt", 1000);
  const tokens = options.integer("tokens", 64);
  const rounds = options.integer("rounds", 3);
  const native = options.flag("no-native") ? undefined : nativeModule();
  const opened = await openHeadless(model, "cpu");
  const own: Speed[] = [];
  const others: Speed[] = [];
  for (let round = 0; round < rounds; round++) {
    own.push(await measure(opened, prompt, tokens));
    if (native) others.push(measureNative(native, model, prompt, tokens));
  }
  const wasm = best(own);
  const result = { model: path.basename(model), prompt, tokens, rounds, wasm };
  if (!native) {
    printJson(result);
    return;
  }
  const llama = best(others);
  const ratio = (part: "prefill" | "decode") =>
    wasm[part].processor / Math.max(1e-9, llama[part].processor);
  printJson({
    ...result,
    native: { name: NATIVE, threads: 1, ...llama },
    ratios: { prefill: ratio("prefill"), decode: ratio("decode") },
  });
}

/** The least disturbed round. */
function best(speeds: readonly Speed[]): Speed {
  const top = (part: "prefill" | "decode"): Rates => ({
    clock: Math.max(...speeds.map((speed) => speed[part].clock)),
    processor: Math.max(...speeds.map((speed) => speed[part].processor)),
  });
  return { prefill: top("prefill"), decode: top("decode") };
}

async function measure(
  { backend, loaded }: Awaited<ReturnType<typeof openHeadless>>,
  prompt: number,
  tokens: number,
): Promise<Speed> {
  const { config } = loaded.model;
  const vocabulary = Math.min(config.vocab, 40_000) - 200;
  const ids = Array.from({ length: prompt }, (_, i) => ((i * 37) % vocabulary) + 100);
  const binding = bindDocuments(loaded, DEFAULT_ENGINE, { chunk: 128 });
  const model = { backend, loaded, binding, counter: new TokenCounter() };
  const start = clocks();
  let first = start;
  const generation = await completeTokens(model, ids, {
    maxTokens: tokens,
    sampling: { temperature: 0, topK: 0, topP: 1, seed: 0 },
    stopIds: new Set(),
    onToken: () => {
      if (first === start) first = clocks();
    },
    signal: undefined,
    now: () => performance.now(),
  });
  return {
    prefill: rates(prompt, start, first),
    decode: rates(generation.ids.length - 1, first, clocks()),
  };
}

/** The entry of the package in npx's own folder; it is no dependency. */
function nativeModule(): string {
  const find = ["--yes", "--package", NATIVE, "--call", "command -v node-llama-cpp"];
  const { status, stdout } = spawnSync("npx", find, { encoding: "utf8" });
  const entry = path.join(path.dirname(stdout.trim()), "../node-llama-cpp/dist/index.js");
  if (status !== 0 || !existsSync(entry)) {
    throw new EngineError("not-found", `npx cannot fetch ${NATIVE}; --no-native measures alone.`);
  }
  return entry;
}

/** A process of its own: its processor time is then llama.cpp's alone. */
function measureNative(entry: string, model: string, prompt: number, tokens: number): Speed {
  const script = path.join(ROOT, "src/headless/bench/native-llama.mjs");
  const words = [script, entry, model, String(prompt), String(tokens)];
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: "utf8" });
  if (status !== 0) throw new EngineError("internal", `${NATIVE} failed: ${stderr}`);
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Speed;
}
