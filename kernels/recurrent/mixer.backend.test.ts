// short-conv, mixer-gates, input-gate, state-scan, gated-norm against their twins and known values.
import { describe, expect, test } from "vitest";
import { compare, worst } from "../testing/compare.ts";
import { testBackend } from "../testing/backends.ts";
import { nmse, randomFloats } from "../testing/gpu.ts";
import { gatedNorm } from "./gated-norm.ts";
import { gatedNormTwin } from "./gated-norm.twin.ts";
import { inputGate } from "./input-gate.ts";
import { inputGateTwin } from "./input-gate.twin.ts";
import { mixerGates } from "./mixer-gates.ts";
import { mixerGatesTwin } from "./mixer-gates.twin.ts";
import { shortConv } from "./short-conv.ts";
import { shortConvTwin } from "./short-conv.twin.ts";
import { stateScan } from "./state-scan.ts";
import { stateScanTwin } from "./state-scan.twin.ts";

const SIZES = [1, 3, 63, 65, 257];
const BOUND = 1e-12;

/** Every fifth value is far out. */
const wild = (length: number, seed: number, factor: number): Float32Array =>
  randomFloats(length, seed).map((value, i) => (i % 5 === 0 ? value * factor : value));

test.each(SIZES)("short-conv of %i tokens after a tail", async (tokens) => {
  const width = 36;
  const { actual, expected } = await compare(
    await testBackend(),
    {
      x: wild(tokens * width, 1, 40),
      tail: randomFloats(3 * width, 2),
      weight: randomFloats(4 * width, 3),
      bias: randomFloats(width, 4),
      c: new Float32Array(tokens * width),
    },
    (recorder, { x, tail, weight, bias, c }) =>
      shortConv(recorder, x, tail, weight, bias, c, { tokens, width }),
    ({ x, tail, weight, bias, c }) => shortConvTwin(x, tail, weight, bias, c, { tokens, width }),
  );
  expect(worst(actual.c, expected.c)).toBeLessThan(BOUND);
  expect(actual.tail).toEqual(expected.tail);
});

