// The kernels of ShadowKV against their twins.
import { describe, expect, test } from "vitest";
import { packPool, unpackPool } from "../shared/kv-pool.ts";
import { ropeTable } from "../shared/rope-table.ts";
import { testBackend } from "../testing/backends.ts";
import { compare, worst } from "../testing/compare.ts";
import { randomFloats } from "../testing/gpu.ts";
import { plainFrequencies } from "../testing/rope.ts";
import { appendRows } from "./append-rows.ts";
import { appendRowsTwin } from "./append-rows.twin.ts";
import { chunkLandmarks } from "./chunk-landmarks.ts";
import { chunkLandmarksTwin } from "./chunk-landmarks.twin.ts";
import { packSlotItems, placeValues, rebuildKeys, unpackValues } from "./fill-slots.ts";
import { placeValuesTwin, rebuildKeysTwin, unpackValuesTwin } from "./fill-slots.twin.ts";
import { keyGram } from "./key-gram.ts";
import { keyGramTwin } from "./key-gram.twin.ts";
import { landmarkScores } from "./landmark-scores.ts";
import { landmarkScoresTwin } from "./landmark-scores.twin.ts";
import { SHADOW_DTYPES } from "./shadow-dtype.ts";
import { topChunks } from "./top-chunks.ts";
import { topChunksTwin } from "./top-chunks.twin.ts";

describe("key-gram", () => {
  test.each([
    { tokens: 1, width: 4 },
    { tokens: 3, width: 12 },
    { tokens: 65, width: 96 },
    { tokens: 257, width: 192 },
  ])("$tokens keys of $width", async (shape) => {
    const { tokens, width } = shape;
    // A mean far from zero, as a bias of the keys makes it.
    const k = randomFloats(tokens * width, 1).map((x, i) => x + ((i % width) % 5) * 8);
    const arrays = {
      k,
      mean: new Float32Array(width),
      gram: randomFloats(width * width, 2),
    };
    const { actual, expected } = await compare(
      await testBackend(),
      arrays,
      (recorder, b) => keyGram(recorder, b.k, b.mean, b.gram, shape),
      (b) => keyGramTwin(b.k, b.mean, b.gram, shape),
    );
    expect(worst(actual.mean, expected.mean)).toBeLessThan(1e-12);
    expect(worst(actual.gram, expected.gram)).toBeLessThan(1e-11);
    for (let i = 0; i < width; i++) {
      for (let j = 0; j < i; j++) {
        const [one, other] = [actual.gram[i * width + j]!, actual.gram[j * width + i]!];
        expect(Math.abs(one - other)).toBeLessThanOrEqual(1e-4 * Math.max(1, Math.abs(one)));
      }
    }
  });
});

describe("chunk-landmarks", () => {
  test.each([
    { kvHeads: 1, headDim: 4, setCapacity: 8, chunks: 1 },
    { kvHeads: 3, headDim: 64, setCapacity: 531, chunks: 65 },
    { kvHeads: 2, headDim: 12, setCapacity: 32, chunks: 3 },
  ])("$kvHeads heads of $headDim, $chunks chunks", async (shape) => {
    const kRot = randomFloats(shape.kvHeads * shape.setCapacity * shape.headDim, 3);
    kRot.fill(0, 0, 8 * shape.headDim); // a chunk without direction
    const rows = shape.kvHeads * shape.chunks;
    const { actual, expected } = await compare(
      await testBackend(),
      {
        kRot,
        landmarks: new Float32Array(rows * shape.headDim),
        likeness: new Float32Array(rows),
      },
      (recorder, b) => chunkLandmarks(recorder, b.kRot, b.landmarks, b.likeness, shape),
      (b) => chunkLandmarksTwin(b.kRot, b.landmarks, b.likeness, shape),
    );
    expect(worst(actual.landmarks, expected.landmarks)).toBeLessThan(1e-12);
    expect(worst(actual.likeness, expected.likeness)).toBeLessThan(1e-11);
    expect(actual.likeness[0]).toBe(0);
  });
});

