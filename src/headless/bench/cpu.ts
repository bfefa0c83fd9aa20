// `bench cpu`: how fast the processor reads and writes, with one and two threads, in Node and in Chromium, beside
// native llama.cpp and wllama on the same machine in the same run. They take turns. Rates count processor seconds as well as
// the clock: on a busy machine only the former compare.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import path from "node:path";
import { bindDocuments } from "../../engine/attention/binding.ts";
import { DEFAULT_ENGINE } from "../../engine/attention/engine-names.ts";
import { EngineError } from "../../engine/errors.ts";
import { TokenCounter } from "../../engine/transformer/token-counter.ts";
import { Arguments } from "../arguments.ts";
import { openHeadless, printJson, PUBLIC, ROOT } from "../open-headless.ts";
import { readDocument } from "../read-document.ts";
import { clocks } from "./clocks.ts";
import { type CpuResult, cpuPage, type Measurement } from "./processor/cpu-page.ts";
import { measurePeak } from "./processor/peak.ts";
import { best, costOfToken, measureSpeed, type Speed } from "./processor/speed.ts";

const NATIVE = "node-llama-cpp@3.21.1";
/** Of the sample book, in the vocabulary of SmolLM2. */
const CHARACTERS_PER_TOKEN = 4;

export async function cpu(args: readonly string[]): Promise<void> {
  const names = ["model", "prompt", "tokens", "rounds", "document", "page"];
  const options = new Arguments(args, names, ["no-native", "no-browser"]);
  const model = path.resolve(options.text("model"));
  const prompt = options.integer("prompt", 1000);
  const tokens = options.integer("tokens", 64);
  const rounds = options.integer("rounds", 3);
  const document = options.integer("document", 16_000);
  const native = options.flag("no-native") ? undefined : nativeModule();
  const counts = availableParallelism() > 1 ? [1, 2] : [1];

  const peak = await measurePeak();
  const opened = await Promise.all(
    counts.map((threads) => openHeadless(model, "cpu", undefined, undefined, threads)),
  );
  const own = counts.map((): Speed[] => []);
  const others = counts.map((): Speed[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, threads] of counts.entries()) {
      const { backend, loaded } = opened[i]!;
      own[i]!.push(await measureSpeed(backend, loaded, prompt, tokens, clocks));
      if (native) others[i]!.push(measureNative(native, model, prompt, tokens, threads));
    }
  }
  const measurements: Measurement[] = counts.flatMap((threads, i) => {
    const rows = [{ name: "Inkspan", host: node(), threads, ...best(own[i]!) }];
    const { length } = others[i]!;
    return length === 0
      ? rows
      : [...rows, { name: NATIVE, host: node(), threads, ...best(others[i]!) }];
  });
  const { backend, loaded } = opened[0]!;
  const ingestion = document > 0 ? await ingest({ backend, loaded }, document) : undefined;
  const cost = costOfToken(loaded);
  for (const one of opened) one.backend.dispose();
  if (!options.flag("no-browser")) {
    const { measureInChromium } = await import("./processor/chromium.ts");
    measurements.push(...(await measureInChromium(model, counts, { prompt, tokens, rounds })));
  }
  const result: CpuResult = {
    command: `npm run bench -- cpu ${args.join(" ")}`.replaceAll(model, path.basename(model)),
    date: new Date().toISOString().slice(0, 10),
    hardware: `${availableParallelism()} × ${cpus()[0]?.model ?? "unknown"}`,
    model: path.basename(model),
    ...{ prompt, tokens, rounds, cost, peak, measurements },
    ...(ingestion && { ingestion }),
  };
  const page = options.optional("page");
  if (page !== undefined) writeFileSync(page, `${cpuPage(result)}\n`);
  printJson(result);
}

const node = () => `Node ${process.versions.node}`;

/** The sample book, as far as asked, read with spans by one thread. */
async function ingest(
  { backend, loaded }: Pick<Awaited<ReturnType<typeof openHeadless>>, "backend" | "loaded">,
  tokens: number,
): Promise<{ tokens: number; clock: number; processor: number }> {
  const book = readFileSync(path.join(PUBLIC, "sample/treasure-island.txt"), "utf8");
  const text = book.slice(0, tokens * CHARACTERS_PER_TOKEN);
  const binding = bindDocuments(loaded, DEFAULT_ENGINE, {});
  const bound = { backend, loaded, binding, counter: new TokenCounter() };
  const start = clocks();
  let total = 0;
  await readDocument(bound, { title: "book", text }, (_, count) => (total = count));
  const end = clocks();
  return {
    tokens: total,
    clock: total / (end.wall - start.wall),
    processor: total / (end.used - start.used),
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
function measureNative(
  entry: string,
  model: string,
  prompt: number,
  tokens: number,
  threads: number,
): Speed {
  const script = path.join(ROOT, "src/headless/bench/native-llama.mjs");
  const words = [script, entry, model, String(prompt), String(tokens), String(threads)];
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: "utf8" });
  if (status !== 0) throw new EngineError("internal", `${NATIVE} failed: ${stderr}`);
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Speed;
}