describe("mixer-gates", () => {
  test.each(SIZES)("%i tokens", async (tokens) => {
    const shape = { tokens, rows: 48, keyEpsilon: 1e-5 };
    const { actual, expected } = await compare(
      await testBackend(),
      {
        qk: randomFloats(tokens * 2 * 48, 1),
        sp: wild(tokens * 2 * 48, 2, 6),
        gates: new Float32Array(tokens * 4 * 48),
      },
      (recorder, { qk, sp, gates }) => mixerGates(recorder, qk, sp, gates, shape),
      ({ qk, sp, gates }) => mixerGatesTwin(qk, sp, gates, shape),
    );
    expect(worst(actual.gates, expected.gates)).toBeLessThan(BOUND);
  });

  /** log α, α and the gate of a key of length 1, for one row. */
  const gatesOf = async (pairs: readonly (readonly [number, number])[]) => {
    const tokens = pairs.length;
    const shape = { tokens, rows: 1, keyEpsilon: 1e-5 };
    const { actual } = await compare(
      await testBackend(),
      {
        qk: new Float32Array(2 * tokens).fill(1),
        sp: Float32Array.from(pairs.flat()),
        gates: new Float32Array(4 * tokens),
      },
      (recorder, { qk, sp, gates }) => mixerGates(recorder, qk, sp, gates, shape),
      () => undefined,
    );
    return pairs.map((_, t) => {
      const [, input, logDecay, decay] = actual.gates.subarray(t * 4, t * 4 + 4);
      return { logDecay: logDecay!, decay: decay!, input: input! };
    });
  };

  test("known values, relative to each", async () => {
    const [a, b, c, d] = await gatesOf([
      [0, 0],
      [2, -1],
      [30, 0],
      [-20, 3],
    ]);
    const ratio = (got: number, want: number) => Math.abs(got / want - 1);
    expect(ratio(a!.logDecay, -0.346574)).toBeLessThan(3e-6);
    expect(ratio(a!.decay, 0.707107)).toBeLessThan(3e-6);
    expect(ratio(a!.input, 0.832555)).toBeLessThan(3e-6);
    expect(ratio(b!.decay, 0.564385)).toBeLessThan(3e-6);
    expect(ratio(b!.input, 1.225029)).toBeLessThan(3e-6);
    expect(ratio(c!.decay, 3.05902e-7)).toBeLessThan(1e-5);
    expect(ratio(c!.input, 5.477226)).toBeLessThan(3e-6);
    expect(ratio(d!.input, 5.32165e-9)).toBeLessThan(1e-5);
  });

  test("a small softplus keeps its digits", async () => {
    const values = [-14.9, -12, -9, -6, -3, -1, -0.1];
    const got = await gatesOf(values.map((s) => [s, 0.5] as const));
    const tau = 1 / (1 + Math.exp(-0.5));
    got.forEach(({ logDecay, input }, i) => {
      const g = Math.log1p(Math.exp(Math.fround(values[i]!)));
      expect(Math.abs(logDecay / (-g * tau) - 1)).toBeLessThan(1e-5);
      expect(Math.abs(input / g ** tau - 1)).toBeLessThan(1e-5);
    });
  });

  test("no number from -200 to 200 gives one that is not finite; both ends behave", async () => {
    const pairs = Array.from({ length: 201 }, (_, i) => [i * 2 - 200, (i * 37) % 400] as const);
    const both = pairs.flatMap(([s, p]) => [[s, p - 200] as const, [s, 0] as const]);
    const got = await gatesOf(both);
    for (const { logDecay, decay, input } of got) {
      expect([logDecay, decay, input].every(Number.isFinite)).toBe(true);
      expect(logDecay).toBeLessThanOrEqual(0);
      expect(decay >= 0 && decay <= 1).toBe(true);
    }
    expect(got[1]).toMatchObject({ decay: 1 }); // s = -200, τ = 1/2: the state is frozen …
    expect(got[1]!.input).toBeLessThan(1e-30);
    expect(got.at(-1)!.decay).toBeLessThan(1e-30); // … s = 200: it is overwritten
  });
});

test.each(SIZES)("input-gate of %i tokens", async (tokens) => {
  const shape = { tokens, width: 20 };
  const { actual, expected } = await compare(
    await testBackend(),
    {
      z: wild(tokens * 20, 1, 40),
      x: randomFloats(tokens * 20, 2),
      u: new Float32Array(tokens * 20),
    },
    (recorder, { z, x, u }) => inputGate(recorder, z, x, u, shape),
    ({ z, x, u }) => inputGateTwin(z, x, u, shape),
  );
  expect(worst(actual.u, expected.u)).toBeLessThan(BOUND);
});

