import { describe, expect, test } from "vitest";
import { KV_DTYPES, unpackPool } from "../shared/kv-pool.ts";
import { testBackend } from "../testing/backends.ts";
import { guarded, nmse, randomFloats, runGuarded } from "../testing/gpu.ts";
import { ownMass } from "./own-mass.ts";
import { ownMassTwin } from "./own-mass.twin.ts";
import { sealVectors } from "./seal-vectors.ts";
import { sealVectorsTwin } from "./seal-vectors.twin.ts";
import { poolWords } from "./testing/pools.ts";

// {start, length, ordinal, 0}; the ring wraps inside the third span.
const spans = Uint32Array.of(
  ...[1000, 1, 9, 0],
  ...[1001, 7, 4, 0],
  ...[1008, 33, 0, 0],
  ...[1041, 8, 1, 0],
  ...[1049, 15, 2, 0],
  ...[1064, 16, 3, 0],
);
const ring = { ringCapacity: 112, ringFirstPage: 3 };
const lMax = 33;
const kvHeads = 3;

describe("own-mass", () => {
  test("sums every column of a span's triangle", async () => {
    const backend = await testBackend();
    const s = { kvHeads, lMax, rowCapacity: 101, ringCapacity: 112, firstSpan: 1, spanCount: 5 };
    const bandRing = randomFloats(s.rowCapacity * lMax * kvHeads, 1).map(Math.abs);
    const own = randomFloats(kvHeads * s.ringCapacity, 2);
    const buffers = {
      bandRing: guarded(backend, "bandRing", bandRing),
      spans: guarded(backend, "spans", spans),
      own: guarded(backend, "own", own),
    };
    const got = await runGuarded(backend, buffers, (recorder) => {
      ownMass(recorder, buffers.bandRing.slice, buffers.spans.slice, buffers.own.slice, s);
    });
    const before = own.slice();
    ownMassTwin(bandRing, spans, own, s);
    const result = new Float32Array(got.own);
    expect(nmse(result, own)).toBeLessThan(1e-10);
    // The span before firstSpan and slots of no span keep their values.
    expect(result[1000 % 112]).toBe(before[1000 % 112]);
    expect(result[1090 % 112]).toBe(before[1090 % 112]);
  });
});

describe("seal-vectors", () => {
  for (const dtype of KV_DTYPES) {
    for (const vectors of ["both", "static", "total"] as const) {
      test.each([1, 4, 7])(`${dtype}, ${vectors}, r = %i`, async (representatives) => {
        const backend = await testBackend();
        const headDim = 12;
        const shape = { ...ring, kvHeads, headDim, representatives, vectors, dtype };
        const s = { ...shape, firstSpan: 1, spanCount: 5 };
        const own = randomFloats(kvHeads * ring.ringCapacity, 3).map(Math.abs);
        const votes = randomFloats(own.length, 4).map((x, i) => Math.abs(x) + own[i]!);
        // Span 3 has no later votes in any head, span 4 in head 1 only; span 5 has ties.
        for (let a = 0; a < kvHeads; a++) {
          const slot = (token: number) => a * ring.ringCapacity + (token % ring.ringCapacity);
          for (let j = 1041; j < 1049; j++) votes[slot(j)] = own[slot(j)]!;
          for (let j = 1049; j < 1064; j++) if (a !== 1) votes[slot(j)] = own[slot(j)]! * 0.5;
          for (let j = 1064; j < 1080; j++) {
            own[slot(j)] = 1080 - j;
            votes[slot(j)] = 1080 - j + 2;
          }
        }
        const kPool = poolWords(10 * kvHeads * 16, headDim, dtype, 5);
        const index = poolWords(10 * 2 * kvHeads, headDim, dtype, 6);
        const buffers = {
          spans: guarded(backend, "spans", spans),
          votes: guarded(backend, "votes", votes),
          own: guarded(backend, "own", own),
          kPool: guarded(backend, "kPool", kPool),
          index: guarded(backend, "vectors", index),
        };
        const { spans: list, votes: v, own: o, kPool: k, index: out } = buffers;
        const got = await runGuarded(backend, buffers, (recorder) => {
          sealVectors(recorder, list.slice, v.slice, o.slice, k.slice, out.slice, s);
        });
        const result = unpackPool(new Uint32Array(got.index), dtype, headDim);
        const expected = unpackPool(index, dtype, headDim).slice();
        sealVectorsTwin(spans, votes, own, unpackPool(kPool, dtype, headDim), expected, s);
        // f16 storage rounds to 11 bits (software adapters may truncate), int8 to 7 of the row's largest.
        const bound = { f16: 1e-6, f32: 1e-12, int8: 3e-5 }[dtype];
        expect(nmse(result, expected)).toBeLessThan(bound);
        const half = kvHeads * headDim;
        const row = (n: number) => result.subarray(n * half, (n + 1) * half);
        expect(row(18)).toEqual(unpackPool(index, dtype, headDim).subarray(18 * half, 19 * half));
        expect(row(3)).toEqual(row(2)); // ordinal 1: no votes
        if (vectors === "both") expect(row(1)).not.toEqual(row(0));
        else expect(row(1)).toEqual(row(0));
      });
    }
  }
});
