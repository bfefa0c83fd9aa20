import { expect, test } from "vitest";
import { formatBytes, formatExactBytes, formatRate, formatTimeLeft } from "./format.ts";

test("bytes are decimal with three significant digits", () => {
  expect(formatBytes(0)).toBe("0 B");
  expect(formatBytes(999)).toBe("999 B");
  expect(formatBytes(1_530_000)).toBe("1.53 MB");
  expect(formatBytes(999_900)).toBe("1.00 MB");
  expect(formatBytes(12_345_678_901)).toBe("12.3 GB");
  expect(formatExactBytes(1_234_567)).toBe("1,234,567 B");
});

test("rates and times survive zero and infinity", () => {
  expect(formatRate(3.14159, "tokens")).toBe("3.1 tokens/s");
  expect(formatRate(1234.5, "tokens")).toBe("1,235 tokens/s");
  expect(formatTimeLeft(Infinity)).toBe("estimating time left");
  expect(formatTimeLeft(0.2)).toBe("1 s left");
  expect(formatTimeLeft(3725)).toBe("1 h 2 min left");
});
