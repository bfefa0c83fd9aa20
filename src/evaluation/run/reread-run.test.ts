// NeedleBench answered from passages that are read again: the facts are found and read, the run says so and goes on so.
import { expect, test } from "vitest";
import { testBackend } from "../../../kernels/testing/backends.ts";
import { MemoryRecords } from "../../engine/store/memory.ts";
import { loadNano, sampleBook } from "../../engine/testing/embedded-model.ts";
import { answerModeOf, engineTitle } from "../run-answers.ts";
import { openTestDesk, SMOKE } from "../testing/open-desk.ts";
import type { BenchmarkRequest } from "./api.ts";

const REQUEST: BenchmarkRequest = {
  ...SMOKE,
  lengths: [3000],
  depths: [50],
  engines: ["ltri"],
  answerMode: "reread",
};

async function openDesk() {
  const backend = await testBackend();
  const loaded = await loadNano(backend);
  const books = [{ name: "treasure-island", language: "en", text: sampleBook() } as const];
  return openTestDesk({ backend, loaded, records: new MemoryRecords(), books });
}

test("the planted facts stand in the passages that are read, and the run says how it was answered", async () => {
  const { desk, idle } = await openDesk();
  const [reread = ""] = await desk.start(REQUEST);
  const [recalled = ""] = await desk.start({ ...REQUEST, answerMode: "recalled" });
  const { runs } = await idle();
  const modes = new Map(runs.map(({ id, answerMode }) => [id, answerMode]));
  expect([modes.get(reread), modes.get(recalled)]).toEqual(["reread", "recalled"]);
  const { run, aggregates } = await desk.result(reread);
  const other = await desk.result(recalled);
  expect(aggregates).toMatchObject({ errors: 0, unsupported: 0 });
  expect(answerModeOf(run.engine)).toBe("reread");
  expect(engineTitle(run.engine)).toBe("ltri, reread");
  expect(engineTitle(other.run.engine)).toBe("ltri");
  // The same questions: both may be compared item by item.
  expect(run.plan.hash).toBe(other.run.plan.hash);
  const scored = run.results.filter((result) => result.status === "scored");
  expect(scored.length).toBeGreaterThan(0);
  for (const result of scored) {
    expect(result.evidenceRecall).toBe(1);
    expect(result.newTokens).toBeGreaterThan(0);
  }
});

test("a suite that gives the beginning of an answer is refused", async () => {
  const { desk } = await openDesk();
  const ruler = { ...REQUEST, suite: "ruler" as const, lengths: [1200], depths: null };
  await expect(desk.start(ruler)).rejects.toMatchObject({ code: "invalid-argument" });
});
