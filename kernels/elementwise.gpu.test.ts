// gated-activation, copy-rows, soft-cap, mean-query.
import { describe, expect, test } from "vitest";
import { copyRows } from "./copy-rows.ts";
import { copyRowsTwin } from "./copy-rows.twin.ts";
import { gatedActivation } from "./gated-activation.ts";
import { gatedActivationTwin } from "./gated-activation.twin.ts";
import { meanQuery } from "./mean-query.ts";
import { meanQueryTwin } from "./mean-query.twin.ts";
import { softCap } from "./soft-cap.ts";
import { softCapTwin } from "./soft-cap.twin.ts";
import { compare, worst } from "./testing/compare.ts";
import { randomFloats, testRuntime } from "./testing/gpu.ts";

const SIZES = [1, 3, 63, 65, 257];
const BOUND = 1e-12;

describe.each(["silu", "gelu-tanh"] as const)("gated-activation %s", (activation) => {
  test.each(SIZES)("%i tokens, values up to ±200", async (tokens) => {
    const shape = { tokens, width: 36, activation };
    const gate = randomFloats(tokens * 36, 1).map((value, i) => (i % 5 === 0 ? value * 40 : value));
    const { actual, expected } = await compare(
      await testRuntime(),
      { gate, up: randomFloats(tokens * 36, 2), h: new Float32Array(tokens * 36) },
      (recorder, { gate, up, h }) => gatedActivation(recorder, gate, up, h, shape),
      ({ gate, up, h }) => gatedActivationTwin(gate, up, h, shape),
    );
    expect(worst(actual.h, expected.h)).toBeLessThan(BOUND);
  });
});

describe.each([false, true])("copy-rows, accumulate %s", (accumulate) => {
  test.each(SIZES)("%i rows between offsets", async (rows) => {
    const shape = { rows, width: 12, fromRow: 2, toRow: 5, scale: -1.5, accumulate };
    const { actual, expected } = await compare(
      await testRuntime(),
      { x: randomFloats((rows + 3) * 12, 1), y: randomFloats((rows + 6) * 12, 2) },
      (recorder, { x, y }) => copyRows(recorder, x, y, shape),
      ({ x, y }) => copyRowsTwin(x, y, shape),
    );
    expect(worst(actual.y, expected.y)).toBeLessThan(BOUND);
  });
});

test.each(SIZES)("soft-cap of %i values", async (count) => {
  const shape = { count, cap: 30 };
  const { actual, expected } = await compare(
    await testRuntime(),
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
      await testRuntime(),
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
