// `bench needles`: answers and evidence recall on single needles, by engine, length and depth.
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { answerQuestion } from "../../engine/ask/answer.ts";
import type { EngineName } from "../../engine/ask/streams.ts";
import { bindDocuments } from "../../engine/document-binding.ts";
import { TokenCounter } from "../../engine/token-counter.ts";
import { Arguments } from "../arguments.ts";
import { openHeadless, overridesFrom, printJson, PUBLIC } from "../open-headless.ts";
import { readDocument } from "../read-document.ts";
import { needleCase } from "./needle-cases.ts";

interface Row {
  readonly engine: string;
  readonly tokens: number;
  readonly cases: number;
  readonly correct: number;
  /** Share of the needle's tokens that were attended to while decoding, mean over layers and cases. */
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
  const rows: Row[] = [];
  for (const engine of engines) {
    const binding = bindDocuments(loaded, engine, overridesFrom(options.settings()));
    for (const length of lengths) {
      const sums = {
        correct: 0,
        recall: 0,
        best: 0,
        ingest: 0,
        tokens: 0,
        answer: 0,
        cases: 0,
        top1: 0,
        shown: 0,
      };
      for (const depth of depths) {
        for (let seed = 0; seed < seeds; seed++) {
          // Characters per token of this tokenizer, so that `length` is in tokens.
          const sample = haystack.slice(0, 20_000);
          const ratio = sample.length / binding.tokenizer.encode(sample).length;
          const needle = needleCase(
            haystack,
            Math.floor(length * ratio),
            depth,
            1000 * seed + depth,
          );
          const counter = new TokenCounter();
          const source = { title: "haystack", text: needle.document };
          const read = await readDocument(runtime, loaded, binding, engine, source, counter);
          const started = performance.now();
          let attended: readonly (readonly { start: number; length: number }[])[] = [];
          const answer = await answerQuestion(read.open.session, binding, counter, read, {
            documentId: "haystack",
            question: needle.question,
            history: [],
            maxTokens: 24,
            sampling: { temperature: 0, topK: 0, topP: 1, seed: 0 },
            signal: undefined,
            onText: () => undefined,
            onAttended: (spans) => (attended = spans),
            now: () => performance.now(),
          });
          read.open.destroy();
          const prefix = binding.prompt.prefixIds.length;
          const tokens = needleTokens(
            read.tokenStarts,
            needle.needleStart,
            needle.needleEnd,
            prefix,
          );
          const shares = attended.map((spans) => share(spans, tokens));
          const isCorrect = answer.text.includes(needle.expected);
          if (options.flag("verbose")) {
            const line = {
              engine,
              length,
              depth,
              seed,
              expected: needle.expected,
              answer: answer.text,
            };
            process.stderr.write(`${JSON.stringify({ ...line, shares })}\n`);
          }
          const holds = answer.evidence.map(({ start, end }) =>
            needle.document.slice(start, end).includes(needle.expected),
          );
          sums.cases++;
          sums.top1 += holds[0] ? 1 : 0;
          sums.shown += holds.includes(true) ? 1 : 0;
          sums.correct += isCorrect ? 1 : 0;
          sums.recall += shares.reduce((a, b) => a + b, 0) / Math.max(1, shares.length);
          sums.best += Math.max(0, ...shares);
          sums.ingest += read.tokensPerSecond;
          sums.tokens += read.tokenStarts.length;
          sums.answer += (performance.now() - started) / 1000;
        }
      }
      const n = sums.cases;
      // Engines without spans recall nothing: no figure, not zero.
      const ofSpans = (sum: number) => (engine === "ltri" || engine === "infllm" ? sum / n : null);
      rows.push({
        engine,
        tokens: Math.round(sums.tokens / n),
        cases: n,
        correct: sums.correct / n,
        evidenceRecall: ofSpans(sums.recall),
        bestLayerRecall: ofSpans(sums.best),
        evidenceTop1: ofSpans(sums.top1),
        evidenceShown: ofSpans(sums.shown),
        ingestTokensPerSecond: sums.ingest / n,
        answerSeconds: sums.answer / n,
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

/** Stream tokens whose characters lie in [start, end). */
function needleTokens(starts: Uint32Array, start: number, end: number, prefix: number): number[] {
  const tokens: number[] = [];
  starts.forEach((at, i) => {
    if (at >= start && at < end) tokens.push(prefix + i);
  });
  return tokens;
}

function share(
  spans: readonly { readonly start: number; readonly length: number }[],
  tokens: readonly number[],
): number {
  const inside = tokens.filter((token) =>
    spans.some(({ start, length }) => token >= start && token < start + length),
  );
  return inside.length / Math.max(1, tokens.length);
}
