// Scripted runs for looking at the evaluation: one at work, one done, one stopped; the figures are computed
// by the evaluation from made-up answers.
import { aggregateRun } from "../../src/evaluation/aggregates.ts";
import { plannedItems } from "../../src/evaluation/plan.ts";
import { presetSettings } from "../../src/evaluation/presets.ts";
import { failed, runOf, scored, unsupported } from "../../src/evaluation/testing/runs.ts";
import type {
  BenchmarkResult,
  BenchmarkRunSummary,
  BenchmarkState,
  CallBenchmark,
} from "../../workers/protocol.ts";

const SETTINGS = presetSettings("quick", {
  suite: "needlebench-v2",
  profile: "sound",
  seed: 1,
  set: "4k",
  lengths: null,
  languages: null,
});
const ITEMS = plannedItems(SETTINGS);

const run = (
  id: string,
  engine: string,
  state: BenchmarkRunSummary["state"],
  finished: number,
): BenchmarkRunSummary => ({
  id,
  startedAt: "2026-01-02T03:04:05.000Z",
  model: "Inkspan Nano",
  engine,
  suite: "needlebench-v2",
  profile: "sound",
  preset: "quick",
  answerMode: "recalled",
  planHash: "hash",
  items: ITEMS.length,
  finished,
  imported: false,
  state,
});

const STATE: BenchmarkState = {
  runs: [
    run("window", "streaming", "running", 41),
    run("spans", "ltri", "complete", ITEMS.length),
    run("blocks", "infllm", "stopped", 77),
  ],
  progress: {
    runId: "window",
    finished: 41,
    items: ITEMS.length,
    phase: "reading",
    item: ITEMS[41]!,
    tokensPerSecond: 412.3,
    secondsLeft: 340,
  },
  data: [
    { name: "needles.jsonl", bytes: 84_000, sha256: "0".repeat(64), official: true, problem: null },
  ],
};

function result(id: string): BenchmarkResult {
  const finished = STATE.runs.find((one) => one.id === id)?.finished ?? 0;
  const results = ITEMS.slice(0, finished).map((item, i) => {
    if (i % 31 === 30) return failed(item);
    if (i % 17 === 16) return unsupported(item, "context-limit");
    return scored(item, (i * 7) % 10 < 7 ? 100 : 0);
  });
  const whole = { ...runOf(SETTINGS, results), id };
  return { run: whole, items: ITEMS, aggregates: aggregateRun(whole, ITEMS) };
}

/** `tell` sends the state as an event. */
export function fakeBenchmark(tell: (state: BenchmarkState) => void): CallBenchmark {
  const verbs: Readonly<Record<string, (id: string) => unknown>> = {
    watch: () => tell(STATE),
    measure: () => ({ readTokensPerSecond: 412, answerTokensPerSecond: 38 }),
    preview: () => ({
      planHash: "hash",
      settings: SETTINGS,
      estimate: {
        prompts: ITEMS.length,
        readTokens: 320_000,
        readTokensWithoutReuse: 320_000,
        generatedTokens: 8_000,
        longestPromptTokens: 4_000,
      },
      seconds: 780,
      engines: [
        { engine: "ltri", seconds: 390, isFitting: true, tooLong: 0 },
        { engine: "full", seconds: 390, isFitting: true, tooLong: 96 },
        { engine: "recurrent", seconds: null, isFitting: false, tooLong: 0 },
      ],
    }),
    result,
  };
  // What the types of the verbs promise is what is scripted above.
  return ((verb: string, id: string) => {
    const answer = verbs[verb];
    return answer
      ? Promise.resolve(answer(id))
      : Promise.reject(new Error(`${verb} is not scripted`));
  }) as CallBenchmark;
}