describe("top-chunks", () => {
  test.each([
    { kvHeads: 1, landmarks: 1, slots: 1, firstSlot: 0 },
    { kvHeads: 3, landmarks: 65, slots: 8, firstSlot: 4 },
    { kvHeads: 2, landmarks: 1757, slots: 256, firstSlot: 8 },
    { kvHeads: 2, landmarks: 63, slots: 63, firstSlot: 2 },
  ])("$slots of $landmarks", async (shape) => {
    const count = shape.kvHeads * shape.landmarks;
    // Many equal votes, at the threshold too; zeros among them.
    const votes = randomFloats(count, 9).map((x) => Math.max(0, Math.round(x * 3) / 7));
    const ids = Uint32Array.from({ length: count }, (_, i) => (i % shape.landmarks) * 3 + 1);
    const { actual, expected } = await compare(
      await testBackend(),
      { votes, ids, items: new Uint32Array(shape.kvHeads * shape.slots * 4).fill(9) },
      (recorder, b) => topChunks(recorder, b.votes, b.ids, b.items, shape),
      (b) => topChunksTwin(b.votes, b.ids, b.items, shape),
    );
    expect(actual.items).toEqual(expected.items);
  });
});

test("rotation leaves the error of low rank as it is", async () => {
  const headDim = 64;
  const rank = 16;
  const chunks = 5;
  const rope = { headDim, rotaryDims: headDim, adjacent: false };
  const a = randomFloats(chunks * 8 * rank, 1);
  const b = randomFloats(rank * headDim, 2);
  const keys = randomFloats(chunks * 8 * headDim, 3);
  // Keys as they are: a basis of unit vectors.
  const unit = Float32Array.from({ length: headDim * headDim }, (_, i) =>
    i % (headDim + 1) === 0 ? 1 : 0,
  );
  const rotated = async (rows: Float32Array, basis: Float32Array, ownRank: number) => {
    const items = Array.from({ length: chunks }, (_, chunk) => ({ head: 0, chunk, slot: chunk }));
    const place = { firstItem: 0, itemCount: chunks, kvHeads: 1, dtype: "f32" } as const;
    const shape = { ...place, rank: ownRank, rope };
    const { actual } = await compare(
      await testBackend(),
      {
        items: packSlotItems(items),
        a: packPool(rows, "f32", ownRank).slice(),
        b: packPool(basis, "f32", headDim).slice(),
        mean: new Float32Array(headDim),
        ropeTable: ropeTable(plainFrequencies(10000, headDim), chunks * 8),
        kPool: packPool(new Float32Array(3 * 16 * headDim), "f32", headDim).slice(),
      },
      (recorder, buffers) => rebuildKeys(recorder, buffers, shape),
      (t) => rebuildKeysTwin(t.items, t.a, t.b, t.mean, t.ropeTable, t.kPool, shape),
    );
    return unpackPool(actual.kPool, "f32", headDim).subarray(0, keys.length);
  };
  const exact = await rotated(keys, unit, headDim);
  const low = await rotated(a, b, rank);
  expect(exact).not.toEqual(keys);
  for (let token = 0; token < chunks * 8; token++) {
    let before = 0;
    let behind = 0;
    for (let d = 0; d < headDim; d++) {
      let own = 0;
      for (let r = 0; r < rank; r++) own += a[token * rank + r]! * b[r * headDim + d]!;
      before += (own - keys[token * headDim + d]!) ** 2;
      behind += (low[token * headDim + d]! - exact[token * headDim + d]!) ** 2;
    }
    expect(Math.abs(behind / before - 1)).toBeLessThan(2e-6); // of squares
  }
});

