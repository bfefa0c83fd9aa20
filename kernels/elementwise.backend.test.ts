// gated-activation, soft-cap, mean-query.
import { describe, expect, test } from "vitest";
import { gatedActivation } from "./dense/gated-activation.ts";
import { gatedActivationTwin } from "./dense/gated-activation.twin.ts";
import { meanQuery } from "./attention/mean-query.ts";
import { meanQueryTwin } from "./attention/mean-query.twin.ts";
import { softCap } from "./dense/soft-cap.ts";
import { softCapTwin } from "./dense/soft-cap.twin.ts";
import { compare, worst } from "./testing/compare.ts";
import { testBackend } from "./testing/backends.ts";
import { randomFloats } from "./testing/gpu.ts";

const SIZES = [1, 3, 63, 65, 257];
const BOUND = 1e-12;

describe.each(["silu", "gelu-tanh"] as const)("gated-activation %s", (activation) => {
  test.each(SIZES)("%i tokens, values up to ±200", async (tokens) => {
    const shape = { tokens, width: 36, activation };
    const gate = randomFloats(tokens * 36, 1).map((value, i) => (i % 5 === 0 ? value * 40 : value));
    const { actual, expected } = await compare(
      await testBackend(),
      { gate, up: randomFloats(tokens * 36, 2), h: new Float32Array(tokens * 36) },
      (recorder, { gate, up, h }) => gatedActivation(recorder, gate, up, h, shape),
      ({ gate, up, h }) => gatedActivationTwin(gate, up, h, shape),
    );
    expect(worst(actual.h, expected.h)).toBeLessThan(BOUND);
  });
});

test.each(SIZES)("soft-cap of %i values", async (count) => {
  const shape = { count, cap: 30 };
  const { actual, expected } = await compare(
    await testBackend(),
    { x: randomFloats(count, 1).map((value) => value * value * value * 100) },
    (recorder, { x }) => softCap(recorder, x, shape),
    ({ x }) => softCapTwin(x, shape),
  );
  expect(worst(actual.x, expected.x)).toBeLessThan(1e-9); // tanh has a loose bound in WGSL
});

test.each(SIZES)("mean-query of %i rows", async (rows) => {
  for (const [heads, kvHeads, headDim] of [
    [6, 3, 32],
    [7, 1, 260],
    [4, 4, 8],
  ] as const) {
    const shape = { heads, kvHeads, headDim, rowBegin: 2, rowEnd: 2 + rows };
    const { actual, expected } = await compare(
      await testBackend(),
      {
        q: randomFloats((rows + 4) * heads * headDim, 1),
        mean: new Float32Array(kvHeads * headDim),
      },
      (recorder, { q, mean }) => meanQuery(recorder, q, mean, shape),
      ({ q, mean }) => meanQueryTwin(q, mean, shape),
    );
    expect(worst(actual.mean, expected.mean)).toBeLessThan(1e-11);
  }
});
