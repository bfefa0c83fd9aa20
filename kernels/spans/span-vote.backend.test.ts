import { describe, expect, test } from "vitest";
import { KV_DTYPES, unpackPool } from "../shared/kv-pool.ts";
import { testBackend } from "../testing/backends.ts";
import { guarded, nmse, randomFloats, runGuarded } from "../testing/gpu.ts";
import { spanScore } from "./span-score.ts";
import { spanScoreTwin } from "./span-score.twin.ts";
import { spanVote, spanVoteScratchLength, type SpanVoteShape } from "./span-vote.ts";
import { spanVoteTwin } from "./span-vote.twin.ts";
import { poolWords } from "./testing/pools.ts";

describe("span-score", () => {
  for (const dtype of KV_DTYPES) {
    test.each([
      [1, 1, 4, 1, 0, 0],
      [63, 3, 20, 80, 17, 5],
      [257, 2, 64, 257, 0, 3],
    ])(`${dtype}, %i spans, %i KV heads of %i`, async (...sizes) => {
      const [spans, kvHeads, headDim, spanCapacity, firstSpan, firstRow] = sizes;
      const backend = await testBackend();
      const s = { spans, firstSpan, firstRow, spanCapacity, kvHeads, headDim, dtype };
      const q = randomFloats(kvHeads * headDim, 1);
      const vectors = poolWords((firstRow + spans) * 2 * kvHeads, headDim, dtype, 2);
      const raw = randomFloats(kvHeads * spanCapacity, 3);
      const buffers = {
        q: guarded(backend, "q", q),
        vectors: guarded(backend, "vectors", vectors),
        raw: guarded(backend, "raw", raw),
      };
      const got = await runGuarded(backend, buffers, (recorder) => {
        spanScore(recorder, buffers.q.slice, buffers.vectors.slice, buffers.raw.slice, s);
      });
      spanScoreTwin(q, unpackPool(vectors, dtype, headDim), raw, s);
      expect(nmse(new Float32Array(got.raw), raw)).toBeLessThan(1e-10);
    });
  }
});

describe("span-vote", () => {
  const cases: (SpanVoteShape & { calibrated: boolean; note: string })[] = [];
  const base = { gamma: 0.85, z0: 2, boost: 0, persist: true, calibrated: false };
  for (const [spans, kvHeads, spanCapacity] of [
    [1, 1, 1],
    [2, 3, 5],
    [65, 2, 65],
    [1000, 3, 1024],
  ] as const) {
    const shape = { ...base, spans, kvHeads, spanCapacity };
    const note = `${spans} spans`;
    cases.push(
      { ...shape, note },
      { ...shape, z0: 0.5, boost: 0.2, note: `${note}, boost` },
      { ...shape, z0: 0.5, calibrated: true, note: `${note}, calibrated` },
      { ...shape, persist: false, note: `${note}, not persistent` },
    );
  }
  test.each(cases)("$note", async ({ calibrated, note: _, ...s }) => {
    const backend = await testBackend();
    // Scores far from zero: the variance must not be lost by cancellation. One head is constant.
    const raw = randomFloats(s.kvHeads * s.spanCapacity, 4).map((x) => x + 300);
    if (s.kvHeads > 2) raw.fill(7, s.spanCapacity, 2 * s.spanCapacity);
    const headWeights = randomFloats(s.kvHeads, 5).map(Math.abs);
    const votes = randomFloats(s.spans, 6);
    const ties = randomFloats(s.spans, 7);
    const recall = randomFloats(s.spans, 8).map(Math.abs);
    const buffers = {
      raw: guarded(backend, "raw", raw),
      headWeights: guarded(backend, "headWeights", headWeights),
      scratch: guarded(backend, "scratch", new Float32Array(spanVoteScratchLength(s.kvHeads))),
      votes: guarded(backend, "votes", votes),
      ties: guarded(backend, "ties", ties),
      recall: guarded(backend, "recall", recall),
    };
    const got = await runGuarded(backend, buffers, (recorder) => {
      const { headWeights: table, ...rest } = Object.fromEntries(
        Object.entries(buffers).map(([name, { slice }]) => [name, slice]),
      ) as { [K in keyof typeof buffers]: (typeof buffers)["raw"]["slice"] };
      spanVote(recorder, calibrated ? { ...rest, headWeights: table } : rest, s);
    });
    const arrays = { raw, votes, ties, recall };
    spanVoteTwin(calibrated ? { ...arrays, headWeights } : arrays, s);
    const result = new Float32Array(got.votes);
    expect(nmse(result, votes)).toBeLessThan(1e-7);
    // T may be an exact 0 of opposite heads, so its bound is absolute.
    new Float32Array(got.ties).forEach((tie, i) => expect(tie).toBeCloseTo(ties[i]!, 3));
    expect(nmse(new Float32Array(got.recall), recall)).toBeLessThan(1e-7);
    const total = result.reduce((sum, v) => sum + v, 0);
    expect(total === 0 ? 1 : total).toBeCloseTo(1, 4);
    if (s.spans === 1000) expect(total).toBeGreaterThan(0.9);
  });
});
