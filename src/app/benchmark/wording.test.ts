import { expect, test } from "vitest";
import { describeItem, formatInterval, formatScore, parseNumbers } from "./wording.ts";

test("lists of numbers are read as typed, or refused whole", () => {
  expect(parseNumbers("4000, 1000;1000 2000", 1, 10_000)).toEqual([1000, 2000, 4000]);
  expect(parseNumbers("", 0, 100)).toBeNull();
  expect(parseNumbers("0 50 101", 0, 100)).toBeNull();
  expect(parseNumbers("10, ten", 0, 100)).toBeNull();
  expect(parseNumbers("1e3", 0, 10_000)).toEqual([1000]);
  expect(parseNumbers("2.5", 0, 100)).toBeNull();
});

test("few answers are shown without decimals, none as a dash", () => {
  const estimate = { value: 66.666, low: 24.2, high: 92.9, n: 6 };
  expect(formatScore(estimate)).toBe("67");
  expect(formatScore({ ...estimate, n: 30 })).toBe("66.7");
  expect(formatInterval(estimate)).toBe("24–93, n 6");
  expect(formatScore({ ...estimate, value: null })).toBe("–");
  expect(formatInterval({ ...estimate, value: null })).toBe("");
});

test("an item says where it stands", () => {
  const item = { task: "m-rs", language: "zh", length: 4000, depth: 0, needles: 3 } as const;
  expect(describeItem({ ...item, question: null })).toBe(
    "Multiple reasoning, 4,000 tokens, depth 0%, 3 facts, Chinese",
  );
});
