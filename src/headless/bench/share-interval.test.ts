import { expect, test } from "vitest";
import { meanInterval, pairedDifference, shareInterval } from "./share-interval.ts";

test("the Wilson interval agrees with published values", () => {
  // Newcombe 1998, table I, method 3.
  const cases = [
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ] as const;
  for (const [hits, trials, low, high] of cases) {
    const interval = shareInterval(hits, trials);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  }
});

test("the interval of a mean narrows with the root of the sample", () => {
  const few = [0, 1, 0, 1];
  const many = Array.from({ length: 400 }, (_, i) => i % 2);
  const width = ({ low, high }: { low: number; high: number }) => high - low;
  expect(width(meanInterval(few)) / width(meanInterval(many))).toBeCloseTo(
    Math.sqrt((400 * (4 / 3)) / (4 * (400 / 399))),
    6,
  );
  expect(meanInterval([0.5]).high).toBe(Infinity);
});

test("arms that fail on the same questions differ with certainty by nothing", () => {
  expect(pairedDifference("1011", "1011")).toEqual({ mean: 0, interval: { low: 0, high: 0 } });
  const { mean, interval } = pairedDifference("1111111100", "0111111111");
  expect(mean).toBeCloseTo(-0.1);
  expect(interval.low).toBeLessThan(-0.3);
  expect(interval.high).toBeGreaterThan(0);
  expect(() => pairedDifference("1", "10")).toThrow(/same/);
});
