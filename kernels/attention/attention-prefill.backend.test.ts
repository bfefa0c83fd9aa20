import { describe, expect, test } from "vitest";
import {
  attentionPrefill,
  type AttentionPrefillShape,
  type AttentionPrefillVariant,
} from "./attention-prefill.ts";
import { attentionPrefillTwin } from "./attention-prefill.twin.ts";
import { compare, worst } from "../testing/compare.ts";
import { testBackend } from "../testing/backends.ts";
import { randomFloats } from "../testing/gpu.ts";

const base = {
  heads: 6,
  kvHeads: 3,
  headDim: 32,
  scale: 0.2,
  softCap: 0,
  clampedCount: 0,
  window: 0,
};

/** Worst relative error of `out` and `lse`. */
async function errorOfVariant(
  variant: AttentionPrefillVariant,
  part: Partial<AttentionPrefillShape> & { tokens: number; setCount: number },
): Promise<number> {
  const shape = {
    ...base,
    setCapacity: part.setCount + 3,
    visibleBase: part.setCount - part.tokens,
    ...part,
    variant,
  };
  const queries = shape.tokens * shape.heads * shape.headDim;
  const keys = shape.kvHeads * shape.setCapacity * shape.headDim;
  const { actual, expected } = await compare(
    await testBackend(),
    {
      q: randomFloats(queries, 1),
      qClamped: randomFloats(queries, 2),
      kRot: randomFloats(keys, 3),
      vSet: randomFloats(keys, 4),
      out: randomFloats(queries, 5),
      lse: new Float32Array(shape.heads * shape.tokens),
    },
    (recorder, buffers) => attentionPrefill(recorder, buffers, shape),
    (buffers) => attentionPrefillTwin(buffers, shape),
  );
  return Math.max(worst(actual.out, expected.out), worst(actual.lse, expected.lse));
}

const BOUND = 1e-10;

describe.each(["direct", "tiled"] as const)("attention-prefill %s", (variant) => {
  const errorOf = (part: Parameters<typeof errorOfVariant>[1]) => errorOfVariant(variant, part);

  for (const setCount of [1, 3, 63, 65, 257]) {
    test(`${setCount} keys, one to all of them queries`, async () => {
      for (const tokens of new Set([1, Math.min(setCount, 5), Math.min(setCount, 66)])) {
        expect(await errorOf({ tokens, setCount })).toBeLessThan(BOUND);
      }
    });
  }
  for (const headDim of variant === "direct" ? [48, 64, 96, 128, 256] : [48, 128, 256]) {
    test(`head size ${headDim}`, async () => {
      expect(await errorOf({ tokens: 9, setCount: 70, headDim, scale: 0.1 })).toBeLessThan(BOUND);
    });
  }
  test("clamped rows use the second query", async () => {
    for (const clampedCount of [1, 33, 60]) {
      expect(await errorOf({ tokens: 7, setCount: 67, clampedCount })).toBeLessThan(BOUND);
    }
  });
  test("sliding window, shorter and longer than a key block", async () => {
    for (const window of [1, 5, 40, 1000]) {
      expect(await errorOf({ tokens: 35, setCount: 107, window })).toBeLessThan(BOUND);
    }
  });
  test("soft cap", async () => {
    expect(await errorOf({ tokens: 6, setCount: 40, softCap: 2, scale: 3 })).toBeLessThan(BOUND);
  });
  test("large scores do not overflow", async () => {
    expect(await errorOf({ tokens: 6, setCount: 140, scale: 60 })).toBeLessThan(1e-7);
  });
  test("one KV head, many KV heads, no grouping", async () => {
    for (const [heads, kvHeads] of [
      [7, 1],
      [4, 4],
      [14, 2],
    ] as const) {
      expect(await errorOf({ tokens: 5, setCount: 37, heads, kvHeads })).toBeLessThan(BOUND);
    }
  });
  test("the weights of a query sum to 1 over what it sees", async () => {
    const shape = {
      ...base,
      tokens: 37,
      setCount: 101,
      setCapacity: 104,
      clampedCount: 20,
      window: 60,
    };
    const queries = shape.tokens * shape.heads * shape.headDim;
    const keys = shape.kvHeads * shape.setCapacity * shape.headDim;
    const { actual } = await compare(
      await testBackend(),
      {
        q: randomFloats(queries, 1),
        qClamped: randomFloats(queries, 2),
        kRot: randomFloats(keys, 3),
        vSet: new Float32Array(keys).fill(1),
        out: randomFloats(queries, 5),
        lse: new Float32Array(shape.heads * shape.tokens),
      },
      (recorder, buffers) =>
        attentionPrefill(recorder, buffers, { ...shape, visibleBase: 101 - 37, variant }),
      () => undefined,
    );
    expect(worst(actual.out, new Float32Array(queries).fill(1))).toBeLessThan(1e-11);
  });
});
