import { expect, test } from "vitest";
import { buildRopeTable } from "./rope.ts";

test("plain frequencies are powers of the base", () => {
  const { inverseFrequencies } = buildRopeTable(10_000, 8, "adjacent", { kind: "none" });
  expect([...inverseFrequencies]).toEqual([1, 0.1, 0.01, 0.001].map(Math.fround));
});

test("Llama-3 scaling keeps fast turns, divides slow ones and blends between", () => {
  const scaling = {
    kind: "llama3",
    factor: 8,
    lowFrequencyFactor: 1,
    highFrequencyFactor: 4,
    originalContext: 8192,
  } as const;
  const plain = buildRopeTable(500_000, 128, "half-split", { kind: "none" }).inverseFrequencies;
  const scaled = buildRopeTable(500_000, 128, "half-split", scaling).inverseFrequencies;
  const ratio = plain.map((f, i) => f / scaled[i]!);
  expect(ratio[0]).toBe(1);
  expect(ratio[63]).toBe(8);
  expect(ratio.every((value, i) => i === 0 || value >= ratio[i - 1]! - 1e-6)).toBe(true);
});

test("YaRN follows the formulas of llama.cpp", () => {
  const table = buildRopeTable(1_000_000, 128, "half-split", {
    kind: "yarn",
    factor: 4,
    originalContext: 32_768,
    betaFast: 32,
    betaSlow: 1,
    attentionFactor: null,
  });
  expect(table.attentionFactor).toBeCloseTo(1 + 0.1 * Math.log(4), 12);
  const plain = buildRopeTable(1_000_000, 128, "half-split", { kind: "none" }).inverseFrequencies;
  const ratio = (i: number): number => plain[i]! / table.inverseFrequencies[i]!;
  // Correction range of these numbers: dimensions 23 to 40.
  expect(ratio(23)).toBeCloseTo(1, 5);
  expect(ratio(40)).toBeCloseTo(4, 5);
  expect(1 / ratio(30)).toBeCloseTo(0.25 * (7 / 17) + (1 - 7 / 17), 5);
});

test("factors divide each frequency", () => {
  const factors = Float32Array.of(1, 2, 4, 8);
  const table = buildRopeTable(10_000, 8, "adjacent", {
    kind: "factors",
    factors,
    attentionFactor: 1.5,
  });
  expect([...table.inverseFrequencies]).toEqual([1, 0.05, 0.0025, 0.000125].map(Math.fround));
  expect(table.attentionFactor).toBe(1.5);
});
