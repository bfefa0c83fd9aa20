import { describe, expect, test } from "vitest";
import { EngineError } from "../../errors.ts";
import { principalBasis } from "./factorise.ts";
import { expectedRatio, lowRankElements, memoryRatio, rankCap } from "./shadow-sizes.ts";

/** Keys with a falling spectrum: f32 [count, width], and their Gram matrix. */
function fallingKeys(count: number, width: number) {
  let state = 5;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
  const mix = Array.from({ length: width * width }, next);
  const keys = new Float32Array(count * width);
  for (let t = 0; t < count; t++) {
    for (let j = 0; j < width; j++) {
      const strength = next() * 0.97 ** ((j * 128) / width);
      for (let i = 0; i < width; i++) keys[t * width + i]! += strength * mix[j * width + i]!;
    }
  }
  const gram = new Float32Array(width * width);
  for (let i = 0; i < width; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let t = 0; t < count; t++) sum += keys[t * width + i]! * keys[t * width + j]!;
      gram[i * width + j] = gram[j * width + i] = sum;
    }
  }
  return { keys, gram };
}

/** A Gram matrix H·diag(values)·H with a reflection H: its eigenvalues are known without solving anything. */
function knownSpectrum(width: number) {
  const values = Array.from({ length: width }, (_, i) => 0.97 ** i + 1e-4);
  const u = Array.from({ length: width }, (_, i) => Math.sin(3 * i + 1));
  const norm = Math.hypot(...u);
  // H·V·H = V − 2(u·wᵀ + w·uᵀ) + 4(uᵀVu)u·uᵀ with w = V·u, for u of length 1.
  const energy = u.reduce((sum, x, i) => sum + values[i]! * x * x, 0) / norm ** 2;
  const gram = new Float32Array(width * width);
  for (let i = 0; i < width; i++) {
    for (let j = 0; j < width; j++) {
      const [a, b] = [u[i]! / norm, u[j]! / norm];
      const cross = 2 * a * b * (values[i]! + values[j]!);
      gram[i * width + j] = (i === j ? values[i]! : 0) - cross + 4 * energy * a * b;
    }
  }
  return { gram, values };
}

/** Squared error of K − K·V·Vᵀ over that of K. */
function truncation(keys: Float32Array, width: number, rows: Float32Array): number {
  const rank = rows.length / width;
  let error = 0;
  let power = 0;
  for (let t = 0; t < keys.length; t += width) {
    const rest = keys.slice(t, t + width);
    for (let r = 0; r < rank; r++) {
      let weight = 0;
      for (let i = 0; i < width; i++) weight += keys[t + i]! * rows[r * width + i]!;
      for (let i = 0; i < width; i++) rest[i]! -= weight * rows[r * width + i]!;
    }
    for (let i = 0; i < width; i++) {
      error += rest[i]! ** 2;
      power += keys[t + i]! ** 2;
    }
  }
  return error / power;
}

