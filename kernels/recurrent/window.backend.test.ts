// window-append and window-attention against their twins; a window that begins, fills and wraps.
import { describe, expect, test } from "vitest";
import { packPool } from "../shared/kv-pool.ts";
import { compare, worst } from "../testing/compare.ts";
import { testBackend } from "../testing/backends.ts";
import { randomFloats } from "../testing/gpu.ts";
import { RING_DTYPES, windowAppend } from "./window-append.ts";
import { windowAppendTwin } from "./window-append.twin.ts";
import {
  windowAttention,
  type WindowAttentionShape,
  windowPartialsLength,
  windowSplits,
} from "./window-attention.ts";
import { windowAttentionTwin } from "./window-attention.twin.ts";

const BOUND = 1e-11;

describe.each(RING_DTYPES)("window-append %s", (dtype) => {
  test.each([
    [1, 0],
    [1, 37],
    [3, 16],
    [17, 5],
    [65, 3], // more tokens than slots
  ])("%i tokens at position %i", async (tokens, position) => {
    for (const heads of [1, 3]) {
      const shape = { tokens, heads, headDim: 20, position, slots: 17, dtype };
      const empty = packPool(randomFloats(17 * heads * 20, 2), dtype, 20);
      const { actual, expected } = await compare(
        await testBackend(),
        { x: randomFloats(tokens * heads * 20, 1), ring: empty },
        (recorder, { x, ring }) => windowAppend(recorder, x, ring, shape),
        ({ x, ring }) => windowAppendTwin(x, ring, shape),
      );
      expect(actual.ring).toEqual(expected.ring);
    }
  });
});

/** Both sides; the rings hold distinct numbers everywhere, also in slots that must not be read. */
async function attend(shape: WindowAttentionShape) {
  const { tokens, heads, headDim, slots, dtype } = shape;
  const arrays = {
    q: randomFloats(tokens * heads * headDim, 1),
    k: packPool(randomFloats(tokens * headDim, 2), dtype, headDim),
    v: packPool(randomFloats(tokens * heads * headDim, 3), dtype, headDim),
    ringK: packPool(randomFloats(slots * headDim, 4), dtype, headDim),
    ringV: packPool(randomFloats(slots * heads * headDim, 5), dtype, headDim),
    out: new Float32Array(tokens * heads * headDim),
    lse: new Float32Array(tokens * heads),
  };
  const splits = shape.splits ?? windowSplits(tokens, shape.lookBack);
  const partials = new Float32Array(tokens * splits * heads * (headDim + 4));
  const { actual, expected } = await compare(
    await testBackend(),
    { ...arrays, partials },
    (recorder, buffers) => windowAttention(recorder, buffers, shape),
    (twin) => windowAttentionTwin(twin, shape),
  );
  expect(worst(actual.out, expected.out)).toBeLessThan(BOUND);
  expect(worst(actual.lse, expected.lse)).toBeLessThan(BOUND);
  return actual.out;
}

describe.each(["direct", "group"] as const)("window-attention %s", (variant) => {
  describe.each(RING_DTYPES)("%s", (dtype) => {
    const base = { heads: 3, headDim: 20, lookBack: 16, slots: 17, scale: 0.3, dtype, variant };

    test.each([
      [1, 0],
      [1, 5],
      [1, 16],
      [1, 1000],
      [3, 15],
      [63, 0],
      [65, 40], // queries whose window lies in the ring, in both, in the new tokens alone
      [257, 9],
    ])("%i queries at position %i", async (tokens, position) => {
      await attend({ ...base, tokens, position });
    });

    test.each([1, 2, 5])("one query in %i splits of its keys", async (splits) => {
      await attend({ ...base, lookBack: 200, slots: 207, tokens: 1, position: 300, splits });
    });

    test("head sizes from 4 to 256", async () => {
      for (const headDim of [4, 32, 48, 128, 256]) {
        await attend({ ...base, headDim, tokens: 3, position: 40 });
      }
    });
  });
});

test("heads too large for a workgroup", async () => {
  const shape = {
    heads: 2,
    headDim: 320,
    lookBack: 4,
    slots: 5,
    scale: 0.1,
    dtype: "f32",
  } as const;
  await attend({ ...shape, tokens: 2, position: 7 });
});

test("a key at distance lookBack counts, one further back does not", async () => {
  const shape = { tokens: 1, heads: 1, headDim: 4, position: 9, lookBack: 3, slots: 6 } as const;
  const run = async (changed: number) => {
    const ringV = new Float32Array(6 * 4).fill(1);
    ringV.fill(5, (changed % 6) * 4, (changed % 6) * 4 + 4);
    const { actual } = await compare(
      await testBackend(),
      {
        q: new Float32Array(4),
        k: packPool(new Float32Array(4), "f32", 4),
        v: packPool(new Float32Array(4).fill(1), "f32", 4),
        ringK: packPool(new Float32Array(6 * 4), "f32", 4),
        ringV: packPool(ringV, "f32", 4),
        partials: new Float32Array(windowPartialsLength(1, 1, 4)),
        out: new Float32Array(4),
        lse: new Float32Array(1),
      },
      (recorder, buffers) =>
        windowAttention(recorder, buffers, { ...shape, scale: 1, dtype: "f32" }),
      () => undefined,
    );
    return actual.out[0];
  };
  expect(await run(6)).toBe(2); // 9 - 3: four equal weights, one value of 5
  expect(await run(5)).toBe(1);
});

test("scratch for many queries holds the splits of fewer", () => {
  for (const most of [1, 7, 64, 100, 512]) {
    for (let tokens = 1; tokens <= most; tokens++) {
      const floats = tokens * windowSplits(tokens, 2048) * 2 * 12;
      expect(floats).toBeLessThanOrEqual(windowPartialsLength(most, 2, 8));
    }
  }
});
