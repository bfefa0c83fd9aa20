// Whole runs on the embedded model: stopped and continued, refused, exported and taken in again.
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { testBackend } from "../../../kernels/testing/gpu.ts";
import { type LoadedModel, loadModel } from "../../engine/transformer/loaded-model.ts";
import { sourceFromBytes } from "../../engine/model/byte-source.ts";
import { MemoryRecords } from "../../engine/store/memory.ts";
import type { Book } from "../benchmark-data.ts";
import { openTestDesk, SMOKE } from "../testing/open-desk.ts";
import type { ItemResult } from "../types.ts";
import type { BenchmarkRequest } from "./api.ts";

const TEXT = readFileSync("public/sample/treasure-island.txt", "utf8");
const BOOK: Book = { name: "treasure-island", language: "en", text: TEXT };
const REQUEST: BenchmarkRequest = {
  ...SMOKE,
  lengths: [500],
  depths: null, // 0, 50, 100
  engines: ["ltri"],
};

let loaded: LoadedModel;
const openDesk = async (records: MemoryRecords) =>
  openTestDesk({ backend: await testBackend(), loaded, records, books: [BOOK] });

beforeAll(async () => {
  const bytes = readFileSync("public/models/nano.gguf");
  const backend = await testBackend();
  loaded = await loadModel(backend, "nano", [sourceFromBytes("nano", bytes)], () => undefined);
});

/** What must not depend on when and where an item ran. */
function answersOf(results: readonly ItemResult[]) {
  return results.map((result) =>
    result.status === "scored"
      ? {
          id: result.item.id,
          prompt: result.promptSha256,
          answer: result.rawAnswer,
          score: result.score,
          evidence: result.evidenceRecall,
        }
      : result,
  );
}

describe("a run", () => {
  test("that is stopped goes on elsewhere and ends like an undisturbed one", async () => {
    const whole = await openDesk(new MemoryRecords());
    const [wholeId = ""] = await whole.desk.start(REQUEST);
    expect((await whole.idle()).runs).toMatchObject([{ state: "complete", finished: 3 }]);
    const expected = await whole.desk.result(wholeId);

    const records = new MemoryRecords();
    const before = await openDesk(records);
    const [runId = ""] = await before.desk.start(REQUEST);
    await before.until(({ progress }) => (progress?.finished ?? 0) >= 1);
    await before.desk.stop();
    const after = await openDesk(records);
    const [stopped] = (await after.idle()).runs;
    expect(stopped).toMatchObject({ id: runId, state: "stopped" });
    expect(stopped?.finished).toBeLessThan(3);
    await after.desk.resume(runId);
    expect((await after.idle()).runs).toMatchObject([{ state: "complete", finished: 3 }]);
    const continued = await after.desk.result(runId);

    expect(answersOf(continued.run.results)).toEqual(answersOf(expected.run.results));
    expect(continued.run.results.every(({ status }) => status === "scored")).toBe(true);
    // Deepest first; the middle depth was continued from half of the haystack.
    const computed = expected.run.results.map((result) =>
      result.status === "scored"
        ? [result.item.depth, result.computedDocumentTokens / result.lengths.documentTokens]
        : [],
    );
    expect(computed.map(([depth]) => depth)).toEqual([100, 50, 0]);
    expect(computed[0]?.[1]).toBe(1);
    expect(computed[1]?.[1]).toBeLessThan(0.75);
    expect(expected.aggregates).toMatchObject({ scored: 3, unsupported: 0, errors: 0 });
    const prompt = await after.desk.prompt(runId, continued.items[0]!.id);
    const [needle] = prompt.needles;
    expect(prompt.document.slice(needle!.start, needle!.end).length).toBeGreaterThan(20);

    // An export says the same after it was taken in.
    const json = await after.desk.exportRuns([runId], "json");
    const other = await openDesk(new MemoryRecords());
    expect(await other.desk.importRuns(json)).toEqual([runId]);
    const imported = await other.desk.result(runId);
    expect(imported.run).toEqual(continued.run);
    expect(imported.aggregates).toEqual(continued.aggregates);
    await expect(other.desk.resume(runId)).rejects.toThrow("came from a file");
    const csv = await after.desk.exportRuns([runId], "csv");
    expect(csv.trim().split("\n")).toHaveLength(1 + 3);

    // Another text among the data makes another plan: the run must not go on with it.
    await after.desk.retry(runId); // complete, so there is nothing left to do
    await after.idle();
    await after.desk.addData("more.txt", new Blob([TEXT.slice(0, 50_000)]));
    await expect(after.desk.resume(runId)).rejects.toMatchObject({ code: "run-stale" });
    await expect(after.desk.prompt(runId, continued.items[0]!.id)).rejects.toMatchObject({
      code: "run-stale",
    });
  });

  test("shows what cannot run with its reason and without a score", async () => {
    const { desk, idle } = await openDesk(new MemoryRecords());
    const [runId = ""] = await desk.start({ ...REQUEST, lengths: [3000], engines: ["full"] });
    await idle();
    const { run, aggregates } = await desk.result(runId);
    expect(run.results).toHaveLength(3);
    for (const result of run.results) {
      expect(result).toMatchObject({ status: "unsupported", reason: "context-limit" });
    }
    expect(aggregates).toMatchObject({ scored: 0, unsupported: 3 });
    expect(aggregates.table.every(({ score }) => score.value === null)).toBe(true);
    const preview = await desk.preview({ ...REQUEST, lengths: [3000], engines: ["full", "ltri"] });
    expect(preview.engines).toMatchObject([{ tooLong: 3 }, { tooLong: 0 }]);
  });

  test("asks the same whatever the engine, and streams hold no spans to look at", async () => {
    const { desk, idle } = await openDesk(new MemoryRecords());
    const depths = [50];
    const engines = ["streaming", "full"] as const;
    const ids = await desk.start({ ...REQUEST, lengths: [400], depths, engines });
    await idle();
    const results = await Promise.all(ids.map((id) => desk.result(id)));
    const [streaming, full] = results.map(({ run }) => run.results[0]);
    expect(streaming).toMatchObject({ status: "scored", evidenceRecall: null });
    expect(full).toMatchObject({ status: "scored", evidenceRecall: null });
    expect(streaming?.promptSha256).toBe(full?.promptSha256);
  });
});