for (const dtype of SHADOW_DTYPES) {
  describe(`landmark-scores ${dtype}`, () => {
    test.each([
      { tokens: 1, heads: 1, kvHeads: 1, headDim: 4, landmarks: 1, softCap: 0 },
      { tokens: 1, heads: 9, kvHeads: 3, headDim: 64, landmarks: 257, softCap: 0 },
      { tokens: 5, heads: 4, kvHeads: 2, headDim: 12, landmarks: 63, softCap: 3 },
    ])("$tokens queries, $heads over $kvHeads heads, $landmarks landmarks", async (sizes) => {
      const shape = { ...sizes, scale: 0.7, dtype };
      const rows = shape.tokens * shape.heads;
      const values = randomFloats(shape.kvHeads * shape.landmarks * shape.headDim, 4);
      const { actual, expected } = await compare(
        await testBackend(),
        {
          q: randomFloats(rows * shape.headDim, 5),
          landmarks: packPool(values, dtype, shape.headDim).slice(),
          raw: new Float32Array(rows * shape.landmarks),
          stats: new Float32Array(rows * 2),
          votes: randomFloats(shape.kvHeads * shape.landmarks, 6),
        },
        (recorder, b) => landmarkScores(recorder, b, shape),
        (b) => {
          const keys = unpackPool(b.landmarks, dtype, shape.headDim);
          landmarkScoresTwin(b.q, keys, b.votes, shape);
        },
      );
      expect(worst(actual.votes, expected.votes)).toBeLessThan(1e-10);
    });
  });

  test.each([
    { tokens: 1, width: 4, firstRow: 0 },
    { tokens: 7, width: 20, firstRow: 13 },
    { tokens: 64, width: 160, firstRow: 3 },
  ])(`append-rows ${dtype}, $tokens of $width`, async (sizes) => {
    const shape = { ...sizes, dtype };
    const { tokens, width, firstRow } = shape;
    const { actual, expected } = await compare(
      await testBackend(),
      {
        x: randomFloats(tokens * width, 1),
        rows: packPool(randomFloats((firstRow + tokens + 2) * width, 2), dtype, width).slice(),
      },
      (recorder, b) => appendRows(recorder, b.x, b.rows, shape),
      (b) => appendRowsTwin(b.x, b.rows, shape),
    );
    expect(unpackPool(actual.rows, dtype, width)).toEqual(unpackPool(expected.rows, dtype, width));
  });

  describe(`slots ${dtype}`, () => {
    const items = packSlotItems([
      { head: 0, chunk: 0, slot: 0 },
      { head: 2, chunk: 3, slot: 5 },
      { head: 0, chunk: 1, slot: 5 },
      { head: 1, chunk: 4, slot: 2 },
    ]);
    const place = { firstItem: 1, itemCount: 3, kvHeads: 3, dtype };

    test.each([
      { rank: 4, rope: { headDim: 8, rotaryDims: 0, adjacent: false } },
      { rank: 48, rope: { headDim: 64, rotaryDims: 64, adjacent: false } },
      { rank: 20, rope: { headDim: 32, rotaryDims: 16, adjacent: true } },
    ])("rebuild-keys, rank $rank, $rope", async ({ rank, rope }) => {
      const { headDim, rotaryDims } = rope;
      const shape = { ...place, rank, rope };
      const pack = (values: Float32Array, width: number) => packPool(values, dtype, width).slice();
      const { actual, expected } = await compare(
        await testBackend(),
        {
          items,
          a: pack(randomFloats(40 * rank, 1), rank),
          b: pack(randomFloats(3 * rank * headDim, 2), headDim),
          mean: randomFloats(3 * headDim, 3),
          ropeTable: ropeTable(plainFrequencies(10000, rotaryDims), 40),
          kPool: pack(randomFloats(3 * 3 * 16 * headDim, 4), headDim),
        },
        (recorder, b) => rebuildKeys(recorder, b, shape),
        (b) => rebuildKeysTwin(b.items, b.a, b.b, b.mean, b.ropeTable, b.kPool, shape),
      );
      const [got, wanted] = [actual, expected].map(({ kPool }) =>
        unpackPool(kPool, dtype, headDim),
      );
      expect(worst(got!, wanted!)).toBeLessThan(dtype === "f16" ? 1e-6 : 1e-12);
    });

    test("unpack-values", async () => {
      const headDim = 12;
      const shape = { ...place, headDim, chunks: 5 };
      const values = packPool(randomFloats(3 * 5 * 8 * headDim, 7), "int8", headDim);
      const vPool = packPool(randomFloats(3 * 3 * 16 * headDim, 8), dtype, headDim).slice();
      const { actual, expected } = await compare(
        await testBackend(),
        { items, values, vPool },
        (recorder, b) => unpackValues(recorder, b.items, b.values, b.vPool, shape),
        (b) => unpackValuesTwin(b.items, b.values, b.vPool, shape),
      );
      const [got, wanted] = [actual, expected].map((one) => unpackPool(one.vPool, dtype, headDim));
      expect(worst(got!, wanted!)).toBeLessThan(dtype === "f16" ? 1e-6 : 1e-12);
    });

    test("place-values", async () => {
      const headDim = 12;
      const shape = { ...place, headDim };
      const words = (rows: number, seed: number) =>
        packPool(randomFloats(rows * headDim, seed), dtype, headDim).slice();
      const { actual, expected } = await compare(
        await testBackend(),
        { items, staged: words(4 * 8, 7), vPool: words(3 * 3 * 16, 8) },
        (recorder, b) => placeValues(recorder, b.items, b.staged, b.vPool, shape),
        (b) => placeValuesTwin(b.items, b.staged, b.vPool, shape),
      );
      expect(actual.vPool).toEqual(expected.vPool);
    });
  });
}
