import { describe, expect, test } from "vitest";
import { KV_DTYPES, unpackPool } from "../shared/kv-pool.ts";
import { testBackend } from "../testing/backends.ts";
import { guarded, nmse, randomFloats, runGuarded } from "../testing/gpu.ts";
import { keyMatch } from "./key-match.ts";
import { keyMatchTwin } from "./key-match.twin.ts";
import { poolWords } from "./testing/pools.ts";

// Lengths of one key, a whole step of four, and all remainders; the first key of the buffer is no span's.
const lengths = [1, 4, 2, 33, 7, 16, 3];
const spanStarts = Uint32Array.from({ length: lengths.length + 1 }, (_, i) =>
  lengths.slice(0, i).reduce((sum, length) => sum + length, 1),
);
const tokens = spanStarts.at(-1)!;

describe("key-match", () => {
  for (const dtype of KV_DTYPES) {
    test.each([
      { rows: 1, heads: 1, headDim: 4 },
      { rows: 15, heads: 3, headDim: 12 },
      { rows: 64, heads: 2, headDim: 32 },
      { rows: 26, heads: 1, headDim: 128 },
    ])(`${dtype}, $rows rows of $heads heads of $headDim`, async ({ rows, heads, headDim }) => {
      const backend = await testBackend();
      const shape = { spans: lengths.length, rows, heads, headDim, dtype };
      const queries = randomFloats(rows * headDim, 1);
      const keys = poolWords((tokens + 3) * heads, headDim, dtype, 2);
      const raw = new Float32Array(rows * lengths.length);
      const buffers = {
        queries: guarded(backend, "queries", queries),
        keys: guarded(backend, "keys", keys),
        starts: guarded(backend, "starts", spanStarts),
        raw: guarded(backend, "raw", raw),
      };
      const { queries: q, keys: k, starts: s, raw: r } = buffers;
      const got = await runGuarded(backend, buffers, (recorder) => {
        keyMatch(recorder, q.slice, k.slice, s.slice, r.slice, shape);
      });
      keyMatchTwin(queries, unpackPool(keys, dtype, headDim), spanStarts, raw, shape);
      expect(nmse(new Float32Array(got.raw), raw)).toBeLessThan(1e-10);
    });
  }

  test("a span whose products are all negative keeps the largest of them", async () => {
    const backend = await testBackend();
    const keys = Float32Array.of(1, 0, 0, 0, 5, 0, 0, 0, 2, 0, 0, 0);
    const buffers = {
      queries: guarded(backend, "queries", Float32Array.of(-1, 0, 0, 0)),
      keys: guarded(backend, "keys", keys),
      starts: guarded(backend, "starts", Uint32Array.of(1, 3)),
      raw: guarded(backend, "raw", new Float32Array(1)),
    };
    const { queries, keys: k, starts: s, raw } = buffers;
    const got = await runGuarded(backend, buffers, (recorder) => {
      const shape = { spans: 1, rows: 1, heads: 1, headDim: 4, dtype: "f32" as const };
      keyMatch(recorder, queries.slice, k.slice, s.slice, raw.slice, shape);
    });
    expect(new Float32Array(got.raw)[0]).toBe(-2);
  });
});
