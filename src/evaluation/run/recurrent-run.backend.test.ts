// NeedleBench and RULER on a recurrent model: asked like any other with the engine that works with its
// state; engines that need keys and values are cells with a reason and without a score.
import { describe, expect, test } from "vitest";
import { testBackend } from "../../../kernels/testing/backends.ts";
import { MemoryRecords } from "../../engine/store/memory.ts";
import { sampleBook } from "../../engine/testing/embedded-model.ts";
import { loadRodimus } from "../../engine/testing/rodimus-stream.ts";
import { openTestDesk, SMOKE } from "../testing/open-desk.ts";
import type { BenchmarkRequest } from "./api.ts";

const REQUEST: BenchmarkRequest = {
  ...SMOKE,
  lengths: [1500],
  depths: [0, 100],
  engines: ["recurrent", "ltri"],
};

async function openDesk() {
  const backend = await testBackend();
  const loaded = await loadRodimus(backend, "plus-tied-bf16");
  const books = [{ name: "treasure-island", language: "en", text: sampleBook() } as const];
  return openTestDesk({ backend, loaded, records: new MemoryRecords(), books });
}

describe.each([
  ["NeedleBench", REQUEST],
  ["RULER", { ...REQUEST, suite: "ruler", lengths: [1200], depths: null }],
] as const)("%s", (_, request) => {
  test("is answered from the state, read once where items share their beginning", async () => {
    const { desk, idle } = await openDesk();
    const [state = "", spans = ""] = await desk.start(request);
    await idle();
    const { run, aggregates } = await desk.result(state);
    expect(run.engine.name).toBe("recurrent");
    expect(aggregates.errors).toBe(0);
    const scored = run.results.filter((result) => result.status === "scored");
    expect(scored.length).toBeGreaterThan(1);
    expect(aggregates.scored).toBe(scored.length);
    for (const result of scored) {
      expect(result.evidenceRecall, "a state points at nothing").toBeNull();
      expect(result.lengths.documentTokens).toBeGreaterThan(300);
    }
    const unfit = await desk.result(spans);
    expect(unfit.run.results).toHaveLength(run.results.length);
    expect(unfit.aggregates).toMatchObject({ scored: 0, errors: 0 });
    const asked = new Set(scored.map(({ item }) => item.id));
    for (const result of unfit.run.results) {
      if (!asked.has(result.item.id)) continue;
      expect(result).toMatchObject({
        status: "unsupported",
        reason: "engine-unsupported",
        message: expect.stringContaining("recurrent model") as string,
      });
    }
  });
});

test("before a run it is said which engines do not fit, and no time is promised for them", async () => {
  const { desk } = await openDesk();
  await desk.measure();
  const { engines } = await desk.preview(REQUEST);
  expect(engines).toMatchObject([
    { engine: "recurrent", isFitting: true, tooLong: 0 },
    { engine: "ltri", isFitting: false, tooLong: 0, seconds: 0 },
  ]);
  expect(engines[0]!.seconds).toBeGreaterThan(0);
});
