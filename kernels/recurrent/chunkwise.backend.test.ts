// The recurrence in its other form, chunk by chunk with matrix products (arXiv 2410.06577): an oracle for
// state-scan that shares no step with its twin. Decays are differences of sums of logarithms, so nothing
// overflows however strong they are.
import { describe, expect, test } from "vitest";
import { compare } from "../testing/compare.ts";
import { testBackend } from "../testing/backends.ts";
import { randomFloats } from "../testing/gpu.ts";
import { stateScan, type StateScanShape } from "./state-scan.ts";

interface Inputs {
  readonly gates: Float32Array; // [T, 4, n]: q, k, log α, α
  readonly u: Float32Array; // [T, m]
  readonly state: Float32Array; // [n, m]
}

/** f64 o [T, m] without the direct part, and the last state [n, m]. */
function chunkwise(
  { gates, u, state }: Inputs,
  { tokens, rows: n, width: m }: StateScanShape,
  chunk: number,
) {
  let s = Float64Array.from(state);
  const o = new Float64Array(tokens * m);
  for (let from = 0; from < tokens; from += chunk) {
    const length = Math.min(chunk, tokens - from);
    const gate = (t: number, part: number, i: number) =>
      gates[((from + t) * 4 + part) * n + i] ?? NaN;
    const value = (t: number, j: number) => u[(from + t) * m + j] ?? NaN;
    const sums = new Float64Array(length * n); // of log α, [C, n]
    for (let t = 0; t < length; t++) {
      for (let i = 0; i < n; i++) {
        sums[t * n + i] = gate(t, 2, i) + (t > 0 ? sums[(t - 1) * n + i]! : 0);
      }
    }
    const sum = (t: number, i: number) => sums[t * n + i]!;
    for (let t = 0; t < length; t++) {
      for (let i = 0; i < n; i++) {
        const before = gate(t, 0, i) * Math.exp(sum(t, i));
        for (let j = 0; j < m; j++) o[(from + t) * m + j]! += before * s[i * m + j]!;
      }
      for (let earlier = 0; earlier <= t; earlier++) {
        let a = 0;
        for (let i = 0; i < n; i++) {
          a += gate(t, 0, i) * gate(earlier, 1, i) * Math.exp(sum(t, i) - sum(earlier, i));
        }
        for (let j = 0; j < m; j++) o[(from + t) * m + j]! += a * value(earlier, j);
      }
    }
    const last = length - 1;
    s = s.map((kept, at) => {
      const [i, j] = [Math.floor(at / m), at % m];
      let next = Math.exp(sum(last, i)) * kept;
      for (let t = 0; t < length; t++) {
        next += gate(t, 1, i) * Math.exp(sum(last, i) - sum(t, i)) * value(t, j);
      }
      return next;
    });
  }
  return { o, state: s };
}

/** log α is spread from -`strong` to 0. */
function inputs({ tokens, rows, width }: StateScanShape, strong: number): Inputs {
  const gates = randomFloats(tokens * 4 * rows, 7);
  for (let t = 0; t < tokens; t++) {
    for (let i = 0; i < rows; i++) {
      const at = (t * 4 + 2) * rows + i;
      gates[at] = -Math.abs(gates[at]!) * strong;
      gates[at + rows] = Math.exp(gates[at]!);
    }
  }
  return {
    gates,
    u: randomFloats(tokens * width, 1),
    state: randomFloats(rows * width, 4),
  };
}

/** The largest difference, relative to the largest expected value. */
function distance(actual: Float32Array, expected: Float64Array): number {
  const most = Math.max(...Array.from(actual, (value, i) => Math.abs(value - expected[i]!)));
  return most / Math.max(...expected.map(Math.abs));
}

describe.each([0.01, 2, 200])("decays to exp(-%f)", (strong) => {
  test.each([1, 15, 33, 100])("token by token = chunk by chunk, %i tokens", async (tokens) => {
    const shape = { tokens, rows: 16, width: 36 };
    const given = inputs(shape, strong);
    const { actual } = await compare(
      await testBackend(),
      {
        ...given,
        c: new Float32Array(tokens * 36),
        skip: new Float32Array(36),
        o: new Float32Array(tokens * 36),
      },
      (recorder, b) => stateScan(recorder, b.gates, b.u, b.c, b.skip, b.state, b.o, shape),
      () => undefined,
    );
    for (const chunk of [1, 16, 64]) {
      const expected = chunkwise(given, shape, chunk);
      expect(distance(actual.o, expected.o)).toBeLessThan(1e-5);
      expect(distance(actual.state, expected.state)).toBeLessThan(1e-5);
    }
  });
});
