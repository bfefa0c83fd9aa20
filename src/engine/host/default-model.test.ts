// Which model opens, by a real trial on the processor and by rates that are given.
import { expect, test, vi } from "vitest";
import type { Backend } from "../../../kernels/index.ts";
import { openWasmBackend } from "../../../kernels/wasm/kernel-module.ts";
import { EngineError } from "../errors.ts";
import { MemoryRecords } from "../store/memory.ts";
import { chooseDefaultModel, LEAST_TOKENS_PER_SECOND } from "./default-model.ts";
import { keepMeasurement, keptMeasurement } from "./kept-measurements.ts";
import type { OpenDevice } from "./open-device.ts";
import { measureReadingRate } from "./reading-rate.ts";

const NAME = "reading rate of cpu: test";

const deviceOf = (backend: Backend, kind: "cpu" | "webgpu" = "cpu") =>
  ({ backend, report: { kind, adapter: "test" } }) as OpenDevice;
const processor = async () => deviceOf(await openWasmBackend());
const unmeasured = deviceOf(undefined as unknown as Backend);

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
  const chosen = await chooseDefaultModel(unmeasured, host(new MemoryRecords(), never, false));
  expect(chosen).toEqual({ id: "nano", device: unmeasured, standIn: { because: "missing" } });
});

test("a fast device opens the larger model, and is believed from then on", async () => {
  const records = new MemoryRecords();
  const backend = await openWasmBackend();
  const chosen = await chooseDefaultModel(deviceOf(backend), host(records, fastClock()));
  expect(chosen).toMatchObject({ id: "smollm2-135m-instruct", standIn: null });
  expect(await keptMeasurement(records, NAME)).toBeGreaterThan(LEAST_TOKENS_PER_SECOND);
  const again = await chooseDefaultModel(unmeasured, host(records, fastClock()));
  expect(again).toEqual({ ...chosen, device: unmeasured });
  const { staging } = backend.ledger(); // scratch of the product, kept by the backend
  await measureReadingRate(backend, slowClock());
  expect(backend.ledger().staging, "the trial leaves nothing").toBe(staging);
});

test("a slow device opens the embedded model and says how slow it is; it is tried again", async () => {
  const records = new MemoryRecords();
  const device = await processor();
  const slow = await chooseDefaultModel(device, host(records, slowClock()));
  expect(slow.id).toBe("nano");
  const { standIn } = slow;
  expect(standIn?.because === "slow" && standIn.tokensPerSecond).toBeLessThan(
    LEAST_TOKENS_PER_SECOND,
  );
  const fast = await chooseDefaultModel(device, host(records, fastClock()));
  expect(fast.id).toBe("smollm2-135m-instruct");
});

test("a slow card beside a fast processor: the larger model opens on the processor", async () => {
  const records = new MemoryRecords();
  await keepMeasurement(records, NAME, 99);
  const [card, other] = [deviceOf(await openWasmBackend(), "webgpu"), await processor()];
  const disposed = vi.spyOn(card.backend, "dispose");
  const beside = host(records, slowClock());
  const chosen = await chooseDefaultModel(card, beside, () => Promise.resolve(other));
  expect(chosen).toEqual({ id: "smollm2-135m-instruct", device: other, standIn: null });
  expect(disposed).toHaveBeenCalledOnce();
});

test("a slow card beside a slow processor, or beside none, keeps the embedded model", async () => {
  const card = deviceOf(await openWasmBackend(), "webgpu");
  const other = await processor();
  const disposed = vi.spyOn(other.backend, "dispose");
  const none = () => Promise.reject(new EngineError("no-wasm", "No WebAssembly here."));
  for (const open of [() => Promise.resolve(other), none]) {
    const chosen = await chooseDefaultModel(card, host(new MemoryRecords(), slowClock()), open);
    expect(chosen).toMatchObject({ id: "nano", device: card, standIn: { because: "slow" } });
  }
  expect(disposed).toHaveBeenCalledOnce();
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
  const chosen = await chooseDefaultModel(await processor(), host(new FullRecords(), fastClock()));
  expect(chosen.id).toBe("smollm2-135m-instruct");
});

test("the rate is that of the work done: twice the time, half the rate", async () => {
  const backend = await openWasmBackend();
  // More than the least time at once: both measure one product.
  const once = await measureReadingRate(backend, clock(1, 100));
  const twice = await measureReadingRate(backend, clock(1, 200));
  expect(once / twice).toBeCloseTo(2, 5);
});
