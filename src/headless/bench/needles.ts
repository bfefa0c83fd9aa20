// `bench needles`: answers and evidence recall on documents with a single fact, by engine, length and
// depth. One reading per question; `bench ltri` asks several questions per reading.
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { EngineName } from "../../engine/ask/streams.ts";
import { bindDocuments } from "../../engine/document-binding.ts";
import { TokenCounter } from "../../engine/token-counter.ts";
import { Arguments } from "../arguments.ts";
import { headWeightsOf } from "../calibrate.ts";
import { openHeadless, overridesFrom, printJson, PUBLIC } from "../open-headless.ts";
import { readDocument } from "../read-document.ts";
import { askNeedle, mean, type NeedleResult } from "./ask-needles.ts";
import { charactersPerToken, needleDocument } from "./needle-cases.ts";

interface Row {
  readonly engine: string;
  readonly tokens: number;
  readonly cases: number;
  readonly correct: number;
  /** Share of the needle's tokens in the attended set, mean over layers, decode steps and cases. */
  readonly evidenceRecall: number | null;
  /** The same in the best layer of each case. */
  readonly bestLayerRecall: number | null;
  /** Share of cases whose strongest passage, or one of those shown, holds the answer. */
  readonly evidenceTop1: number | null;
  readonly evidenceShown: number | null;
  readonly ingestTokensPerSecond: number;
  readonly answerSeconds: number;
}

export async function needles(args: readonly string[]): Promise<void> {
  const names = ["model", "lengths", "depths", "seeds", "engines", "out", "haystack", "set"];
  const options = new Arguments(args, names, ["verbose"]);
  const model = options.optional("model") ?? "default";
  const list = (name: string, fallback: string) => (options.optional(name) ?? fallback).split(",");
  const lengths = list("lengths", "900,4000").map(Number);
  const depths = list("depths", "0,25,50,75,100").map(Number);
  const seeds = options.integer("seeds", 1);
  const engines = list("engines", "full,streaming,infllm,ltri") as EngineName[];
  const file = options.optional("haystack") ?? path.join(PUBLIC, "sample/treasure-island.txt");
  const haystack = await readFile(file, "utf8");
  const { runtime, loaded, report } = await openHeadless(model);
  const overrides = overridesFrom(options.settings());
  const isCalibrated = overrides.voting === "calibrated";
  const weights = isCalibrated ? await headWeightsOf(model, runtime, loaded) : undefined;
  const rows: Row[] = [];
  for (const engine of engines) {
    const binding = bindDocuments(loaded, engine, overrides, weights);
    const ratio = charactersPerToken(haystack, binding.tokenizer);
    for (const length of lengths) {
      const results: NeedleResult[] = [];
      const rates: number[] = [];
      const tokens: number[] = [];
      for (const depth of depths) {
        for (let seed = 0; seed < seeds; seed++) {
          const characters = Math.floor(length * ratio);
          const planted = needleDocument(haystack, characters, [depth], 1000 * seed + depth);
          const counter = new TokenCounter();
          const source = { title: "haystack", text: planted.text };
          const read = await readDocument(runtime, loaded, binding, engine, source, counter);
          for (const needle of planted.needles) {
            const { session } = read.open;
            const result = await askNeedle(session, binding, counter, read, needle, {
              maxTokens: 24,
              now: () => performance.now(),
            });
            results.push(result);
            if (options.flag("verbose")) {
              process.stderr.write(`${JSON.stringify({ engine, length, seed, ...result })}\n`);
            }
          }
          rates.push(read.tokensPerSecond);
          tokens.push(read.tokenStarts.length);
          read.open.destroy();
        }
      }
      // Engines without spans recall nothing: no figure, not zero.
      const hasSpans = engine === "ltri" || engine === "infllm";
      const ofSpans = (figure: (result: NeedleResult) => number) =>
        hasSpans ? mean(results.map(figure)) : null;
      rows.push({
        engine,
        tokens: Math.round(mean(tokens)),
        cases: results.length,
        correct: mean(results.map(({ isCorrect }) => Number(isCorrect))),
        evidenceRecall: ofSpans(({ shares }) => mean(shares)),
        bestLayerRecall: ofSpans(({ shares }) => Math.max(0, ...shares)),
        evidenceTop1: ofSpans(({ isTop1 }) => Number(isTop1)),
        evidenceShown: ofSpans(({ isShown }) => Number(isShown)),
        ingestTokensPerSecond: mean(rates),
        answerSeconds: mean(results.map((r) => (r.firstTokenMs + r.decodeMs) / 1000)),
      });
      process.stderr.write(`${JSON.stringify(rows.at(-1))}\n`);
    }
  }
  const result = {
    benchmark: "needles",
    command: `npm run bench -- needles ${args.join(" ")}`,
    model: loaded.model.config.name,
    device: report,
    rows,
  };
  const out = options.optional("out");
  if (out) await writeFile(out, `${JSON.stringify(result, null, 2)}\n`);
  printJson(result);
}
