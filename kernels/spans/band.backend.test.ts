import { describe, expect, test } from "vitest";
import { testBackend } from "../testing/backends.ts";
import { type GuardedBuffer, guarded, nmse, randomFloats, runGuarded } from "../testing/gpu.ts";
import { band, type BandShape } from "./band.ts";
import { bandTwin } from "./band.twin.ts";
import { bandRows } from "./band-rows.ts";
import { bandRowsTwin } from "./band-rows.twin.ts";
import { bandVotes } from "./band-votes.ts";
import { bandVotesTwin } from "./band-votes.twin.ts";

const shapes: BandShape[] = [
  // The first chunk, one token.
  {
    tokens: 1,
    heads: 1,
    kvHeads: 1,
    headDim: 4,
    setCapacity: 1,
    bandWidth: 1,
    firstToken: 0,
    firstRingToken: 0,
    rowOfFirstRing: 0,
    window: 0,
    scale: 0.5,
    softCap: 0,
  },
  // The band is wider than the ring; three heads per KV head.
  {
    tokens: 5,
    heads: 6,
    kvHeads: 2,
    headDim: 12,
    setCapacity: 19,
    bandWidth: 33,
    firstToken: 7,
    firstRingToken: 3,
    rowOfFirstRing: 6,
    window: 4,
    scale: 0.29,
    softCap: 0,
  },
  // A long ring, lags beyond the band.
  {
    tokens: 65,
    heads: 4,
    kvHeads: 4,
    headDim: 8,
    setCapacity: 301,
    bandWidth: 63,
    firstToken: 1000,
    firstRingToken: 810,
    rowOfFirstRing: 41,
    window: 0,
    scale: 0.35,
    softCap: 2,
  },
  {
    tokens: 37,
    heads: 15,
    kvHeads: 5,
    headDim: 64,
    setCapacity: 163,
    bandWidth: 65,
    firstToken: 213,
    firstRingToken: 200,
    rowOfFirstRing: 113,
    window: 33,
    scale: 0.125,
    softCap: 1.5,
  },
];

/** lse with which the largest probability of a row is at most 1. */
function rowLse(q: Float32Array, k: Float32Array, s: BandShape): Float32Array {
  const lse = new Float32Array(s.heads * s.tokens);
  for (let h = 0; h < s.heads; h++) {
    const a = Math.floor((h * s.kvHeads) / s.heads);
    for (let row = 0; row < s.tokens; row++) {
      let sum = 0;
      const newest = s.firstToken + row;
      const oldest = s.window > 0 ? newest + 1 - s.window : 0;
      for (let key = Math.max(s.firstRingToken, oldest); key <= newest; key++) {
        const at = a * s.setCapacity + s.rowOfFirstRing + key - s.firstRingToken;
        let score = 0;
        for (let d = 0; d < s.headDim; d++) {
          score += q[(row * s.heads + h) * s.headDim + d]! * k[at * s.headDim + d]!;
        }
        score *= s.scale;
        if (s.softCap > 0) score = s.softCap * Math.tanh(score / s.softCap);
        sum += Math.exp(score);
      }
      lse[h * s.tokens + row] = Math.log(sum);
    }
  }
  return lse;
}

describe("band", () => {
  test.each(shapes)("$tokens rows, $kvHeads KV heads, width $bandWidth", async (s) => {
    const backend = await testBackend();
    const q = randomFloats(s.tokens * s.heads * s.headDim, 1);
    const k = randomFloats(s.kvHeads * s.setCapacity * s.headDim, 2);
    const lse = rowLse(q, k, s);
    const out = randomFloats(s.tokens * s.bandWidth * s.kvHeads, 3);
    const buffers = {
      q: guarded(backend, "q", q),
      k: guarded(backend, "k", k),
      lse: guarded(backend, "lse", lse),
      out: guarded(backend, "band", out),
    };
    const { q: qs, k: ks, lse: ls, out: os } = buffers;
    const got = await runGuarded(backend, buffers, (recorder) => {
      band(recorder, qs.slice, ks.slice, ls.slice, os.slice, s);
    });
    bandTwin(q, k, lse, out, s);
    const result = new Float32Array(got.out);
    expect(nmse(result, out)).toBeLessThan(1e-10);
    for (const [i, value] of out.entries()) if (value === 0) expect(result[i]).toBe(0);
    expect(Math.max(...result)).toBeGreaterThan(0);
    if (s.bandWidth > s.firstToken + s.tokens - s.firstRingToken) {
      // A row sees all that its attention sees: its probabilities over all heads sum to H.
      const row = result.subarray(0, s.bandWidth * s.kvHeads);
      expect(row.reduce((sum, p) => sum + p, 0)).toBeCloseTo(s.heads, 4);
    }
  });
});

