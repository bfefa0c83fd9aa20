// Which model opens, by a real trial on the processor and by rates that are given.
import { expect, test } from "vitest";
import type { Backend } from "../../../kernels/index.ts";
import { openWasmBackend } from "../../../kernels/wasm/kernel-module.ts";
import type { DeviceReport } from "../api.ts";
import { MemoryRecords } from "../store/memory.ts";
import { chooseDefaultModel, LEAST_TOKENS_PER_SECOND } from "./default-model.ts";
import { keepMeasurement, keptMeasurement } from "./kept-measurements.ts";
import { measureReadingRate } from "./reading-rate.ts";

const DEVICE = { kind: "cpu", adapter: "test" } as DeviceReport;
const NAME = "reading rate of cpu: test";
const unused = undefined as unknown as Backend;

/** A clock by which the measurements take so many milliseconds each; the last one repeats. */
function clock(...ms: number[]): () => number {
  let now = 0;
  let looks = 0;
  return () => {
    const took = ms[Math.min(looks >> 1, ms.length - 1)] ?? 0;
    return (now += looks++ % 2 === 0 ? 0 : took);
  };
}

/** Compiling, then 1, 4, 16 and 64 products, these three times: about 200 tokens a second. */
const fastClock = () => clock(1, 1, 1, 1, 75);
/** One product in five seconds. */
const slowClock = () => clock(1, 5_000);

const host = (records: MemoryRecords, now: () => number, isThere = true) => ({
  hasLargerModel: () => Promise.resolve(isThere),
  records,
  now,
});

test("without the larger model the embedded one opens, and nothing is measured", async () => {
  const never = () => {
    throw new Error("measured");
  };
  expect(await chooseDefaultModel(unused, DEVICE, host(new MemoryRecords(), never, false))).toEqual(
    {
      id: "nano",
      standIn: { because: "missing" },
    },
  );
});

test("a fast device opens the larger model, and is believed from then on", async () => {
  const records = new MemoryRecords();
  const backend = await openWasmBackend();
  const chosen = await chooseDefaultModel(backend, DEVICE, host(records, fastClock()));
  expect(chosen).toEqual({ id: "smollm2-135m-instruct", standIn: null });
  expect(await keptMeasurement(records, NAME)).toBeGreaterThan(LEAST_TOKENS_PER_SECOND);
  expect(await chooseDefaultModel(unused, DEVICE, host(records, fastClock()))).toEqual(chosen);
  const { staging } = backend.ledger(); // scratch of the product, kept by the backend
  await measureReadingRate(backend, slowClock());
  expect(backend.ledger().staging, "the trial leaves nothing").toBe(staging);
});

test("a slow device opens the embedded model and says how slow it is; it is tried again", async () => {
  const records = new MemoryRecords();
  const backend = await openWasmBackend();
  const slow = await chooseDefaultModel(backend, DEVICE, host(records, slowClock()));
  expect(slow.id).toBe("nano");
  const { standIn } = slow;
  expect(standIn?.because === "slow" && standIn.tokensPerSecond).toBeLessThan(
    LEAST_TOKENS_PER_SECOND,
  );
  const fast = await chooseDefaultModel(backend, DEVICE, host(records, fastClock()));
  expect(fast.id).toBe("smollm2-135m-instruct");
});

test("a damaged or senseless record is measured again", async () => {
  const records = new MemoryRecords();
  await keepMeasurement(records, NAME, -1);
  expect(await keptMeasurement(records, NAME)).toBeUndefined();
  await keepMeasurement(records, NAME, 99);
  expect(await keptMeasurement(records, NAME)).toBe(99);
  expect(await keptMeasurement(records, "reading rate of webgpu: test")).toBeUndefined();
});

test("a full disk keeps nobody from a model: the rate is measured at every visit", async () => {
  class FullRecords extends MemoryRecords {
    override write = () => Promise.reject(new DOMException("full", "QuotaExceededError"));
  }
  const backend = await openWasmBackend();
  const chosen = await chooseDefaultModel(backend, DEVICE, host(new FullRecords(), fastClock()));
  expect(chosen.id).toBe("smollm2-135m-instruct");
});

test("the rate is that of the work done: twice the time, half the rate", async () => {
  const backend = await openWasmBackend();
  // More than the least time at once: both measure one product.
  const once = await measureReadingRate(backend, clock(1, 100));
  const twice = await measureReadingRate(backend, clock(1, 200));
  expect(once / twice).toBeCloseTo(2, 5);
});
