// Which model `default` becomes where the larger one cannot be had, with the embedded one on the processor.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { ModelState } from "../api.ts";
import { Engine } from "../engine.ts";
import { EngineError, type EngineErrorCode } from "../errors.ts";
import { sourceFromBytes } from "../model/byte-source.ts";
import { memoryBackends, openRepository } from "../testing/read-document.ts";
import { MemoryRecords } from "../store/memory.ts";
import type { RecordKey, RecordTable } from "../store/types.ts";
import { keepMeasurement } from "./kept-measurements.ts";
import { DEFAULT_ID, EMBEDDED_ID, LARGER_ID } from "./model-ids.ts";

const nano = Uint8Array.from(readFileSync("public/models/nano.gguf"));

/** Every device has been measured, and was fast. */
class FastRecords extends MemoryRecords {
  override get(table: RecordTable, key: RecordKey) {
    return super.get(table, key[0].startsWith("reading rate of") ? ["fast", 0] : key);
  }
}

/** An engine whose larger model is announced, and then fails with this code. */
async function engineWithout(code: EngineErrorCode) {
  const records = new FastRecords();
  await keepMeasurement(records, "fast", 100);
  const states: ModelState[] = [];
  const asked: string[] = [];
  const engine = new Engine(
    {
      gpu: undefined,
      repository: await openRepository(memoryBackends()),
      hasLargerModel: () => Promise.resolve(true),
      modelSources: (id) => {
        asked.push(id);
        if (id === LARGER_ID) return Promise.reject(new EngineError(code, "It cannot be had."));
        return Promise.resolve([sourceFromBytes(id, nano)]);
      },
      now: () => performance.now(),
      records,
    },
    (event) => {
      if (event.type === "model") states.push(event.state);
    },
  );
  return { engine, states, asked };
}

test.each(["download-failed", "checksum-mismatch", "not-found"] as const)(
  "by itself a page whose larger model ends in %s opens the embedded one, and says so",
  async (code) => {
    const { engine, states, asked } = await engineWithout(code);
    expect(await engine.loadModel(DEFAULT_ID)).toMatchObject({ id: EMBEDDED_ID });
    expect(states.at(-1)).toMatchObject({ phase: "ready", standIn: { because: "unfetched" } });
    expect(asked, "nothing is fetched twice").toEqual([LARGER_ID, EMBEDDED_ID]);
  },
);

test("what a person chose or stopped is not replaced by another model", async () => {
  const { engine } = await engineWithout("download-failed");
  await expect(engine.loadModel(LARGER_ID)).rejects.toMatchObject({ code: "download-failed" });
  const stopped = await engineWithout("cancelled");
  await expect(stopped.engine.loadModel(DEFAULT_ID)).rejects.toMatchObject({ code: "cancelled" });
});
