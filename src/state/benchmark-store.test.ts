import { describe, expect, test } from "vitest";
import type {
  BenchmarkResult,
  BenchmarkRunSummary,
  BenchmarkState,
  CallBenchmark,
} from "../../workers/protocol.ts";
import { createBenchmarkPage } from "./benchmark-store.ts";

type Verbs = Record<string, (...parameters: never[]) => unknown>;

/** An engine that answers the verbs given and refuses the others. */
function engine(verbs: Verbs): CallBenchmark {
  return (async (verb: string, ...parameters: never[]) => {
    const answer = verbs[verb];
    if (!answer) throw new Error(`unexpected ${verb}`);
    return answer(...parameters);
  }) as unknown as CallBenchmark;
}

function summary(id: string, planHash: string, finished: number): BenchmarkRunSummary {
  const facts = {
    startedAt: "",
    model: "nano",
    engine: "ltri",
    answerMode: "recalled" as const,
    imported: false,
    items: 4,
  };
  const rules = { suite: "needlebench-v2", profile: "sound", preset: "smoke" } as const;
  return { id, planHash, finished, ...facts, ...rules, state: "stopped" };
}

const state = (...runs: BenchmarkRunSummary[]): BenchmarkState => ({
  runs,
  progress: null,
  data: [],
});

/** A result with `count` answers. */
function resultOf(count: number): BenchmarkResult {
  return { run: { results: Array(count).fill({}) } } as unknown as BenchmarkResult;
}

async function settled(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}

describe("the evaluation's store", () => {
  test("shows the newest runs that asked the same, and fetches them again when they grow", async () => {
    let finished = 1;
    const fetched: string[] = [];
    const { store, actions } = createBenchmarkPage(
      engine({
        result: (id: string) => {
          fetched.push(id);
          return resultOf(id === "new" ? finished : 4);
        },
      }),
      () => Promise.resolve(),
    );
    actions.follow(state(summary("new", "p", 1), summary("twin", "p", 4), summary("old", "q", 4)));
    await settled();
    expect(store.getState().shown).toEqual(["new", "twin"]);
    expect(fetched.sort()).toEqual(["new", "twin"]);
    finished = 2;
    actions.follow(state(summary("new", "p", 2), summary("twin", "p", 4)));
    await settled();
    expect(fetched.sort()).toEqual(["new", "new", "twin"]);
    expect(store.getState().results["new"]?.run.results).toHaveLength(2);
    actions.show("new", false);
    actions.follow(state(summary("new", "p", 3)));
    await settled();
    expect(fetched).toHaveLength(3);
  });

  test("starts the smoke run with the lengths that were shown, others with their own", async () => {
    const started: unknown[] = [];
    const grids = [{ task: "s-rt", lengths: [2000, 1000], depths: [0], repeats: 1 }];
    const { store, actions } = createBenchmarkPage(
      engine({
        preview: () => ({ settings: { grids } }),
        start: (request: { lengths: unknown }) => {
          started.push(request.lengths);
          return ["one"];
        },
      }),
    );
    await actions.estimate(false);
    expect(store.getState().preview.status).toBe("ready");
    await actions.start();
    actions.change({ preset: "quick" });
    await actions.estimate(false);
    await actions.start();
    actions.change({ lengths: [700] });
    await actions.start();
    expect(started).toEqual([[1000, 2000], null, [700]]);
    expect(store.getState().shown).toEqual(["one"]);
  });

  test("takes an engine of the model where none of the chosen ones works with it", () => {
    const { store, actions } = createBenchmarkPage(engine({}));
    const chosen = () => store.getState().request.engines;
    actions.fit(["recurrent"]);
    expect(chosen()).toEqual(["recurrent"]);
    actions.change({ engines: ["recurrent", "full"] });
    actions.fit(["ltri", "full"]);
    expect(chosen(), "one that works is among them").toEqual(["recurrent", "full"]);
  });

  test("drops an estimate that a later change has overtaken", async () => {
    let answer: (value: unknown) => void = () => undefined;
    const { store, actions } = createBenchmarkPage(
      engine({ preview: () => new Promise((resolve) => (answer = resolve)) }),
    );
    const first = actions.estimate(false);
    await settled();
    const answerFirst = answer;
    actions.change({ seed: 2 });
    answerFirst({ settings: { grids: [] } });
    await first;
    expect(store.getState().preview.status).toBe("none");
  });

  test("a change during the measurement is estimated with what was measured", async () => {
    let measured: (value: unknown) => void = () => undefined;
    let isMeasured = false;
    const { store, actions } = createBenchmarkPage(
      engine({
        measure: () => new Promise((resolve) => (measured = resolve)),
        preview: () => ({ seconds: isMeasured ? 60 : null, settings: { grids: [] } }),
      }),
    );
    const first = actions.estimate(true);
    actions.change({ seed: 2 });
    const second = actions.estimate(false);
    expect(store.getState().preview).toMatchObject({ status: "loading", measuring: true });
    isMeasured = true;
    measured({});
    await Promise.all([first, second]);
    expect(store.getState().preview).toMatchObject({ status: "ready", preview: { seconds: 60 } });
  });

  test("keeps what went wrong, except what the user stopped", async () => {
    const { store, actions } = createBenchmarkPage(
      engine({
        resume: () => {
          throw new Error(JSON.stringify({ code: "run-stale", message: "changed" }));
        },
        stop: () => {
          throw new Error(JSON.stringify({ code: "cancelled", message: "stopped" }));
        },
      }),
    );
    await actions.resume("one");
    expect(store.getState().problem?.error).toEqual({ code: "run-stale", message: "changed" });
    await actions.stop();
    expect(store.getState().problem).toBeNull();
  });
});