describe("band-votes", () => {
  test.each([
    {
      tokens: 1,
      kvHeads: 1,
      bandWidth: 1,
      voteWidth: 1,
      firstToken: 0,
      firstRingToken: 0,
      ringCapacity: 16,
    },
    {
      tokens: 37,
      kvHeads: 3,
      bandWidth: 40,
      voteWidth: 33,
      firstToken: 1015,
      firstRingToken: 990,
      ringCapacity: 80,
    },
    {
      tokens: 65,
      kvHeads: 2,
      bandWidth: 63,
      voteWidth: 63,
      firstToken: 300,
      firstRingToken: 120,
      ringCapacity: 256,
    },
  ])("$tokens rows, width $voteWidth", async (s) => {
    const backend = await testBackend();
    const values = randomFloats(s.tokens * s.bandWidth * s.kvHeads, 4);
    const votes = randomFloats(s.kvHeads * s.ringCapacity, 5);
    const before = votes.slice();
    const buffers = {
      band: guarded(backend, "band", values),
      votes: guarded(backend, "votes", votes),
    };
    const got = await runGuarded(backend, buffers, (recorder) => {
      bandVotes(recorder, buffers.band.slice, buffers.votes.slice, s);
    });
    bandVotesTwin(values, votes, s);
    const result = new Float32Array(got.votes);
    expect(nmse(result, votes)).toBeLessThan(1e-10);
    // Slots of tokens older than the band are untouched.
    for (let j = s.firstRingToken; j <= s.firstToken - s.voteWidth; j++) {
      expect(result[j % s.ringCapacity]).toBe(before[j % s.ringCapacity]);
    }
  });

  test("chunks 1, 7 and all at once give the same votes", async () => {
    const backend = await testBackend();
    const total = 21;
    const bandWidth = 9;
    const values = randomFloats(total * bandWidth, 6);
    const results: Float32Array[] = [];
    for (const chunk of [1, 7, total]) {
      const parts = Array.from({ length: total / chunk }, (_, n) =>
        values.slice(n * chunk * bandWidth, (n + 1) * chunk * bandWidth),
      );
      const bands = Object.fromEntries(
        parts.map((part, n) => [`band ${n}`, guarded(backend, "band", part)]),
      );
      const votes = guarded(backend, "votes", randomFloats(32, 7));
      const buffers: Record<string, GuardedBuffer> = { votes, ...bands };
      const got = await runGuarded(backend, buffers, (recorder) => {
        Object.values(bands).forEach((part, n) => {
          const at = { tokens: chunk, kvHeads: 1, bandWidth, voteWidth: 9, ringCapacity: 32 };
          bandVotes(recorder, part.slice, votes.slice, {
            ...at,
            firstToken: n * chunk,
            firstRingToken: 0,
          });
        });
      });
      results.push(new Float32Array(got.votes!).slice(0, total));
    }
    expect(nmse(results[1]!, results[0]!)).toBeLessThan(1e-12);
    expect(nmse(results[2]!, results[0]!)).toBeLessThan(1e-12);
  });
});

describe("band-rows", () => {
  test.each([
    { tokens: 1, kvHeads: 1, bandWidth: 1, lMax: 1, firstToken: 0, rowCapacity: 1 },
    { tokens: 37, kvHeads: 3, bandWidth: 65, lMax: 33, firstToken: 1000, rowCapacity: 47 },
    { tokens: 65, kvHeads: 8, bandWidth: 64, lMax: 64, firstToken: 3, rowCapacity: 300 },
  ])("$tokens rows, lMax $lMax", async (s) => {
    const backend = await testBackend();
    const values = randomFloats(s.tokens * s.bandWidth * s.kvHeads, 8).map(Math.abs);
    const rows = randomFloats(s.tokens * s.lMax, 9);
    const bandRing = randomFloats(s.rowCapacity * s.lMax * s.kvHeads, 10);
    const buffers = {
      band: guarded(backend, "band", values),
      rows: guarded(backend, "rows", rows),
      bandRing: guarded(backend, "bandRing", bandRing),
    };
    const got = await runGuarded(backend, buffers, (recorder) => {
      bandRows(recorder, buffers.band.slice, buffers.rows.slice, buffers.bandRing.slice, s);
    });
    bandRowsTwin(values, rows, bandRing, s);
    expect(nmse(new Float32Array(got.rows), rows)).toBeLessThan(1e-12);
    expect(new Float32Array(got.bandRing)).toEqual(bandRing);
  });
});