describe("state-scan", () => {
  /** Gates with decays from almost 0 to 1. */
  const gatesFor = (tokens: number, rows: number): Float32Array => {
    const gates = randomFloats(tokens * 4 * rows, 7);
    for (let t = 0; t < tokens; t++) {
      for (let i = 0; i < rows; i++) {
        const at = (t * 4 + 2) * rows + i;
        gates[at] = i % 7 === 0 ? -30 : -Math.abs(gates[at]!) / 2;
        gates[at + rows] = Math.exp(gates[at]!);
      }
    }
    return gates;
  };

  test.each(SIZES)("%i tokens, several shapes", async (tokens) => {
    for (const [rows, width] of [
      [16, 40],
      [64, 130],
      [48, 64],
    ] as const) {
      const shape = { tokens, rows, width };
      const { actual, expected } = await compare(
        await testBackend(),
        {
          gates: gatesFor(tokens, rows),
          u: randomFloats(tokens * width, 1),
          c: randomFloats(tokens * width, 2),
          skip: randomFloats(width, 3),
          state: randomFloats(rows * width, 4),
          o: new Float32Array(tokens * width),
        },
        (recorder, { gates, u, c, skip, state, o }) =>
          stateScan(recorder, gates, u, c, skip, state, o, shape),
        ({ gates, u, c, skip, state, o }) => stateScanTwin(gates, u, c, skip, state, o, shape),
      );
      expect(worst(actual.o, expected.o)).toBeLessThan(BOUND);
      expect(worst(actual.state, expected.state)).toBeLessThan(BOUND);
    }
  });

  test("one pass, pieces and token by token are the same state, bit for bit", async () => {
    const [tokens, rows, width] = [21, 16, 64];
    const gates = gatesFor(tokens, rows);
    const u = randomFloats(tokens * width, 1);
    const run = async (sizes: readonly number[]) => {
      let state = new Float32Array(rows * width);
      const o: number[] = [];
      let at = 0;
      for (const size of sizes) {
        const shape = { tokens: size, rows, width };
        const { actual } = await compare(
          await testBackend(),
          {
            gates: gates.slice(at * 4 * rows, (at + size) * 4 * rows),
            u: u.slice(at * width, (at + size) * width),
            c: new Float32Array(size * width),
            skip: new Float32Array(width),
            state,
            o: new Float32Array(size * width),
          },
          (recorder, b) => stateScan(recorder, b.gates, b.u, b.c, b.skip, b.state, b.o, shape),
          () => undefined,
        );
        state = new Float32Array(actual.state);
        o.push(...actual.o);
        at += size;
      }
      return { state, o };
    };
    const whole = await run([21]);
    expect(await run([16, 1, 4])).toEqual(whole);
    expect(await run(Array.from({ length: 21 }, () => 1))).toEqual(whole);
  });

  test("an example of two tokens", async () => {
    const pad = (values: readonly number[]) =>
      Float32Array.from({ length: 16 }, (_, i) => values[i] ?? 0);
    const scale = 1 / Math.sqrt(2);
    const tokens = [
      { q: [1, 0], k: [0.6, 0.8], alpha: [0.5, 0.9] },
      { q: [0.5, 1], k: [1, 0], alpha: [0.8, 0.5] },
    ];
    const gates = tokens.flatMap(({ q, k, alpha }) => [
      ...pad(q.map((value) => value * scale)),
      ...pad(k),
      ...pad(alpha.map(Math.log)),
      ...pad(alpha),
    ]);
    const { actual } = await compare(
      await testBackend(),
      {
        gates: Float32Array.from(gates),
        u: Float32Array.of(1, 2, 3, -1),
        c: new Float32Array(4),
        skip: new Float32Array(2),
        state: new Float32Array(32),
        o: new Float32Array(4),
      },
      (recorder, b) =>
        stateScan(recorder, b.gates, b.u, b.c, b.skip, b.state, b.o, {
          tokens: 2,
          rows: 16,
          width: 2,
        }),
      () => undefined,
    );
    expect(nmse(actual.o, [0.424264, 0.848528, 1.513209, 0.551543])).toBeLessThan(1e-12);
    expect(nmse(actual.state.subarray(0, 4), [3.48, -0.04, 0.4, 0.8])).toBeLessThan(1e-12);
  });
});

describe.each(["row", "reduce"] as const)("gated-norm %s", (variant) => {
  test.each(SIZES)("%i rows", async (rows) => {
    for (const width of [8, 65, 130]) {
      const shape = { rows, width, epsilon: 1e-5, variant };
      const { actual, expected } = await compare(
        await testBackend(),
        {
          x: randomFloats(rows * width, 1),
          gate: wild(rows * width, 2, 40),
          weight: randomFloats(width, 3),
          y: new Float32Array(rows * width),
        },
        (recorder, { x, gate, weight, y }) => gatedNorm(recorder, x, gate, weight, y, shape),
        ({ x, gate, weight, y }) => gatedNormTwin(x, gate, weight, y, shape),
      );
      expect(worst(actual.y, expected.y)).toBeLessThan(BOUND);
    }
  });
});
