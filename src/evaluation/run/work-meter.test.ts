import { describe, expect, test } from "vitest";
import type { PlannedItem } from "../types.ts";
import { expectedReading, WorkMeter } from "./work-meter.ts";

function item(id: string, group: string, length: number | null, depth: number | null): PlannedItem {
  const place = { task: "s-rt", language: "en", needles: 1, question: null, repeat: 0 } as const;
  return { ...place, id, group, length, depth };
}

describe("the time left of a run", () => {
  const items = [item("a", "g", 1000, 100), item("b", "g", 1000, 50), item("c", "g", 1000, 0)];

  test("expects shared beginnings to be read once", () => {
    const [deepest = 0, middle = 0, start = 0] = expectedReading(items);
    expect(deepest).toBeGreaterThanOrEqual(1000);
    expect(middle).toBeGreaterThan(500);
    expect(middle).toBeLessThan(650);
    expect(start).toBeGreaterThanOrEqual(deepest);
    const [alone, other] = expectedReading([item("a", "g", 800, null), item("b", "g", 800, null)]);
    expect(other).toBe(alone);
  });

  test("comes from measured rates and shrinks within an item", () => {
    const meter = new WorkMeter(items);
    expect(meter.secondsLeft).toBeNull();
    expect(meter.rates).toBeNull();
    meter.read(500, 1000);
    const half = meter.secondsLeft ?? 0;
    const [a = 0, b = 0, c = 0] = expectedReading(items);
    expect(half).toBeCloseTo((a + b + c - 500) / 500);
    meter.read(500, 1000);
    expect(meter.secondsLeft).toBeCloseTo(half - 1);
    meter.answered(10, 2000);
    meter.finish("a");
    // 2 s per answer for the two items left.
    expect(meter.secondsLeft).toBeCloseTo((b + c) / 500 + 4);
    expect(meter.rates).toEqual({ readTokensPerSecond: 500, answerTokensPerSecond: 5 });
    meter.finish("b");
    meter.finish("c");
    expect(meter.secondsLeft).toBeCloseTo(0);
  });
});