describe("the basis of keys", () => {
  test("leaves out what the spectrum says, less at every larger rank", () => {
    const width = 48;
    const { keys, gram } = fallingKeys(300, width);
    const full = principalBasis(gram, width, width, 2);
    expect(full.rank).toBe(width);
    let last = 1;
    for (const rank of [4, 8, 16, 32]) {
      const { rows, energy } = principalBasis(gram, width, rank, 2);
      const error = truncation(keys, width, rows);
      // √ of both: the test of the specification, relative Frobenius error against the spectrum's tail.
      expect(Math.sqrt(error)).toBeLessThan(1.01 * Math.sqrt(1 - energy));
      expect(error).toBeLessThan(last);
      last = error;
    }
    expect(truncation(keys, width, full.rows)).toBeLessThan(1e-9);
  });

  test("takes the smallest rank that holds the energy, in steps of four", () => {
    const width = 48;
    const { gram } = fallingKeys(300, width);
    const { rank, energy } = principalBasis(gram, width, width, 0.9);
    expect(rank % 4).toBe(0);
    expect(energy).toBeGreaterThanOrEqual(0.9);
    expect(principalBasis(gram, width, rank - 4, 2).energy).toBeLessThan(0.9);
    expect(principalBasis(gram, width, 8, 0.9999).rank).toBe(8);
  });

  test("is as good by subspace iteration where keys are wide", () => {
    const width = 512;
    const rank = 32;
    const { gram, values } = knownSpectrum(width);
    const { rows, energy } = principalBasis(gram, width, rank, 2);
    const total = values.reduce((sum, value) => sum + value, 0);
    const optimal = values.slice(rank).reduce((sum, value) => sum + value, 0) / total;
    expect(1 - energy).toBeGreaterThan(0.999 * optimal);
    expect(Math.sqrt(1 - energy)).toBeLessThan(1.01 * Math.sqrt(optimal));
    for (const [one, other] of [
      [0, 0],
      [31, 31],
      [0, 31],
      [3, 16],
    ] as const) {
      let dot = 0;
      for (let i = 0; i < width; i++) dot += rows[one * width + i]! * rows[other * width + i]!;
      expect(dot).toBeCloseTo(one === other ? 1 : 0, 5);
    }
  });

  test.each([8, 512])("is made of keys that are all alike, too, %i wide", (width) => {
    const { rank, rows, energy } = principalBasis(new Float32Array(width * width), width, 8, 0.99);
    expect([rank, energy]).toEqual([4, 1]);
    expect(rows.every(Number.isFinite)).toBe(true);
  });

  test("of wide keys of a text of few different tokens holds all of them", () => {
    const width = 512;
    const { keys } = fallingKeys(10, width);
    // Each token 30 times.
    const gram = new Float32Array(width * width);
    for (let i = 0; i < width; i++) {
      for (let j = 0; j < width; j++) {
        let sum = 0;
        for (let t = 0; t < 10; t++) sum += keys[t * width + i]! * keys[t * width + j]!;
        gram[i * width + j] = 30 * sum;
      }
    }
    const { rows, energy } = principalBasis(gram, width, 128, 2);
    expect(energy).toBeCloseTo(1, 6);
    expect(truncation(keys, width, rows)).toBeLessThan(1e-9);
  });

  test.each([NaN, Infinity])("is refused to keys of %d", (value) => {
    const gram = new Float32Array(64).fill(value);
    expect(() => principalBasis(gram, 8, 8, 0.99)).toThrow(EngineError);
  });
});

describe("the memory of a document", () => {
  // [L, D, S, r, k, o] → MiB of the whole cache, MiB on the device, their ratio (two bytes an element).
  test.each([
    [32, 1024, 131072, 160, 256, 48, 16384, 2622, 6.249],
    [16, 512, 8192, 160, 256, 48, 256, 135.5, 1.889],
    [16, 512, 32768, 160, 256, 48, 1024, 303.5, 3.374],
    [16, 512, 32768, 128, 64, 24, 1024, 217, 4.719],
    [24, 128, 32768, 64, 64, 24, 384, 129, 2.977],
    [28, 256, 32768, 96, 64, 24, 896, 245.4375, 3.651],
    [28, 1024, 32768, 160, 64, 24, 3584, 593.25, 6.041],
  ])("%i layers of %i, %i tokens", (layers, width, tokens, rank, slots, outliers, ...expected) => {
    const [full, own, ratio] = expected;
    const sizes = { tokens, rank, outliers, slots, local: 32, generated: 0 };
    const mib = (elements: number) => (layers * elements * 2) / 1024 ** 2;
    expect(mib(2 * tokens * width)).toBe(full);
    expect(mib(lowRankElements(width, sizes))).toBe(own);
    expect(memoryRatio(width, sizes)).toBeCloseTo(ratio, 3);
  });

  test("is foretold from the shape of a model alone", () => {
    expect([64, 192, 512, 768, 1024].map(rankCap)).toEqual([16, 48, 128, 160, 160]);
    expect(expectedRatio({ width: 192, contextLength: 8192 })).toBeCloseTo(3.81, 1);
    expect(expectedRatio({ width: 1024, contextLength: 131072 })).toBeGreaterThan(6);
    // With values in int8 on the device SmolLM2-135M saves too little.
    expect(expectedRatio({ width: 192, contextLength: 8192 }, "deferred")).toBeCloseTo(3.06, 2);
    expect(expectedRatio({ width: 192, contextLength: 8192 }, "gpuValues")).toBeCloseTo(1.94, 2);
  });
});
